import { describeObservations } from '../../support/observations.ts';
import { int } from '../../support/tables.ts';

const limit = (count: number) => ({ 'x-max-length': int('byte', count) });
const octets = (count: number) => ({ 'x-max-length-bytes': int('byte', count) });
const REJECT = { 'x-overflow': 'reject-publish' };

describeObservations('semantics/length-limits', (observe) => {
  observe('drop-head drops the oldest, and all is confirmed', [['ack', 'ack', 'ack', 'ack', 'ack'], '3', '4', '5'], async ({ actor }) => {
    const queue = await actor.queue(limit(3));
    return [await actor.fill(queue, '1', '2', '3', '4', '5'), ...(await actor.drain(queue))];
  });

  observe('x-max-length 0 drops all that nobody waits for', [['ack'], 0], async ({ actor }) => {
    const queue = await actor.queue(limit(0));
    return [await actor.fill(queue, '1'), await actor.count(queue)];
  });

  observe('x-max-length 0 lets through what a consumer waits for', ['a:1'], async ({ actor }) => {
    const queue = await actor.queue(limit(0));
    await actor.consume(queue, 'a');
    await actor.fill(queue, '1');
    return actor.served(1);
  });

  observe('held messages do not count; given back, they are the oldest', [2, '3', '4'], async ({ actor }) => {
    const queue = await actor.queue(limit(2));
    await actor.fill(queue, '1', '2');
    await actor.hold(queue);
    const second = await actor.hold(queue);
    await actor.fill(queue, '3', '4');
    const count = await actor.count(queue);
    actor.nack(second, { multiple: true });
    return [count, ...(await actor.drain(queue))];
  });

  observe('one that is given back over the limit is dropped', ['2', '3'], async ({ actor }) => {
    const queue = await actor.queue(limit(2));
    await actor.fill(queue, '1', '2');
    const first = await actor.hold(queue);
    await actor.fill(queue, '3');
    actor.nack(first);
    return actor.drain(queue);
  });

  observe('reject-publish keeps what is given back over the limit', ['R1', '2', '3'], async ({ actor }) => {
    const queue = await actor.queue({ ...limit(2), ...REJECT });
    await actor.fill(queue, '1', '2');
    const first = await actor.hold(queue);
    await actor.fill(queue, '3');
    actor.nack(first);
    return actor.drain(queue);
  });

  observe('reject-publish keeps the oldest, and nacks the rest', [['ack', 'nack', 'nack'], '1'], async ({ actor }) => {
    const queue = await actor.queue({ ...limit(1), ...REJECT });
    return [await actor.fill(queue, '1', '2', '3'), ...(await actor.drain(queue))];
  });

  observe('reject-publish without confirms loses silently', ['1'], async ({ actor }) => {
    const queue = await actor.queue({ ...limit(1), ...REJECT });
    actor.publish(queue, '1');
    actor.publish(queue, '2');
    return actor.drain(queue);
  });

  observe('reject-publish lets through what a consumer waits for', [['ack', 'ack', 'ack'], 'a:1', 'a:2', 'a:3'], async ({ actor }) => {
    const queue = await actor.queue({ ...limit(1), ...REJECT });
    await actor.consume(queue, 'a');
    return [await actor.fill(queue, '1', '2', '3'), ...(await actor.served(3))];
  });

  observe('reject-publish does not count what a consumer holds', [['ack', 'ack', 'nack'], 'a:1'], async ({ actor }) => {
    const queue = await actor.queue({ ...limit(1), ...REJECT });
    await actor.prefetch(1);
    await actor.consume(queue, 'a');
    return [await actor.fill(queue, '1', '2', '3'), ...(await actor.served(1))];
  });

  observe('one full queue of two: nack, and the other has the message', [['nack'], ['1'], ['1', '2']], async ({ actor }) => {
    const exchange = await actor.exchange('fanout');
    const full = await actor.queue({ ...limit(1), ...REJECT });
    const free = await actor.queue();
    await actor.bind(full, exchange);
    await actor.bind(free, exchange);
    await actor.fill({ exchange }, '1');
    return [await actor.fill({ exchange }, '2'), await actor.drain(full), await actor.drain(free)];
  });

  observe('a nacked message is not returned', { outcome: ['nack'], returned: false }, async ({ actor }) => {
    const queue = await actor.queue({ ...limit(0), ...REJECT });
    const outcome = await actor.fill({ routingKey: queue, mandatory: true }, '1');
    return { outcome, returned: (await actor.wire.quiet(0)).some(({ method }) => method.name === 'basic.return') };
  });

  observe('x-max-length-bytes counts bodies', ['6 octets', 'abc', ''], async ({ actor }) => {
    const queue = await actor.queue(octets(11));
    await actor.fill(queue, '4567', '6 octets', 'abc', '');
    return actor.drain(queue);
  });

  observe('a body above x-max-length-bytes drops all, itself too', [0, 'abc'], async ({ actor }) => {
    const queue = await actor.queue(octets(10));
    await actor.fill(queue, 'ab', 'x'.repeat(11));
    const count = await actor.count(queue);
    await actor.fill(queue, 'abc');
    return [count, ...(await actor.drain(queue))];
  });

  observe('x-max-length-bytes 0 keeps empty bodies', ['', ''], async ({ actor }) => {
    const queue = await actor.queue(octets(0));
    await actor.fill(queue, '', 'x', '', '');
    return actor.drain(queue);
  });

  observe('x-max-length-bytes with reject-publish', [['ack', 'nack', 'ack', 'ack', 'nack'], '123456', '1234', ''], async ({ actor }) => {
    const queue = await actor.queue({ ...octets(10), ...REJECT });
    return [await actor.fill(queue, '123456', '1234567', '1234', '', 'x'), ...(await actor.drain(queue))];
  });

  observe('the stricter of the two limits counts', [['1', '2'], ['c']], async ({ actor }) => {
    const queue = await actor.queue({ ...octets(5), ...limit(2) });
    await actor.fill(queue, '0', '1', '2');
    const byCount = await actor.drain(queue);
    await actor.fill(queue, 'aaa', 'bbbbb', 'c');
    return [byCount, await actor.drain(queue)];
  });
});
