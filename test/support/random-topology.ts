import type { ConfirmChannel } from 'amqplib';
import fc from 'fast-check';
import { toWireTable } from '../../src/client/amqp-values.ts';
import { type FieldTable, type FieldValue, Typed } from '../../src/client/message.ts';
import { eventually } from './polling.ts';

/** A topology as it is declared, and messages to send through it. */
export interface RandomTopology {
  readonly exchanges: readonly { readonly name: string; readonly type: string; readonly alternate: string | undefined }[];
  readonly queues: readonly { readonly name: string; readonly dlx: string | undefined; readonly dlk: string | undefined }[];
  readonly bindings: readonly RandomBinding[];
  readonly messages: readonly RandomMessage[];
}

/** A binding of it. */
export interface RandomBinding {
  readonly source: string;
  readonly destination: string;
  readonly toExchange: boolean;
  readonly key: string;
  readonly table: FieldTable;
}

/** A message to send through it. */
export interface RandomMessage {
  readonly exchange: string;
  readonly key: string;
  readonly headers: FieldTable;
}

const EXCHANGES = ['e1', 'e2', 'e3', 'e4'];
const QUEUES = ['q1', 'q2', 'q3', 'q4', 'q5'];

const word = fc.constantFrom('a', 'b', '');
const key = fc.array(word, { maxLength: 3 }).map((words) => words.join('.'));
// 4.3 takes two `#` at most
const pattern = fc
  .array(fc.oneof(word, fc.constantFrom('*', '#')), { maxLength: 3 })
  .filter((words) => words.filter((part) => part === '#').length < 3)
  .map((words) => words.join('.'));
const value: fc.Arbitrary<FieldValue> = fc.constantFrom(1, '1', true, null, 1.5, new Typed('double', 1), new Typed('int64', 2n ** 60n));
const pairs = fc.dictionary(fc.constantFrom('h', 'i', 'x-j'), value, { maxKeys: 2 });
const match = fc.constantFrom('all', 'any', 'all-with-x', 'any-with-x');
const table = fc.tuple(pairs, fc.option(match, { nil: undefined }));

const binding: fc.Arbitrary<RandomBinding> = fc
  .record({ source: fc.constantFrom(...EXCHANGES), destination: fc.constantFrom(...QUEUES, ...EXCHANGES), key: pattern, table })
  .map(({ table: [headers, how], ...rest }) => ({
    ...rest,
    toExchange: EXCHANGES.includes(rest.destination),
    table: how === undefined ? headers : { ...headers, 'x-match': how },
  }));

const message: fc.Arbitrary<RandomMessage> = fc
  .record({
    exchange: fc.constantFrom(...EXCHANGES, ''),
    key: fc.oneof(key, fc.constantFrom(...QUEUES)),
    headers: pairs,
    cc: fc.option(fc.array(key, { maxLength: 2 }), { nil: undefined, freq: 4 }),
  })
  .map(({ cc, headers, ...rest }) => ({ ...rest, headers: cc === undefined ? headers : { ...headers, CC: cc } }));

/** One of the queues, full. */
export const fullQueue: fc.Arbitrary<FullQueue> = fc.record({
  queue: fc.constantFrom(...QUEUES),
  overflow: fc.constantFrom('drop-head', 'reject-publish', 'reject-publish-dlx'),
});

/** Topologies with exchanges of all types, to each other, with alternate exchanges and dead letters, some to what does not exist. */
export const randomTopology: fc.Arbitrary<RandomTopology> = fc.record({
  exchanges: fc.tuple(
    ...EXCHANGES.map((name) =>
      fc.record({
        name: fc.constant(name),
        type: fc.constantFrom('direct', 'fanout', 'topic', 'headers'),
        alternate: fc.option(fc.constantFrom(...EXCHANGES, 'missing'), { nil: undefined }),
      }),
    ),
  ),
  queues: fc.tuple(
    ...QUEUES.map((name) =>
      fc
        .record({
          name: fc.constant(name),
          dlx: fc.option(fc.constantFrom(...EXCHANGES, '', 'missing'), { nil: undefined, freq: 3 }),
          dlk: fc.option(fc.oneof(key, fc.constantFrom(...QUEUES)), { nil: undefined }),
        })
        .map((queue) => (queue.dlx === undefined ? { ...queue, dlk: undefined } : queue)),
    ),
  ),
  bindings: fc.array(binding, { minLength: 6, maxLength: 16 }),
  messages: fc.array(message, { minLength: 12, maxLength: 12 }),
});

/** A queue that takes nothing, and what it does then. */
export interface FullQueue {
  readonly queue: string;
  readonly overflow: 'drop-head' | 'reject-publish' | 'reject-publish-dlx';
}

/** Declares it all; one of the queues, if it is said, so that it is full with no message at all. */
export async function declareTopology(
  channel: ConfirmChannel,
  { exchanges, queues, bindings }: RandomTopology,
  full?: FullQueue,
): Promise<void> {
  for (const { name, type, alternate } of exchanges) {
    await channel.assertExchange(name, type, alternate === undefined ? {} : { alternateExchange: alternate });
  }
  for (const { name, dlx, dlk } of queues) {
    const args = {
      ...(dlx === undefined ? {} : { 'x-dead-letter-exchange': dlx }),
      ...(dlk === undefined ? {} : { 'x-dead-letter-routing-key': dlk }),
      ...(name === full?.queue ? { 'x-max-length': 0, 'x-overflow': full.overflow } : {}),
    };
    await channel.assertQueue(name, { arguments: args });
  }
  for (const { source, destination, toExchange, key: routingKey, table: args } of bindings) {
    const wire = toWireTable(args);
    if (toExchange) await channel.bindExchange(destination, source, routingKey, wire);
    else await channel.bindQueue(destination, source, routingKey, wire);
  }
}

/**
 * Sends a message, waits until it is confirmed or refused, and answers in which queues its copies lie, each as often as it lies there. Empties them.
 * `rejectIn`: only the copy in that queue counts, which is rejected. Dead letters may be under way for a while: as many as `expected` are
 * waited for. What comes later shows with the next message.
 */
export async function whereItLands(
  channel: ConfirmChannel,
  { exchange, key: routingKey, headers }: RandomMessage,
  { expected, rejectIn, ...options }: { readonly expected: number; readonly rejectIn?: string; readonly expiration?: string },
): Promise<string[]> {
  channel.publish(exchange, routingKey, Buffer.from('x'), { ...options, headers: toWireTable(headers) });
  // a full queue refuses; the others take it all the same
  await channel.waitForConfirms().catch(() => undefined);
  const found: string[] = [];
  const take = async () => {
    for (const queue of QUEUES) {
      while (await channel.get(queue, { noAck: true })) found.push(queue);
    }
  };
  if (rejectIn !== undefined) {
    const copy = await channel.get(rejectIn);
    await take();
    found.splice(0);
    if (copy !== false) channel.reject(copy, false);
  }
  const look = async () => {
    await take();
    if (found.length < expected) throw new Error(`${found.length} of ${expected} copies`);
  };
  await eventually(look, { within: 3_000 }).catch(() => undefined);
  return found.sort();
}
