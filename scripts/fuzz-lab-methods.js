// Methods for scripts/fuzz-lab-broker.js, made from the table of all methods by the types of their arguments. `wild` ones have any
// arguments; `tame` ones mostly mean something, so that a client that sends them gets deep into the broker.
import { BODY, encodeFrame, HEADER, METHOD } from '../dist/lab-broker/wire/frames.js';
import { METHODS } from '../dist/lab-broker/wire/method-table.js';
import { encodeMethod } from '../dist/lab-broker/wire/methods.js';
import { encodeContentHeader } from '../dist/lab-broker/wire/properties.js';

const NAMES = ['', 'a', 'b', 'c1', 'amq.direct', 'amq.topic', 'amq.rabbitmq.reply-to', 'x\r\n', 'é', 'n'.repeat(255)];
const KEYS = ['', 'a', 'b', 'c1', 'c2', 'k1', 'a.b', '#', '*', 'a.#', '#.#.#', '.', '.'.repeat(200), 'amq.rabbitmq.reply-to.x'];
/** Classic and quorum queues, exclusive ones, and a stream. */
const SHARED = ['c1', 'c2', 'c3', 'c4', 'c5', 'k1', 'k2', 'k3'];
const TAKEN_FROM = [...SHARED, ...SHARED, ...SHARED, 'x1', 'x2'];
const QUEUES = [...TAKEN_FROM, 's1', 's2'];
const OWN_EXCHANGES = ['e1', 'e2', 'e3', 'e4'];
const EXCHANGES = [...OWN_EXCHANGES, 'amq.direct', 'amq.fanout', 'amq.topic', 'amq.headers'];
const WORDS = ['quorum', 'stream', 'classic', 'drop-head', 'reject-publish', 'reject-publish-dlx', 'a', 'c1', 'any', 'first', ''];
const ARGUMENTS = [
  ...['x-message-ttl', 'x-expires', 'x-max-length', 'x-max-length-bytes', 'x-overflow', 'x-dead-letter-exchange'],
  ...['x-dead-letter-routing-key', 'x-max-priority', 'x-queue-type', 'x-single-active-consumer', 'x-delivery-limit', 'x-queue-mode'],
  ...['x-priority', 'x-stream-offset', 'alternate-exchange', 'x-match', 'CC', 'BCC', 'x-death', 'x-max-age', 'a', 'x-whatever'],
];

/** What only a server sends, and what only the handshake has. */
const SERVERS = /-ok$|-empty$|connection\.(start|secure|tune|open|close|blocked|unblocked)|basic\.(deliver|return)/;
const CLIENT_METHODS = METHODS.filter(({ name }) => !SERVERS.test(name) && name !== 'channel.open');
const BUSY_METHODS = METHODS.filter(({ name }) => /^(basic\.(publish|consume|get|ack|nack|reject)|queue\.(declare|bind))$/.test(name));

const longstr = (text) => ({ type: 'longstr', value: Buffer.from(text) });
const integer = (value) => ({ type: 'signedint', value });
const bool = (value) => ({ type: 'bool', value });

function wildField(random) {
  const fields = [
    () => integer(random.below(2_000) - 3),
    () => ({ type: 'long', value: BigInt(random.below(1e9)) * 1_000_000_007n }),
    () => bool(random.chance(0.5)),
    () => ({ type: 'double', value: random.next() * 1e9 }),
    () => ({ type: 'void', value: null }),
    () => ({ type: 'timestamp', value: BigInt(random.below(2e9)) }),
    () => ({ type: 'decimal', value: { scale: random.below(256), unscaled: random.below(1e9) } }),
    () => ({ type: 'binary', value: random.octets(random.below(20)) }),
    () => longstr(random.oneOf(WORDS)),
    () => ({ type: 'array', value: [longstr('a'), longstr(random.oneOf(KEYS))] }),
    () => ({ type: 'table', value: wildTable(random) }),
  ];
  return random.oneOf(fields)();
}

function wildTable(random) {
  return Array.from({ length: random.below(4) }, () => [random.oneOf(ARGUMENTS), wildField(random)]);
}

const WILD = {
  bit: (random) => random.chance(0.3),
  octet: (random) => random.below(256),
  short: (random) => random.below(65_536),
  long: (random) => random.below(4_294_967_296),
  longlong: (random) => random.below(1_000),
  shortstr: (random) => random.oneOf(NAMES),
  longstr: (random) => random.octets(random.below(30)),
  table: wildTable,
};

/** Some of the pairs, each with its chance. */
const some = (random, share, pairs) => pairs.filter(() => random.chance(share));

function queueTable(random, queue) {
  const limits = some(random, 0.2, [
    ['x-message-ttl', integer(random.below(30))],
    ['x-expires', integer(1 + random.below(300))],
    ['x-max-length', integer(random.below(6))],
    ['x-max-length-bytes', integer(random.below(300))],
    ['x-overflow', longstr(random.oneOf(['drop-head', 'reject-publish', 'reject-publish-dlx']))],
    ['x-single-active-consumer', bool(random.chance(0.8))],
  ]);
  const dead = random.chance(0.4) ? [['x-dead-letter-exchange', longstr(random.oneOf(['', ...EXCHANGES]))]] : [];
  if (dead.length > 0 && random.chance(0.5)) dead.push(['x-dead-letter-routing-key', longstr(random.oneOf(KEYS))]);
  const kept = some(random, 0.3, [
    ['x-max-length-bytes', integer(random.below(3_000))],
    ['x-max-age', longstr('1s')],
  ]);
  if (queue.startsWith('s')) return [['x-queue-type', longstr('stream')], ...kept];
  if (queue.startsWith('k')) {
    return [
      ['x-queue-type', longstr('quorum')],
      ...some(random, 0.4, [['x-delivery-limit', integer(random.below(4) - 1)]]),
      ...limits,
      ...dead,
    ];
  }
  return [...some(random, 0.2, [['x-max-priority', integer(random.below(12))]]), ...limits, ...dead];
}

function bindingTable(random) {
  return some(random, 0.3, [
    ['x-match', longstr(random.oneOf(['all', 'any', 'all-with-x', 'any-with-x']))],
    ['a', wildField(random)],
    ['x-death', wildField(random)],
  ]);
}

function tableOf(random, name, { queue = '' }) {
  if (random.chance(0.01)) return wildTable(random);
  if (name === 'queue.declare') return queueTable(random, queue);
  if (name === 'exchange.declare') return some(random, 0.3, [['alternate-exchange', longstr(random.oneOf(EXCHANGES))]]);
  if (name !== 'basic.consume') return bindingTable(random);
  const offset = random.oneOf([longstr('first'), longstr('last'), longstr('next'), integer(random.below(20)), longstr('1h')]);
  if (queue.startsWith('s')) return some(random, 0.7, [['x-stream-offset', offset]]);
  return some(random, 0.3, [['x-priority', integer(random.below(4) - 1)]]);
}

/** Tame arguments by name, given the method and what was chosen before. */
const TAME = {
  queue(random, method) {
    if (random.chance(0.02)) return '';
    // a stream refuses these, and closes the connection
    return random.oneOf(/get|purge/.test(method) && random.chance(0.99) ? TAKEN_FROM : QUEUES);
  },
  exchange(random, method) {
    if (method.startsWith('exchange.')) return random.oneOf(OWN_EXCHANGES);
    return method === 'basic.publish' && random.chance(0.6) ? '' : random.oneOf(EXCHANGES);
  },
  source: (random) => random.oneOf(EXCHANGES),
  destination: (random) => random.oneOf(EXCHANGES),
  type: (random) => random.oneOf(['direct', 'fanout', 'topic', 'headers']),
  routingKey: (random) => random.oneOf(random.chance(0.6) ? QUEUES : KEYS),
  passive: (random) => random.chance(0.1),
  durable: (random, _method, { queue = 'k' }) => /^[ks]/.test(queue) || random.chance(0.7),
  autoDelete: (random, _method, { queue = '' }) => !/^[ks]/.test(queue) && random.chance(0.3),
  internal: (random) => random.chance(0.1),
  exclusive: (random, _method, { queue = '' }) => (/^[ks]/.test(queue) ? false : /^x|^$/.test(queue) || random.chance(0.02)),
  noAck: (random, _method, { queue = '' }) => !queue.startsWith('s') && random.chance(0.3),
  consumerTag: (random) => random.oneOf(['', '', ...Array.from({ length: 30 }, (_, n) => `t${n}`)]),
  deliveryTag: (random) => random.below(6),
  prefetchSize: () => 0,
  prefetchCount: (random) => random.below(5),
  immediate: (random) => random.chance(0.005),
  requeue: (random, method) => method.startsWith('basic.recover') || random.chance(0.6),
  active: (random) => random.chance(0.98),
  arguments: tableOf,
};

/** Declarations are mostly the same for the same name, since one that differs closes the channel. */
const DECLARED = { 'queue.declare': 'queue', 'exchange.declare': 'exchange' };
const STYLED = new Set(['type', 'durable', 'autoDelete', 'internal', 'exclusive', 'arguments']);

function tameArgument(random, method, name, type, chosen) {
  const declared = chosen[DECLARED[method]];
  const source = STYLED.has(name) && declared !== undefined && random.chance(0.998) ? random.styleOf(`${declared} ${name}`) : random;
  return TAME[name] ? TAME[name](source, method, chosen) : WILD[type](source);
}

function argumentsOf(row, choose) {
  const method = { name: row.name };
  for (const [name, type] of row.args) method[name] = choose(name, type, method);
  return method;
}

/** Any method that there is. */
export function wildMethod(random) {
  return argumentsOf(random.oneOf(METHODS), (_, type) => WILD[type](random));
}

/** A method that a client may send on an open channel. */
export function tameMethod(random) {
  const row = random.oneOf(random.chance(0.7) ? BUSY_METHODS : CLIENT_METHODS);
  return argumentsOf(row, (name, type, chosen) => tameArgument(random, row.name, name, type, chosen));
}

/** Methods that give a client on a new channel something to work with. */
export function firstMethods(random) {
  const queues = Array.from({ length: 4 + random.below(9) }, () => tameDeclaration(random));
  const mode = random.chance(0.5) ? [{ name: 'confirm.select' }] : random.chance(0.2) ? [{ name: 'tx.select' }] : [];
  return [...queues, ...mode, ...(random.chance(0.7) ? [{ name: 'basic.qos', prefetchCount: 1 + random.below(10) }] : [])];
}

function tameDeclaration(random) {
  const declared = random.chance(0.8) ? 'queue.declare' : 'exchange.declare';
  const row = METHODS.find(({ name }) => name === declared);
  const method = argumentsOf(row, (name, type, chosen) => tameArgument(random, row.name, name, type, chosen));
  return { ...method, passive: false };
}

export function methodFrame(channel, method) {
  return encodeFrame(METHOD, channel, encodeMethod(method));
}

/** The frames of a content, its body in several. */
export function contentFrames(random, channel, { size = random.chance(0.1) ? 5_000 : random.below(60) } = {}) {
  const properties = {
    ...(random.chance(0.4) ? { headers: random.chance(0.2) ? wildTable(random) : headers(random) } : {}),
    ...(random.chance(0.3)
      ? { expiration: random.chance(0.05) ? random.oneOf(['x', '-1', '99999999999999']) : String(random.below(60)) }
      : {}),
    ...(random.chance(0.3) ? { priority: random.below(256) } : {}),
    ...(random.chance(0.05) ? { replyTo: 'amq.rabbitmq.reply-to' } : {}),
    ...(random.chance(0.05) ? { userId: random.chance(0.8) ? 'guest' : 'nobody' } : {}),
    deliveryMode: 1 + random.below(2),
  };
  const body = size > 10_000 ? Buffer.alloc(size, random.below(256)) : random.octets(size);
  const frames = [encodeFrame(HEADER, channel, encodeContentHeader(60, body.length, properties))];
  for (let at = 0; at < body.length; ) {
    const end = Math.min(body.length, at + (random.chance(0.5) ? 8_184 : random.below(8_185)));
    frames.push(encodeFrame(BODY, channel, body.subarray(at, end)));
    at = end;
  }
  return frames;
}

function headers(random) {
  const copies = () => ({ type: 'array', value: [longstr(random.oneOf(QUEUES)), longstr(random.oneOf(KEYS))] });
  return some(random, 0.3, [
    ['CC', copies()],
    ['BCC', copies()],
    ['a', wildField(random)],
    ['x-death', wildField(random)],
  ]);
}
