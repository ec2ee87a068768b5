#!/usr/bin/env node
// Throws everything at a lab broker's socket, and sees that nothing of it brings the broker down or is left behind.
//
//   npm run fuzz:lab [-- --seconds 600 --seed 1]
//
// Some clients send random octets, some recorded sessions with bits flipped or pieces missing, some frames of every method that there
// is, in random order with arguments that collide, some never read what they are sent, and some listen and hold the broker to its word.
// A second broker has so little memory that it blocks its publishers. Exits with 1 and the seed when a broker made a mistake of its own,
// left a client without an answer, kept something after its clients had gone, or did not serve a decent client any more.
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import amqplib from 'amqplib';
import { createLabBroker } from '../dist/lab-broker/lab-broker.js';
import { Random } from './fuzz-lab-random.js';
import { recordSession, SESSIONS } from './fuzz-lab-sessions.js';
import { Talker } from './fuzz-lab-talker.js';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '600' }, seed: { type: 'string', default: String(Date.now() % 1e9) } },
});
const [seconds, seed] = [Number(values.seconds), Number(values.seed)];
/** Clients at one time; bytes of memory of a broker that has enough, and of one that has not; ms that a client waits for its last answer. */
const [CLIENTS, PLENTY, LITTLE, PATIENCE] = [8, 268_435_456, 1_048_576, 15_000];
/** Class and method of connection.close and connection.close-ok. */
const CLOSES = [Buffer.from([0, 10, 0, 50]), Buffer.from([0, 10, 0, 51])];

const totals = { connections: 0, frames: 0, octets: 0, inspections: 0 };
const counts = {};
const mistakes = [];
process.on('uncaughtException', (error) => mistakes.push(error)).on('unhandledRejection', (error) => mistakes.push(error));

async function start(memoryLimit) {
  const broker = await createLabBroker({ memoryLimit });
  broker.events.on('internal-error', ({ error }) => mistakes.push(error));
  return { ...broker, port: Number(new URL(broker.url).port), tight: memoryLimit === LITTLE, generation: 0 };
}

async function open(port) {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

function hangUp(socket, { tight }, random) {
  if (random.chance(0.2)) socket.resetAndDestroy();
  // nobody listens to a client that is blocked, so this is no way to leave a broker that blocks
  else if (!tight && random.chance(0.3)) socket.resume().end();
  else socket.destroy();
}

async function waitFor(isDone) {
  for (const end = performance.now() + PATIENCE; performance.now() < end && !isDone(); ) await sleep(5);
  return isDone();
}

/** A client that sends what was settled before, in pieces of some size. */
async function recite(broker, kind, session, random) {
  const all = Buffer.concat(session);
  totals.octets += all.length;
  totals.frames += session.length;
  const socket = await open(broker.port);
  const reads = kind !== 'deaf' && random.chance(0.8);
  let last = Buffer.alloc(0);
  if (reads) {
    socket.on('data', (chunk) => {
      last = Buffer.concat([last, chunk.subarray(-512)]).subarray(-512);
    });
  } else socket.pause();
  const piece = all.length > 500_000 ? 65_536 : random.oneOf([1_000_000, 1_000_000, 997, 61]);
  for (let at = 0; at < all.length && !socket.destroyed; at += piece) {
    socket.write(all.subarray(at, at + piece));
    if (piece < all.length) await new Promise(setImmediate);
  }
  // connection.close-ok is the end, or a close of the broker's own for what was sent before
  const isClosed = () => CLOSES.some((close) => last.includes(close));
  if (kind !== 'valid' || !reads || broker.tight) await sleep(random.below(kind === 'deaf' ? 200 : 20));
  else {
    await waitFor(() => isClosed() || socket.destroyed);
    if (!isClosed()) throw new Error('a client that sent valid frames was not told of an end');
  }
  hangUp(socket, broker, random);
}

/** A client that listens, and is told an end unless it is blocked or hangs up before. */
async function talk(broker, random) {
  const socket = await open(broker.port);
  const talker = new Talker(socket, random);
  for (let left = random.below(60); left > 0 && !talker.over; left--) {
    talker.talk();
    await (random.chance(0.8) ? new Promise(setImmediate) : sleep(random.below(5)));
  }
  if (random.chance(0.8)) {
    talker.leave();
    await waitFor(() => talker.over || talker.blocked || socket.readableEnded);
    if (!talker.blocked && talker.complaint !== undefined) throw talker.complaint;
  }
  totals.frames += talker.frames;
  hangUp(socket, broker, random);
}

async function ask(api, path) {
  const response = await fetch(`${api}${path}`, { headers: { authorization: `Basic ${btoa('guest:guest')}` } });
  return response.json();
}

/** Waits until nothing is left of what `look` finds. */
async function untilGone(look) {
  let left = await look();
  for (const end = performance.now() + PATIENCE; left.length > 0 && performance.now() < end; left = await look()) await sleep(10);
  if (left.length > 0) throw new Error(`left behind: ${JSON.stringify(left)}`);
}

const isSystem = (exchange) => exchange === '' || exchange.startsWith('amq.');

/** After all clients have gone: nothing of theirs is left, and a decent one is served. */
async function inspect(broker) {
  totals.inspections++;
  broker.generation++;
  await untilGone(() => ask(broker.api, '/api/connections'));
  const queues = await ask(broker.api, '/api/queues');
  const kept = queues.filter(({ exclusive, consumers, messages_unacknowledged: unacked }) => exclusive || consumers > 0 || unacked > 0);
  if (kept.length > 0) throw new Error(`left behind: ${JSON.stringify(kept)}`);
  const exchanges = await ask(broker.api, '/api/exchanges');
  // where memory is short this one waits until there is some again
  const publisher = await amqplib.connect(broker.url);
  const waiting = await publisher.createConfirmChannel();
  waiting.sendToQueue('nobody', Buffer.from('late'));
  const connection = await amqplib.connect(broker.url);
  const channel = await connection.createConfirmChannel();
  for (const { name } of queues) await channel.deleteQueue(name);
  for (const { name } of exchanges) if (!isSystem(name)) await channel.deleteExchange(name);
  await untilGone(async () => (await ask(broker.api, '/api/nodes')).filter(({ mem_used: bytes }) => bytes !== 0));
  const bindings = (await ask(broker.api, '/api/bindings')).filter(
    ({ source, destination }) => !isSystem(source) || !isSystem(destination),
  );
  if (bindings.length > 0) throw new Error(`left behind: ${JSON.stringify(bindings)}`);
  await waiting.waitForConfirms();
  await publisher.close();
  const { queue } = await channel.assertQueue('', { exclusive: true });
  channel.sendToQueue(queue, Buffer.from('fresh'));
  await channel.waitForConfirms();
  const message = await channel.get(queue, { noAck: true });
  if (message === false || message.content.toString() !== 'fresh') throw new Error('a decent client was not served');
  await connection.close();
}

console.log(`seed ${seed}, ${seconds} s`);
const random = new Random(seed);
const brokers = [await start(PLENTY), await start(LITTLE)];
const listeners = Array.from({ length: 6 }, () => 'talking');
const kinds = [...Object.keys(SESSIONS), ...listeners];
/** A client that is blocked is missed by its heartbeats alone: those that may spoil their handshakes do not go to the second broker. */
const tightKinds = ['valid', 'wild', 'deaf', 'flipped', 'out of order', 'frames, spliced', ...listeners];
try {
  const recording = await recordSession(brokers[0].url);
  for (const end = performance.now() + seconds * 1_000; performance.now() < end && mistakes.length === 0; ) {
    const broker = brokers[random.chance(0.25) ? 1 : 0];
    const clients = Array.from({ length: CLIENTS }, () => {
      const [kind, own] = [random.oneOf(broker.tight ? tightKinds : kinds), random.fork()];
      own.generation = broker.generation;
      counts[kind] = (counts[kind] ?? 0) + 1;
      totals.connections++;
      return kind === 'talking' ? talk(broker, own) : recite(broker, kind, SESSIONS[kind](own, recording), own);
    });
    await Promise.all(clients);
    if (random.chance(0.1)) await inspect(broker);
  }
  if (mistakes.length === 0) for (const broker of brokers) await inspect(broker);
} catch (error) {
  mistakes.push(error);
}
for (const broker of brokers) await broker.close();
console.log(`${JSON.stringify(totals)} ${JSON.stringify(counts)}`);
for (const mistake of mistakes.slice(0, 3)) console.error(mistake);
process.exitCode = mistakes.length === 0 ? 0 : 1;
