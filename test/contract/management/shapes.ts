/** The JSON types that a document's keys have. */
export type Shape = Readonly<Record<string, 'string' | 'number' | 'boolean' | 'null' | 'list' | 'object'>>;

const COUNTS: Shape = {
  messages: 'number',
  messages_ready: 'number',
  messages_unacknowledged: 'number',
  messages_details: 'object',
  messages_ready_details: 'object',
  messages_unacknowledged_details: 'object',
};
const VHOST: Shape = {
  name: 'string',
  description: 'string',
  tags: 'list',
  metadata: 'object',
  tracing: 'boolean',
  cluster_state: 'object',
};
const USER: Shape = { name: 'string', password_hash: 'string', hashing_algorithm: 'string', tags: 'list', limits: 'object' };
const PERMISSION: Shape = { user: 'string', vhost: 'string', configure: 'string', write: 'string', read: 'string' };
const EXCHANGE: Shape = {
  name: 'string',
  vhost: 'string',
  type: 'string',
  durable: 'boolean',
  auto_delete: 'boolean',
  internal: 'boolean',
  arguments: 'object',
  user_who_performed_action: 'string',
};
const QUEUE: Shape = {
  name: 'string',
  vhost: 'string',
  type: 'string',
  durable: 'boolean',
  auto_delete: 'boolean',
  exclusive: 'boolean',
  arguments: 'object',
  node: 'string',
  state: 'string',
  policy: 'null',
  operator_policy: 'null',
  effective_policy_definition: 'object',
};
const QUEUE_STATISTICS: Shape = {
  ...COUNTS,
  consumers: 'number',
  consumer_capacity: 'number',
  consumer_utilisation: 'number',
  message_bytes: 'number',
  message_bytes_ready: 'number',
  message_bytes_unacknowledged: 'number',
  message_bytes_ram: 'number',
  memory: 'number',
  exclusive_consumer_tag: 'null',
  single_active_consumer_tag: 'null',
  consumer_details: 'list',
  deliveries: 'list',
  incoming: 'list',
};
const BINDING: Shape = {
  source: 'string',
  vhost: 'string',
  destination: 'string',
  destination_type: 'string',
  routing_key: 'string',
  arguments: 'object',
  properties_key: 'string',
};
const CONNECTION: Shape = {
  name: 'string',
  node: 'string',
  client_properties: 'object',
  connected_at: 'number',
  timeout: 'number',
  port: 'number',
  peer_port: 'number',
  recv_oct: 'number',
  send_oct: 'number',
  send_pend: 'number',
};

/** What is promised of each document: these keys, of these types. There may be more. */
export const DOCUMENTS: readonly (readonly [name: string, path: string, shape: Shape])[] = [
  [
    'overview',
    '/api/overview',
    {
      management_version: 'string',
      rabbitmq_version: 'string',
      product_name: 'string',
      product_version: 'string',
      cluster_name: 'string',
      node: 'string',
      rates_mode: 'string',
      exchange_types: 'list',
      queue_totals: 'object',
      object_totals: 'object',
      listeners: 'list',
      contexts: 'list',
      message_stats: 'object',
      disable_stats: 'boolean',
      enable_queue_totals: 'boolean',
    },
  ],
  ['whoami', '/api/whoami', { name: 'string', tags: 'list', is_internal_user: 'boolean' }],
  ['vhost', '/api/vhosts/VHOST', { ...VHOST, ...COUNTS, default_queue_type: 'string', protected_from_deletion: 'boolean' }],
  ['vhosts', '/api/vhosts', { ...VHOST, default_queue_type: 'string', protected_from_deletion: 'boolean' }],
  ['user', '/api/users/guest', USER],
  ['users', '/api/users', USER],
  ['permission', '/api/permissions/VHOST/guest', PERMISSION],
  ['permissions', '/api/permissions', PERMISSION],
  ['permissions of a vhost', '/api/vhosts/VHOST/permissions', PERMISSION],
  ['permissions of a user', '/api/users/guest/permissions', PERMISSION],
  ['exchange', '/api/exchanges/VHOST/x', { ...EXCHANGE, incoming: 'list', outgoing: 'list' }],
  ['exchanges', '/api/exchanges/VHOST', EXCHANGE],
  ['queue without statistics', '/api/queues/VHOST/q?disable_stats=true', QUEUE],
  ['queues without statistics', '/api/queues/VHOST?disable_stats=true', QUEUE],
  ['queue', '/api/queues/VHOST/q', { ...QUEUE, ...QUEUE_STATISTICS }],
  [
    'quorum queue',
    '/api/queues/VHOST/quo',
    { ...QUEUE, ...COUNTS, leader: 'string', members: 'list', online: 'list', delivery_limit: 'number' },
  ],
  ['stream', '/api/queues/VHOST/str', { ...QUEUE, ...COUNTS, leader: 'string', members: 'list', online: 'list' }],
  ['exclusive queue', '/api/queues/VHOST/ex', { ...QUEUE, owner_pid_details: 'object', exclusive_consumer_tag: 'string' }],
  ['bindings', '/api/bindings/VHOST', BINDING],
  ['bindings between', '/api/bindings/VHOST/e/x/q/q', BINDING],
  [
    'consumers',
    '/api/consumers/VHOST',
    { consumer_tag: 'string', queue: 'object', channel_details: 'object', ack_required: 'boolean', arguments: 'object', active: 'boolean' },
  ],
  ['connections of a vhost', '/api/vhosts/VHOST/connections', CONNECTION],
  ['channels of a vhost', '/api/vhosts/VHOST/channels', { name: 'string', node: 'string', number: 'number', connection_details: 'object' }],
  [
    'nodes',
    '/api/nodes',
    {
      name: 'string',
      type: 'string',
      running: 'boolean',
      enabled_plugins: 'list',
      mem_used: 'number',
      mem_limit: 'number',
      mem_alarm: 'boolean',
      disk_free_alarm: 'boolean',
      rates_mode: 'string',
      processors: 'number',
      partitions: 'list',
    },
  ],
  ['alarms', '/api/health/checks/alarms', { status: 'string' }],
  ['local alarms', '/api/health/checks/local-alarms', { status: 'string' }],
];

/** What is promised of a document but for some keys. */
export function promisedBut(name: string, ...missing: readonly string[]): Shape {
  const [, , shape] = DOCUMENTS.find(([known]) => known === name) ?? ['', '', {}];
  return Object.fromEntries(Object.entries(shape).filter(([key]) => !missing.includes(key)));
}
