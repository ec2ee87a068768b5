import type { Difference } from '../differences.ts';
import { promisedBut } from '../management/documents.ts';

const QUEUE = { vhost: 'VHOST', type: 'classic', durable: true, auto_delete: false, exclusive: false };
const CONSUMER = { ack_required: true, exclusive: false, prefetch_count: 1, arguments: {}, active: true, activity_status: 'up' };

const POLICY = ['policy', 'operator_policy', 'effective_policy_definition'];

/** Keys that older versions do not have. */
const MISSING: readonly (readonly [document: string, on: readonly string[], why: string, ...keys: readonly string[]])[] = [
  ['whoami', ['3.10'], '`is_internal_user` of `/api/whoami` came after 3.10.', 'is_internal_user'],
  ['vhost', ['3.10', '4.0'], '`protected_from_deletion` of a virtual host came after 4.0.', 'protected_from_deletion'],
  ['vhosts', ['3.10', '4.0'], '`protected_from_deletion` of a virtual host came after 4.0.', 'protected_from_deletion'],
  ['queue without statistics', ['3.10', '4.0'], 'Without statistics, 4.0 and before say nothing of policies of a queue.', ...POLICY],
  ['queues without statistics', ['4.0'], 'Without statistics, 4.0 and before say nothing of policies of a queue.', ...POLICY],
  ['queues without statistics', ['3.10'], 'Without statistics, 3.10 does not name the `node` of a stream.', 'node', ...POLICY],
  ['quorum queue', ['3.10'], '`delivery_limit` of a quorum queue in the management API came after 3.10.', 'delivery_limit'],
  [
    'definitions',
    ['3.10'],
    'Definitions on 3.10 do not say what they are of, and those of a virtual host hardly anything of it.',
    'rabbitmq_definition_format',
    'original_cluster_name',
    'explanation',
  ],
  [
    'definitions of a vhost',
    ['3.10'],
    'Definitions on 3.10 do not say what they are of, and those of a virtual host hardly anything of it.',
    ...['rabbitmq_version', 'product_name', 'product_version', 'rabbitmq_definition_format', 'explanation', 'original_vhost_name'],
    ...['description', 'metadata', 'limits'],
  ],
  ...['nodes', 'node'].map(
    (document) => [document, ['3.10'], '`being_drained` of a node in the management API came after 3.10.', 'being_drained'] as const,
  ),
  ['protocol listener', ['3.10', '4.0'], 'The health check of protocol listeners names one `protocol` on 4.0 and before.', 'protocols'],
  ['stream', ['3.10'], '3.10 does not name the `leader` of a stream with nothing in it.', 'leader'],
];

const OUTSIDE = { error: 'not_authorised', reason: 'User not authorised to access virtual host' };

/** Where the management API of older brokers answers otherwise. */
export const MANAGEMENT_DIFFERENCES: readonly Difference[] = [
  ...MISSING.map(([document, on, why, ...keys]) => ({
    test: `management/documents/${document}`,
    on,
    expect: promisedBut(document, ...keys),
    why,
  })),
  ...['queues', 'exchange', 'bindings', 'connections', 'limits'].map((what) => ({
    test: `management/refusals/outside its vhosts: ${what}`,
    on: ['3.10', '4.0'],
    expect: { status: 401, body: OUTSIDE },
    why: '4.0 and before refuse who asks for a virtual host that is not theirs with 401; 4.3 says 404, as of one that is not there.',
  })),
  ...['a wrong password', 'an empty password', 'an unknown user', 'a token'].map((what) => ({
    test: `management/refusals/${what}`,
    on: ['3.10'],
    reword: [/Not_Authorized/, 'Login failed'] as const,
    why: 'To a wrong password, the management API of 3.10 says `Login failed`, later ones `Not_Authorized`.',
  })),
  {
    test: 'management/refusals/a slash at the end',
    on: ['3.10'],
    expect: { status: 200, body: { name: 'guest', tags: ['administrator'] } },
    why: '`is_internal_user` of `/api/whoami` came after 3.10.',
  },
  {
    test: 'management/refusals/no such node',
    on: ['3.10'],
    expect: { status: 500 },
    why: '3.10 fails when it is asked for a node that it does not know.',
  },
  {
    test: 'management/refusals/a queue type that is none',
    on: ['3.10', '4.0'],
    expect: { status: 204 },
    why: '4.0 and before take any text as the default queue type of a virtual host.',
  },
  {
    test: 'management/values/queues',
    on: ['3.10'],
    expect: [
      { ...QUEUE, name: 'ex', durable: false, exclusive: true, arguments: {} },
      { ...QUEUE, name: 'q', arguments: { 'x-max-length': 5, 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': 'dead' } },
      { ...QUEUE, name: 'quo', type: 'quorum', arguments: { 'x-queue-type': 'quorum' } },
      { ...QUEUE, name: 'sac', arguments: { 'x-single-active-consumer': true, 'x-queue-type': 'classic' } },
      { ...QUEUE, name: 'str', type: 'stream', arguments: { 'x-queue-type': 'stream' } },
    ],
    why: 'Before 4.0 a queue that was declared without a type has no `x-queue-type` among its arguments in the management API.',
  },
  {
    test: 'management/values/totals',
    on: ['3.10'],
    expect: { name: 'q' },
    why: 'Before 4.0 `enable_queue_totals` counts for lists only, not for one queue.',
  },
  {
    test: 'management/values/consumers',
    on: ['3.10', '4.0'],
    expect: [
      { ...CONSUMER, consumer_tag: 'alone', queue: { name: 'ex', vhost: 'VHOST' }, exclusive: true },
      { ...CONSUMER, consumer_tag: 'first', queue: { name: 'sac', vhost: 'VHOST' }, ack_required: false, activity_status: 'single_active' },
      { ...CONSUMER, consumer_tag: 'held', queue: { name: 'q', vhost: 'VHOST' }, arguments: { 'x-priority': 5 } },
      { ...CONSUMER, consumer_tag: 'second', queue: { name: 'sac', vhost: 'VHOST' }, active: false, activity_status: 'waiting' },
    ],
    why: '4.0 and before call a consumer `up` in the management API that has all that it may hold; 4.3 calls it `blocked`.',
  },
  {
    test: 'management/writing/a queue on no such node',
    on: ['3.10', '4.0'],
    expect: { status: 400, answer: { error: 'bad_request', reason: 'Node nosuch@localhost could not be contacted' } },
    why: '4.0 and before look for the node that a queue is to be on, before they say that it is none.',
  },
  {
    test: 'management/writing/publish to no such exchange',
    on: ['3.10'],
    expect: { status: 400, answer: { error: 'bad_request', reason: "404 NOT_FOUND - no exchange 'nosuch' in vhost 'VHOST'" } },
    why: 'Publishing by HTTP to an exchange that is not there is a 400 on 3.10.',
  },
  {
    test: 'management/writing/get with no such ackmode',
    on: ['3.10', '4.0'],
    expect: { status: 500, answer: null },
    why: '4.0 and before fail when they are asked to get with an `ackmode` that they do not know.',
  },
  {
    test: 'management/writing/get from no such queue',
    on: ['3.10'],
    expect: { status: 404, answer: { error: 'not_found', reason: "NOT_FOUND - no queue 'nosuch' in vhost 'VHOST'" } },
    why: 'Getting by HTTP from a queue that is not there is refused by 3.10 in the words of AMQP.',
  },
  ...['ready-to-serve-clients', 'metadata-store/initialized'].map((check) => ({
    test: `management/writing/health: ${check}`,
    on: ['3.10', '4.0'],
    expect: { status: 404, answer: { error: 'Object Not Found', reason: 'Not Found' } },
    why: 'The health checks `ready-to-serve-clients` and `metadata-store/initialized` came after 4.0.',
  })),
  {
    test: 'management/writing/health: no such listener',
    on: ['3.10', '4.0'],
    expect: { status: 503, answer: expect.objectContaining({ missing: 'mqtt' }) },
    why: 'What is `missing` to the health check of protocol listeners is a text on 4.0 and before, a list on 4.3.',
  },
  {
    test: 'management/definitions/with mistakes',
    on: ['3.10'],
    expect: [
      ['no_such_vhost', 'nosuch'],
      ['no_such_user', 'nosuch'],
      'Validation failed\n\n-5 is not a valid queue expiry\n (VHOST/n)',
      expect.arrayContaining(['amqp_error', 'precondition_failed']),
    ],
    why: '3.10 says in terms, not in words, what is wrong with definitions that are imported.',
  },
  {
    test: 'management/definitions/with mistakes',
    on: ['4.0'],
    reword: [/^(Validation failed)\n\n(.*)\n \(vhost: "(.*)" key: "(.*)"\)$/, '<<"$1\\n\\n$2\\n ($3/$4)">>'],
    why: '4.0 shows what is wrong with a policy that is imported as an Erlang term.',
  },
  {
    test: 'management/topic-permissions/an exchange that is not there',
    on: ['3.10', '4.0'],
    expect: [201, undefined],
    why: 'Before 4.3 topic permissions may be given for an exchange that is not there.',
  },
  ...['an unknown key', 'a bad overflow'].map((what) => ({
    test: `management/policies/${what}`,
    on: ['3.10', '4.0'],
    reword: [/<<"(\w+)">>/, '&lt;&lt;"$1"&gt;&gt;'] as const,
    why: '4.0 and before write `<` and `>` as HTML does in what is wrong with a policy.',
  })),
];
