// What the clients of scripts/fuzz-lab-broker.js send that do not listen to answers: octets, known from the start.
import { connect, createServer } from 'node:net';
import amqplib from 'amqplib';
import { contentFrames, methodFrame, tameMethod, wildMethod } from './fuzz-lab-methods.js';

const HEADER = Buffer.from('AMQP\x00\x00\x09\x01', 'latin1');
const CAPABILITIES = ['consumer_cancel_notify', 'connection.blocked', 'basic.nack', 'authentication_failure_close'];
const CLIENT_PROPERTIES = [['capabilities', { type: 'table', value: CAPABILITIES.map((name) => [name, { type: 'bool', value: true }]) }]];

/** All that a client says until it is in the virtual host; it need not wait for the answers. With heartbeats, so that it is missed. */
export function handshake(random) {
  const limits = { channelMax: random.oneOf([2_047, 10]), frameMax: random.oneOf([131_072, 8_192]), heartbeat: 1 + random.below(2) };
  const login = { mechanism: 'PLAIN', response: Buffer.from('\0guest\0guest'), locale: 'en_US', clientProperties: CLIENT_PROPERTIES };
  return [
    HEADER,
    methodFrame(0, { name: 'connection.start-ok', ...login }),
    methodFrame(0, { name: 'connection.tune-ok', ...limits }),
    methodFrame(0, { name: 'connection.open', virtualHost: '/' }),
  ];
}

/** What amqplib sends in a session that uses most of what there is. */
export async function recordSession(url) {
  const chunks = [];
  const proxy = createServer((client) => {
    const broker = connect(Number(new URL(url).port), '127.0.0.1');
    client.on('data', (chunk) => chunks.push(chunk)).on('error', () => undefined);
    client.pipe(broker).pipe(client);
  });
  await new Promise((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  try {
    const connection = await amqplib.connect(`amqp://guest:guest@127.0.0.1:${proxy.address().port}`);
    connection.on('error', () => undefined);
    const channel = await connection.createConfirmChannel();
    await channel.assertExchange('r3', 'topic', { durable: true, alternateExchange: 'amq.fanout' });
    await channel.assertQueue('r1', { durable: true, messageTtl: 1_000, deadLetterExchange: 'e2', maxLength: 10 });
    await channel.assertQueue('r2', { durable: true, arguments: { 'x-queue-type': 'quorum' } });
    await channel.bindQueue('r1', 'r3', 'a.#');
    await channel.bindQueue('r1', 'amq.headers', '', { 'x-match': 'any', a: 1, b: [true, 'x', { c: 2.5 }] });
    await channel.prefetch(3);
    for (let n = 0; n < 5; n++) channel.publish('r3', 'a.b', Buffer.alloc(n * 3_000, n), { headers: { a: n, b: 'x' }, expiration: '500' });
    channel.publish('r3', 'a.b', Buffer.from('copied'), { CC: ['r2'], BCC: 'r1', mandatory: true, replyTo: 'x', timestamp: 1 });
    await channel.waitForConfirms();
    const { consumerTag } = await channel.consume('r1', (message) => message && channel.nack(message, false, false));
    await channel.get('r2');
    await channel.cancel(consumerTag);
    await channel.recover();
    await channel.unbindQueue('r1', 'r3', 'a.#');
    await channel.deleteQueue('r2');
    await channel.close();
    await connection.close();
  } finally {
    proxy.close();
  }
  return Buffer.concat(chunks);
}

function flipped(random, bytes) {
  const copy = Buffer.from(bytes);
  for (let left = 1 + random.below(5); left > 0; left--) copy[random.below(copy.length)] ^= 1 << random.below(8);
  return copy;
}

/** A piece taken out, or sent twice. */
function spliced(random, bytes) {
  const [one, other] = [random.below(bytes.length), random.below(bytes.length)];
  return [bytes.subarray(0, one), bytes.subarray(other)];
}

/** Frames that are all valid for themselves; channels that the broker closed are opened again now and then. */
function blindFrames(random, channels, next) {
  const frames = Array.from({ length: channels }, (_, n) => methodFrame(n + 1, { name: 'channel.open' }));
  for (let left = random.below(400); left > 0; left--) {
    const channel = 1 + random.below(channels);
    if (random.chance(0.1)) frames.push(methodFrame(channel, { name: 'channel.close-ok' }), methodFrame(channel, { name: 'channel.open' }));
    const method = next(random);
    frames.push(methodFrame(method.name.startsWith('connection.') && random.chance(0.5) ? 0 : channel, method));
    if (method.name === 'basic.publish') frames.push(...contentFrames(random, channel));
  }
  return frames;
}

/** More than the broker may keep for a client, asked for by one that reads nothing. */
function flood(random) {
  const frames = [methodFrame(1, { name: 'channel.open' }), methodFrame(1, { name: 'queue.declare', queue: 'd1', durable: true })];
  if (random.chance(0.5)) frames.push(methodFrame(1, { name: 'basic.consume', queue: 'd1', noAck: random.chance(0.5) }));
  for (let left = 20 + random.below(60); left > 0; left--) {
    const mandatory = random.chance(0.3);
    frames.push(methodFrame(1, { name: 'basic.publish', routingKey: mandatory ? 'nobody' : 'd1', mandatory }));
    frames.push(...contentFrames(random, 1, { size: 100_000 }));
    if (random.chance(0.5)) frames.push(methodFrame(1, { name: 'basic.get', queue: 'd1', noAck: random.chance(0.5) }));
  }
  for (let left = random.below(3_000); left > 0; left--) frames.push(methodFrame(1, { name: 'queue.declare', queue: 'd1', passive: true }));
  return frames;
}

const GOODBYE = methodFrame(0, { name: 'connection.close', replyCode: 200, replyText: 'bye' });

/** What each kind of client sends, given a recorded session. All of them hang up when they like, save `valid`, which is to be told an end. */
export const SESSIONS = {
  noise: (random) => [random.octets(random.below(2_000))],
  'noise after the handshake': (random) => [...handshake(random), random.octets(random.below(2_000))],
  'half a handshake': (random) => handshake(random).slice(0, 1 + random.below(3)),
  valid: (random) => [...handshake(random), ...blindFrames(random, 1 + random.below(4), tameMethod), GOODBYE],
  wild: (random) => [...handshake(random), ...blindFrames(random, 1 + random.below(2), wildMethod)],
  'out of order': (random) => [...handshake(random), ...blindFrames(random, 3, tameMethod).sort(() => random.next() - 0.5)],
  deaf: (random) => [...handshake(random), ...flood(random)],
  'a recording, flipped': (random, recording) => [flipped(random, recording)],
  'a recording, cut': (random, recording) => [recording.subarray(0, random.below(recording.length))],
  'a recording, spliced': spliced,
  flipped: (random) => [...handshake(random), flipped(random, Buffer.concat([...blindFrames(random, 2, tameMethod), GOODBYE]))],
  'frames, spliced': (random) => [...handshake(random), ...spliced(random, Buffer.concat(blindFrames(random, 2, tameMethod)))],
};
