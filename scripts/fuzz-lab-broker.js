#!/usr/bin/env node
// Throws everything at a lab broker's socket, and sees that nothing of it brings the broker down or is left behind.
//
//   npm run fuzz:lab [-- --seconds 600 --seed 1]
//
// Some clients send random octets, some recorded sessions with bits flipped or an end missing, some frames of every method that there
// is, in random order with arguments that collide, and some never read what they are sent. Exits with 1 and the seed when the broker
// made a mistake of its own, ended, kept something after its clients had gone, or did not serve a decent client any more.
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import amqplib from 'amqplib';
import { createLabBroker } from '../dist/lab-broker/lab-broker.js';
import { BODY, encodeFrame, HEADER, METHOD } from '../dist/lab-broker/wire/frames.js';
import { METHODS } from '../dist/lab-broker/wire/method-table.js';
import { encodeMethod } from '../dist/lab-broker/wire/methods.js';
import { encodeContentHeader } from '../dist/lab-broker/wire/properties.js';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '600' }, seed: { type: 'string', default: String(Date.now() % 1e9) } },
});
const [seconds, seed] = [Number(values.seconds), Number(values.seed)];
/** Clients at one time, and frames of each. */
const [CLIENTS, MOST_FRAMES] = [8, 400];

/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
function createRandom(state) {
  let at = state >>> 0;
  return () => {
    at = (at + 0x6d2b79f5) >>> 0;
    let value = Math.imul(at ^ (at >>> 15), at | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const random = createRandom(seed);
const below = (limit) => Math.floor(random() * limit);
const oneOf = (list) => list[below(list.length)];
const octets = (length) => Buffer.from(Array.from({ length }, () => below(256)));
const chance = (share) => random() < share;

const NAMES = ['', 'a', 'b', 'q1', 'q2', 'amq.direct', 'amq.topic', 'amq.headers', 'amq.rabbitmq.reply-to', 'x\r\n', 'é', 'n'.repeat(255)];
const KEYS = ['', 'a', 'b', 'q1', 'a.b', '#', '*', 'a.#', '#.#.#', '.', '.'.repeat(200), 'amq.rabbitmq.reply-to.x'];
const longstr = (text) => ({ type: 'longstr', value: Buffer.from(text) });
const FIELDS = [
  () => ({ type: 'signedint', value: below(2_000) - 3 }),
  () => ({ type: 'long', value: BigInt(below(1e9)) * 1_000_000_007n }),
  () => ({ type: 'bool', value: chance(0.5) }),
  () => ({ type: 'double', value: random() * 1e9 }),
  () => ({ type: 'void', value: null }),
  () => ({ type: 'timestamp', value: BigInt(below(2e9)) }),
  () => ({ type: 'binary', value: octets(below(20)) }),
  () => longstr(oneOf(['quorum', 'stream', 'classic', 'drop-head', 'reject-publish', 'reject-publish-dlx', 'a', 'q1', 'any', 'first', ''])),
  () => ({ type: 'array', value: [longstr('a'), longstr(oneOf(KEYS))] }),
  () => ({ type: 'table', value: table() }),
];
const ARGUMENTS = [
  ...[
    'x-message-ttl',
    'x-expires',
    'x-max-length',
    'x-max-length-bytes',
    'x-overflow',
    'x-dead-letter-exchange',
    'x-dead-letter-routing-key',
  ],
  ...['x-max-priority', 'x-queue-type', 'x-single-active-consumer', 'x-delivery-limit', 'x-queue-mode', 'x-priority', 'x-stream-offset'],
  ...['alternate-exchange', 'x-match', 'CC', 'BCC', 'x-death', 'a', 'x-whatever'],
];

function table() {
  return Array.from({ length: below(4) }, () => [oneOf(ARGUMENTS), oneOf(FIELDS)()]);
}

/** Arguments that mean something more often than chance would have it. */
const PLAUSIBLE = {
  virtualHost: () => oneOf(['/', '/', 'nope']),
  type: () => oneOf(['direct', 'fanout', 'topic', 'headers', 'headers', 'x']),
  routingKey: () => oneOf(KEYS),
  deliveryTag: () => below(6),
  prefetchSize: () => (chance(0.98) ? 0 : 1),
  prefetchCount: () => below(4),
  consumerTag: () => oneOf(['', 'c1', 'c2', 'c3']),
  immediate: () => chance(0.01),
  requeue: () => chance(0.9),
  active: () => chance(0.95),
  channelMax: () => oneOf([2_047, 10, 0]),
  frameMax: () => oneOf([131_072, 8_192, 4_096]),
  heartbeat: () => below(3),
};
const BY_TYPE = {
  bit: () => chance(0.3),
  octet: () => below(256),
  short: () => below(65_536),
  long: () => below(4_294_967_296),
  longlong: () => below(1_000),
  shortstr: () => oneOf(NAMES),
  longstr: () => octets(below(30)),
  table,
};
/** What clients send; closing the connection is left to the end. */
const SENT = METHODS.filter(({ name }) => !/-ok$|-empty$|connection\.|basic\.(deliver|return)/.test(name));

function methodOf(row) {
  return Object.fromEntries([['name', row.name], ...row.args.map(([name, type]) => [name, (PLAUSIBLE[name] ?? BY_TYPE[type])()])]);
}

function content(channel, properties) {
  const body = octets(chance(0.1) ? 5_000 : below(40));
  const half = below(body.length + 1);
  const pieces = [body.subarray(0, half), body.subarray(half)].filter(({ length }) => length > 0);
  return [
    encodeFrame(HEADER, channel, encodeContentHeader(60, body.length, properties)),
    ...pieces.map((piece) => encodeFrame(BODY, channel, piece)),
  ];
}

function properties() {
  return {
    ...(chance(0.4) ? { headers: table() } : {}),
    ...(chance(0.3) ? { expiration: oneOf(['0', '5', '50', 'x', '-1', '99999999999999']) } : {}),
    ...(chance(0.3) ? { priority: below(256) } : {}),
    ...(chance(0.2) ? { replyTo: 'amq.rabbitmq.reply-to' } : {}),
    ...(chance(0.05) ? { userId: oneOf(['guest', 'nobody']) } : {}),
    deliveryMode: 1 + below(2),
  };
}

/** Valid frames: a few channels, any method on them. */
function validFrames(channels) {
  const frames = Array.from({ length: channels }, (_, n) => encodeFrame(METHOD, n + 1, encodeMethod({ name: 'channel.open' })));
  for (let left = below(MOST_FRAMES); left > 0; left--) {
    const channel = 1 + below(channels);
    const row = chance(0.4) ? oneOf(SENT.filter(({ name }) => /publish|consume|queue\.declare|get|ack|nack/.test(name))) : oneOf(SENT);
    // after the broker has closed a channel its frames are ignored, until it is opened again
    if (chance(0.1))
      frames.push(
        encodeFrame(METHOD, channel, encodeMethod({ name: 'channel.close-ok' })),
        encodeFrame(METHOD, channel, encodeMethod({ name: 'channel.open' })),
      );
    frames.push(encodeFrame(METHOD, channel, encodeMethod(methodOf(row))));
    if (row.name === 'basic.publish') frames.push(...content(channel, properties()));
  }
  return frames;
}

const HEADER_BYTES = Buffer.from('AMQP\x00\x00\x09\x01', 'latin1');
const method = (input) => encodeFrame(METHOD, 0, encodeMethod(input));
const handshake = () => [
  HEADER_BYTES,
  method({
    name: 'connection.start-ok',
    mechanism: 'PLAIN',
    response: Buffer.from('\0guest\0guest'),
    locale: 'en_US',
    clientProperties: [
      [
        'capabilities',
        {
          type: 'table',
          value: [
            ['consumer_cancel_notify', { type: 'bool', value: true }],
            ['connection.blocked', { type: 'bool', value: true }],
          ],
        },
      ],
    ],
  }),
  method({ name: 'connection.tune-ok', channelMax: 2_047, frameMax: 131_072, heartbeat: 0 }),
  method({ name: 'connection.open', virtualHost: '/' }),
];

function flipped(bytes) {
  const copy = Buffer.from(bytes);
  for (let left = 1 + below(5); left > 0; left--) copy[below(copy.length)] ^= 1 << below(8);
  return copy;
}

/** What each kind of client sends. */
const CLIENTS_BY_KIND = {
  noise: () => [octets(below(2_000))],
  'noise after the handshake': () => [...handshake(), octets(below(2_000))],
  'half a handshake': () => handshake().slice(0, 1 + below(3)),
  valid: () => [...handshake(), ...validFrames(1 + below(4)), method({ name: 'connection.close', replyCode: 200, replyText: 'bye' })],
  'cut off': () => {
    const bytes = Buffer.concat([...handshake(), ...validFrames(2)]);
    return [bytes.subarray(0, below(bytes.length))];
  },
  flipped: () => {
    const frames = Buffer.concat(validFrames(2));
    return [...handshake(), frames.length === 0 ? frames : flipped(frames)];
  },
  'out of order': () => [...handshake(), ...validFrames(3).sort(() => random() - 0.5)],
};

/** Class and method of connection.close and connection.close-ok. */
const CLOSES = [Buffer.from([0, 10, 0, 50]), Buffer.from([0, 10, 0, 51])];

/** Plays one client to its end; answers whether the broker hung up or answered in good time where it had to. */
async function play(port, kind, bytes, { reads, splits, lingers }) {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  await once(socket, 'connect');
  let last = Buffer.alloc(0);
  if (reads) socket.on('data', (chunk) => (last = Buffer.concat([last, chunk]).subarray(-512)));
  else socket.pause();
  const all = Buffer.concat(bytes);
  for (let at = 0; at < all.length && !socket.destroyed; at += splits) {
    socket.write(all.subarray(at, at + splits));
    if (splits < all.length) await new Promise(setImmediate);
  }
  if (kind === 'valid' && reads) {
    // connection.close-ok is the end, or a close of the broker's own for what was sent before
    const closed = () => CLOSES.some((close) => last.includes(close)) || socket.destroyed || socket.readableEnded;
    for (let left = 500; left > 0 && !closed(); left--) await sleep(10);
    if (!closed()) throw new Error('a client that sent valid frames got no end');
  } else await sleep(lingers);
  socket.destroy();
}

async function ask(api, path) {
  const response = await fetch(`${api}${path}`, { headers: { authorization: `Basic ${btoa('guest:guest')}` } });
  return response.json();
}

async function until(what, look) {
  for (let left = 500; left > 0; left--) {
    if (await look()) return;
    await sleep(10);
  }
  throw new Error(`never came: ${what}`);
}

/** After all clients have gone: nothing of theirs is left, and a decent one is served. */
async function inspect(broker) {
  await until('no connections', async () => (await ask(broker.api, '/api/connections')).length === 0);
  const queues = await ask(broker.api, '/api/queues');
  const kept = queues.filter(({ exclusive, consumers }) => exclusive || consumers > 0);
  if (kept.length > 0) throw new Error(`left behind: ${JSON.stringify(kept)}`);
  const connection = await amqplib.connect(broker.url);
  const channel = await connection.createConfirmChannel();
  for (const { name } of queues) await channel.deleteQueue(name);
  await until('an empty memory', async () => (await ask(broker.api, '/api/nodes'))[0].mem_used === 0);
  const { queue } = await channel.assertQueue('', { exclusive: true });
  channel.sendToQueue(queue, Buffer.from('fresh'));
  await channel.waitForConfirms();
  const message = await channel.get(queue, { noAck: true });
  if (message === false || message.content.toString() !== 'fresh') throw new Error('a decent client was not served');
  await connection.close();
}

const mistakes = [];
process.on('uncaughtException', (error) => mistakes.push(error)).on('unhandledRejection', (error) => mistakes.push(error));
const broker = await createLabBroker({ memoryLimit: 67_108_864 });
broker.events.on('internal-error', ({ error }) => mistakes.push(error));
const port = Number(new URL(broker.url).port);
const end = performance.now() + seconds * 1_000;
const [counts, totals] = [{}, { clients: 0, bytes: 0 }];
try {
  while (performance.now() < end && mistakes.length === 0) {
    const kinds = Array.from({ length: CLIENTS }, () => oneOf(Object.keys(CLIENTS_BY_KIND)));
    const clients = kinds.map((kind) => {
      const bytes = CLIENTS_BY_KIND[kind]();
      counts[kind] = (counts[kind] ?? 0) + 1;
      totals.clients++;
      totals.bytes += bytes.reduce((sum, { length }) => sum + length, 0);
      return play(port, kind, bytes, { reads: chance(0.8), splits: oneOf([1_000_000, 1_000_000, 997, 61]), lingers: below(20) });
    });
    await Promise.all(clients);
    if (chance(0.1)) await inspect(broker);
  }
  if (mistakes.length === 0) await inspect(broker);
} catch (error) {
  mistakes.push(error);
}
await broker.close();
console.log(`seed ${seed}: ${totals.clients} clients, ${totals.bytes} octets in ${seconds} s: ${JSON.stringify(counts)}`);
for (const mistake of mistakes.slice(0, 3)) console.error(mistake);
process.exitCode = mistakes.length === 0 ? 0 : 1;
