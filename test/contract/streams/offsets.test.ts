import type { Field } from '../../../src/lab-broker/wire/field.ts';
import type { Actor } from '../../support/actor.ts';
import { headersOf } from '../../support/delivery.ts';
import { describeObservations } from '../../support/observations.ts';
import { int, long } from '../../support/tables.ts';

const STREAM = { 'x-queue-type': 'stream' };

const timestamp = (value: bigint): Field => ({ type: 'timestamp', value });

/** x-stream-offset → what a stream of 0 to 4 delivers, and then `live`. */
const OFFSETS: Readonly<Record<string, readonly [offset: Field | string | undefined, delivered: readonly string[]]>> = {
  none: [undefined, ['live']],
  next: ['next', ['live']],
  first: ['first', ['0', '1', '2', '3', '4', 'live']],
  last: ['last', ['4', 'live']],
  'a byte': [int('byte', 3), ['3', '4', 'live']],
  'a long': [long(3n), ['3', '4', 'live']],
  zero: [int('byte', 0), ['0', '1', '2', '3', '4', 'live']],
  'the end': [int('byte', 5), ['live']],
  'below zero': [int('byte', -1), ['0', '1', '2', '3', '4', 'live']],
  'a timestamp long ago': [timestamp(1n), ['0', '1', '2', '3', '4', 'live']],
  'a timestamp to come': [timestamp(99_999_999_999n), ['live']],
  'an interval': ['1h', ['0', '1', '2', '3', '4', 'live']],
};

describeObservations('streams/offsets', (observe) => {
  for (const [name, [offset, delivered]] of Object.entries(OFFSETS)) {
    observe(name, delivered, async ({ actor }, expected) => {
      const queue = await stream(actor);
      await actor.prefetch(100);
      await actor.consume(queue, 'a', { arguments: offset === undefined ? {} : { 'x-stream-offset': offset } });
      await actor.fill(queue, 'live');
      return (await actor.deliveries(expected.length)).map(({ body }) => body);
    });
  }

  observe('each delivery tells its offset', ['l:0', 'l:1', 'l:2', 'l:3', 'l:4'], async ({ actor }) => {
    const queue = await stream(actor);
    await actor.prefetch(100);
    await actor.consume(queue, 'a', { arguments: { 'x-stream-offset': 'first' } });
    return (await actor.deliveries(5)).map(({ properties }) => headersOf(properties.headers)['x-stream-offset']);
  });

  observe('reading again is no redelivery', [false, false], async ({ actor }) => {
    const queue = await stream(actor);
    const seen: unknown[] = [];
    for (let time = 0; time < 2; time++) {
      await actor.prefetch(100);
      await actor.consume(queue, 'a', { arguments: { 'x-stream-offset': 'last' } });
      seen.push(...(await actor.deliveries(1)).map(({ redelivered }) => redelivered));
      await actor.reopen();
    }
    return seen;
  });

  observe('every consumer reads for itself', ['a:3', 'a:4', 'b:3', 'b:4'], async ({ actor }) => {
    const queue = await stream(actor);
    await actor.prefetch(100);
    for (const tag of ['a', 'b']) await actor.consume(queue, tag, { arguments: { 'x-stream-offset': int('byte', 3) } });
    return (await actor.served(4)).sort();
  });

  observe('what has been read by all is still there', ['0', '1', '2', '3', '4'], async ({ actor }) => {
    const queue = await stream(actor);
    await actor.prefetch(100);
    await actor.consume(queue, 'a', { arguments: { 'x-stream-offset': 'first' } });
    await actor.deliveries(5);
    actor.ack({ tag: 0, channel: 1 }, { multiple: true });
    await actor.cancel('a');
    await actor.consume(queue, 'b', { arguments: { 'x-stream-offset': 'first' } });
    return (await actor.deliveries(5)).map(({ body }) => body);
  });
});

/** A stream of 0 to 4. Each is waited for, so that no two of them share a chunk. */
async function stream(actor: Actor): Promise<string> {
  const queue = await actor.queue(STREAM);
  for (const body of ['0', '1', '2', '3', '4']) await actor.fill(queue, body);
  return queue;
}
