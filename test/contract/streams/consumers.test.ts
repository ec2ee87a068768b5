import type { MethodInput } from '../../../src/lab-broker/wire/methods.ts';
import type { Actor } from '../../support/actor.ts';
import { inFull } from '../../support/delivery.ts';
import { plainText } from '../../support/names.ts';
import { describeObservations, type Observe } from '../../support/observations.ts';
import { int, tableOf } from '../../support/tables.ts';

const STREAM = { 'x-queue-type': 'stream' };
const FIRST = { 'x-stream-offset': 'first' };

describeObservations('streams/returns', (observe) => {
  for (const [name, settle] of Object.entries<(actor: Actor) => void>({
    'nack with requeue': (actor) => actor.nack({ tag: 1, channel: 1 }),
    'nack without requeue': (actor) => actor.nack({ tag: 1, channel: 1 }, { requeue: false }),
    'reject with requeue': (actor) => actor.reject({ tag: 1, channel: 1 }),
    'reject without requeue': (actor) => actor.reject({ tag: 1, channel: 1 }, { requeue: false }),
  })) {
    observe(`${name} lets the next one come, and brings nothing back`, ['2'], async ({ actor }) => {
      const queue = await stream(actor, 4);
      await actor.prefetch(2);
      await actor.consume(queue, 'a', { arguments: FIRST });
      await actor.deliveries(2);
      settle(actor);
      return actor.deliveries(1).then(
        (all) => all.map(({ body }) => body),
        (refusal: Error) => plainText(refusal.message, actor.vhost),
      );
    });
  }
});

describeObservations('streams/credit', (observe) => {
  observe('ack lets the next one come', [['a:0', 'a:1'], ['a:2']], async ({ actor }) => {
    const queue = await stream(actor, 4);
    await actor.prefetch(2);
    await actor.consume(queue, 'a', { arguments: FIRST });
    const first = await actor.served(2);
    actor.ack({ tag: 1, channel: 1 });
    return [first, await actor.served(1)];
  });

  observe('several at once', ['a:3', 'a:4', 'a:5'], async ({ actor }) => {
    const queue = await stream(actor, 7);
    await actor.prefetch(3);
    await actor.consume(queue, 'a', { arguments: FIRST });
    await actor.deliveries(3);
    actor.ack({ tag: 3, channel: 1 }, { multiple: true });
    return actor.served(3);
  });

  observe('recover lets the next ones come', ['a:2', 'a:3'], async ({ actor }, expected) => {
    const queue = await stream(actor, 5);
    await actor.prefetch(2);
    await actor.consume(queue, 'a', { arguments: FIRST });
    await actor.deliveries(2);
    const answer = await actor.refusal({ name: 'basic.recover', requeue: true }, 'basic.recover-ok');
    return answer === 'basic.recover-ok' ? actor.served(expected.length) : answer;
  });

  observe('after a cancel nothing more comes', [], async ({ actor }) => {
    const queue = await stream(actor, 4);
    await actor.prefetch(2);
    await actor.consume(queue, 'a', { arguments: FIRST });
    await actor.deliveries(2);
    await actor.cancel('a');
    actor.ack({ tag: 0, channel: 1 }, { multiple: true });
    return actor.served(0);
  });
});

const FULL = {
  exchange: 'x',
  routingKey: 'k',
  redelivered: false,
  contentType: 'text/plain',
  deliveryMode: 2,
  priority: 3,
  correlationId: 'c',
  replyTo: 'r',
  expiration: '1000',
  messageId: 'm',
  timestamp: 5n,
  type: 't',
  appId: 'a',
  headers: { n: 'b:7', 'x-stream-offset': 'l:0' },
};

describeObservations('streams/messages', (observe) => {
  observe('a message is delivered as it was said', FULL, async ({ actor }) => {
    const { exchange, routingKey, redelivered: _, headers: __, ...properties } = FULL;
    const name = await actor.exchange('fanout', {}, { name: exchange });
    const queue = await actor.queue(STREAM);
    await actor.bind(queue, name);
    await actor.fill({ exchange: name, routingKey }, { ...properties, headers: { n: int('byte', 7) } });
    await actor.prefetch(1);
    await actor.consume(queue, 'a', { arguments: FIRST });
    const [delivery] = await actor.deliveries(1);
    return delivery && inFull(delivery);
  });

  observe('one without a delivery mode gets one', { deliveryMode: 1 }, async ({ actor }) => {
    const queue = await stream(actor, 1);
    await actor.prefetch(1);
    await actor.consume(queue, 'a', { arguments: FIRST });
    const [delivery] = await actor.deliveries(1);
    return { deliveryMode: delivery?.properties.deliveryMode };
  });

  observe('mandatory is confirmed, not returned', ['basic.ack'], async ({ actor }) => {
    const queue = await actor.queue(STREAM);
    await actor.wire.call({ name: 'confirm.select' }, 'confirm.select-ok');
    actor.publish({ routingKey: queue, mandatory: true }, 'x');
    return [(await actor.wire.next()).method.name];
  });

  observe('a transaction', 'tx.commit-ok', async ({ actor }) => {
    const queue = await actor.queue(STREAM);
    await actor.wire.call({ name: 'tx.select' }, 'tx.select-ok');
    actor.publish(queue, 'x');
    return (await actor.wire.call({ name: 'tx.commit' }, 'tx.commit-ok')).method.name;
  });
});

const NO_ACK = "connection: NOT_IMPLEMENTED - automatic acknowledgement not supported by stream queue 'q' in vhost '/'";
const PRIORITY = "PRECONDITION_FAILED - invalid arg 'x-priority' for queue 'q' in vhost '/' of queue type rabbit_stream_queue";
const PURGE = "connection: NOT_IMPLEMENTED - queue.purge not supported by stream queues queue 'q' in vhost '/'";
const GET = "connection: NOT_IMPLEMENTED - basic.get not supported by stream queues queue 'q' in vhost '/'";
const OFFSET = "PRECONDITION_FAILED - invalid arg 'x-stream-offset' for queue 'q' in vhost '/' of queue type rabbit_classic_queue";

describeObservations('streams/refusals', (observe) => {
  consuming(
    observe,
    'a prefetch is needed',
    0,
    {},
    "PRECONDITION_FAILED - consumer prefetch count is not set for stream queue 'q' in vhost '/'",
  );
  consuming(observe, 'acknowledgements are needed', 1, { noAck: true }, NO_ACK);
  consuming(observe, 'an exclusive consumer is like any other', 1, { exclusive: true }, 'basic.consume-ok');
  consuming(observe, 'consumers have no priority', 1, { arguments: tableOf({ 'x-priority': int('byte', 1) }) }, PRIORITY);
  refusing(observe, 'purge', (queue) => ({ name: 'queue.purge', queue }), PURGE);
  refusing(observe, 'get', (queue) => ({ name: 'basic.get', queue }), GET);

  observe('a prefetch that is global will do', ['a:0'], async ({ actor }) => {
    const queue = await stream(actor, 1);
    await actor.prefetch(1, { global: true });
    const consume: MethodInput = { name: 'basic.consume', queue, consumerTag: 'a', arguments: tableOf(FIRST) };
    const answer = await actor.refusal(consume, 'basic.consume-ok');
    return answer === 'basic.consume-ok' ? actor.served(1) : answer;
  });

  observe('delete ignores if-unused and if-empty, and cancels consumers', ['queue.delete-ok', 'a'], async ({ actor }) => {
    const queue = await stream(actor, 1);
    await actor.prefetch(1);
    await actor.consume(queue, 'a', { arguments: FIRST });
    await actor.deliveries(1);
    await actor.open(2);
    const answer = await actor.refusal({ name: 'queue.delete', queue, ifUnused: true, ifEmpty: true }, 'queue.delete-ok', 2);
    return [answer, (await actor.wire.expect('basic.cancel')).method.consumerTag];
  });

  observe('other queues have no offsets', OFFSET, async ({ actor }) => {
    const queue = await actor.queue();
    return actor.refusal({ name: 'basic.consume', queue, consumerTag: 'a', arguments: tableOf(FIRST) }, 'basic.consume-ok');
  });
});

function consuming(observe: Observe, name: string, prefetch: number, how: object, expected: string): void {
  observe(name, expected, async ({ actor }) => {
    const queue = await actor.queue(STREAM);
    await actor.prefetch(prefetch);
    return actor.refusal({ name: 'basic.consume', queue, consumerTag: 'a', ...how }, 'basic.consume-ok');
  });
}

function refusing(observe: Observe, name: string, method: (queue: string) => MethodInput, expected: string): void {
  observe(`${name} is not implemented`, expected, async ({ actor }) => actor.refusal(method(await actor.queue(STREAM)), 'queue.purge-ok'));
}

/** A stream of so many messages. Each is waited for, so that no two of them share a chunk. */
async function stream(actor: Actor, length: number): Promise<string> {
  const queue = await actor.queue(STREAM);
  for (let number = 0; number < length; number++) await actor.fill(queue, String(number));
  return queue;
}
