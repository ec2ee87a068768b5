/** The JSON types that a document's keys have. */
export type Shape = Readonly<Record<string, 'string' | 'number' | 'boolean' | 'null' | 'list' | 'object'>>;

/** How many messages there are. */
export const COUNTS: Shape = {
  messages: 'number',
  messages_ready: 'number',
  messages_unacknowledged: 'number',
  messages_details: 'object',
  messages_ready_details: 'object',
  messages_unacknowledged_details: 'object',
};
/** A virtual host, but for what came later than 3.10. */
export const VHOST: Shape = {
  name: 'string',
  description: 'string',
  tags: 'list',
  metadata: 'object',
  tracing: 'boolean',
  cluster_state: 'object',
};
/** A user. */
export const USER: Shape = { name: 'string', password_hash: 'string', hashing_algorithm: 'string', tags: 'list', limits: 'object' };
/** What a user may do in a virtual host. */
export const PERMISSION: Shape = { user: 'string', vhost: 'string', configure: 'string', write: 'string', read: 'string' };
/** An exchange. */
export const EXCHANGE: Shape = {
  name: 'string',
  vhost: 'string',
  type: 'string',
  durable: 'boolean',
  auto_delete: 'boolean',
  internal: 'boolean',
  arguments: 'object',
  user_who_performed_action: 'string',
};
/** A queue of any type, without statistics. */
export const QUEUE: Shape = {
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
/** What a classic queue has beside. */
export const QUEUE_STATISTICS: Shape = {
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
/** A binding. */
export const BINDING: Shape = {
  source: 'string',
  vhost: 'string',
  destination: 'string',
  destination_type: 'string',
  routing_key: 'string',
  arguments: 'object',
  properties_key: 'string',
};
/** A consumer. */
export const CONSUMER: Shape = {
  consumer_tag: 'string',
  queue: 'object',
  channel_details: 'object',
  ack_required: 'boolean',
  exclusive: 'boolean',
  prefetch_count: 'number',
  arguments: 'object',
  active: 'boolean',
  activity_status: 'string',
};
/** A connection. */
export const CONNECTION: Shape = {
  name: 'string',
  vhost: 'string',
  user: 'string',
  user_who_performed_action: 'string',
  node: 'string',
  type: 'string',
  protocol: 'string',
  state: 'string',
  auth_mechanism: 'string',
  client_properties: 'object',
  channels: 'number',
  channel_max: 'number',
  frame_max: 'number',
  connected_at: 'number',
  timeout: 'number',
  host: 'string',
  port: 'number',
  peer_host: 'string',
  peer_port: 'number',
  recv_oct: 'number',
  send_oct: 'number',
  send_pend: 'number',
  ssl: 'boolean',
};
/** A channel. */
export const CHANNEL: Shape = {
  name: 'string',
  number: 'number',
  vhost: 'string',
  user: 'string',
  user_who_performed_action: 'string',
  node: 'string',
  state: 'string',
  connection_details: 'object',
  confirm: 'boolean',
  transactional: 'boolean',
  consumer_count: 'number',
  messages_unacknowledged: 'number',
  messages_unconfirmed: 'number',
  messages_uncommitted: 'number',
  acks_uncommitted: 'number',
  prefetch_count: 'number',
};
/** A node. */
export const NODE: Shape = {
  name: 'string',
  type: 'string',
  running: 'boolean',
  being_drained: 'boolean',
  enabled_plugins: 'list',
  mem_used: 'number',
  mem_limit: 'number',
  mem_alarm: 'boolean',
  disk_free_alarm: 'boolean',
  rates_mode: 'string',
  processors: 'number',
  partitions: 'list',
};
/** A policy, or an operator's. */
export const POLICY: Shape = {
  vhost: 'string',
  name: 'string',
  pattern: 'string',
  'apply-to': 'string',
  definition: 'object',
  priority: 'number',
};
/** A parameter of a virtual host. */
export const PARAMETER: Shape = { component: 'string', vhost: 'string', name: 'string', value: 'object' };
/** What definitions of a broker and of a virtual host have in common. */
export const DEFINITIONS: Shape = {
  rabbit_version: 'string',
  rabbitmq_version: 'string',
  product_name: 'string',
  product_version: 'string',
  rabbitmq_definition_format: 'string',
  explanation: 'string',
  parameters: 'list',
  policies: 'list',
  queues: 'list',
  exchanges: 'list',
  bindings: 'list',
};
/** A health check that found nothing. */
export const WELL: Shape = { status: 'string' };
