import { type Consumer, type ConsumerSpec, startConsumer } from '../../src/bench/consumer.ts';
import { Meter } from '../../src/bench/meter.ts';
import { type ProducerSpec, startProducer } from '../../src/bench/producer.ts';
import { benchClock } from '../../src/bench-clock.ts';
import type { Broker } from '../../src/client/broker.ts';
import { describeBrokers } from '../support/brokers.ts';
import { onClient } from '../support/client-stage.ts';
import { eventually } from '../support/polling.ts';

const to = (routingKey: string, exchange = '') => ({ exchange, routingKey, properties: {} });

const PRODUCER: ProducerSpec = {
  ...{ run: 7, producer: 1, routes: [to('q')], sizes: [100], confirm: 100, mandatory: true },
  ...{ rates: [], sizeSteps: [], count: 2_000 },
};
const CONSUMER: ConsumerSpec = { run: 7, queue: 'q', prefetch: 100, noAck: false, multiAck: 1, delay: 0, arguments: {} };

describeBrokers('the actors of a bench', (broker) => {
  const forever = () => new AbortController().signal;
  const declare = async (client: Broker, queue: string, table = {}) => {
    const channel = await client.openChannel();
    await channel.declareQueue({ queue, durable: true, exclusive: false, autoDelete: false, arguments: table });
    return channel;
  };
  const produce = async (client: Broker, more: Partial<ProducerSpec> = {}, signal = forever(), measureFrom = 0) => {
    const spec = { ...PRODUCER, ...more };
    const meter = Object.assign(new Meter(), { measureFrom });
    return {
      meter,
      producer: startProducer(await client.openChannel({ confirms: spec.confirm > 0 }), spec, {
        clock: benchClock,
        signal,
        meter,
        until: Number.POSITIVE_INFINITY,
      }),
    };
  };
  const consume = async (client: Broker, more: Partial<ConsumerSpec> = {}) => {
    const meter = new Meter();
    return { meter, consumer: await startConsumer(await client.openChannel(), { ...CONSUMER, ...more }, benchClock, meter) };
  };
  const allCame = (consumer: Consumer, count: number) =>
    eventually(() => expect(consumer.sequences.get(1)?.count).toBe(count), { within: 15_000 });

  test.each<Partial<ConsumerSpec>>([{}, { noAck: true, prefetch: 0 }, { multiAck: 50 }])('what is sent is received, once: %j', (how) =>
    onClient(broker, async (client) => {
      const channel = await declare(client, 'q');
      const { consumer, meter: taken } = await consume(client, how);
      const { producer, meter } = await produce(client);
      await producer.done;
      await allCame(consumer, 2_000);
      await consumer.stop();
      const sent = meter.take();
      const none = { returned: 0, nacked: 0, unanswered: 0 };
      expect(sent.measured).toMatchObject({ sent: 2_000, sentBytes: 200_000, confirmed: 2_000, ...none });
      expect([sent.confirm.due.count, sent.confirm.due.min > 0]).toEqual([2_000, true]);
      expect(producer.confirmed?.count).toBe(2_000);
      const received = taken.take();
      const acked = how.noAck ? 0 : 2_000;
      expect(received.measured).toMatchObject({ received: 2_000, receivedBytes: 200_000, acked, redelivered: 0, foreign: 0 });
      expect([received.endToEnd.due.count, received.endToEnd.due.min > 0]).toEqual([2_000, true]);
      expect(await channel.checkQueue('q')).toMatchObject({ messages: 0, consumers: 0 });
      // asked again, they tell what came since
      expect([meter.take().measured.sent, taken.take().measured.received]).toEqual([0, 0]);
    }),
  );

  test('what finds no queue comes back, and what a full queue refuses is told', () =>
    onClient(broker, async (client) => {
      await declare(client, 'q', { 'x-max-length': 100, 'x-overflow': 'reject-publish' });
      const { producer, meter } = await produce(client, { routes: [to('q'), to('none')], count: 1_000 });
      await producer.done;
      expect(meter.take().measured).toMatchObject({ sent: 1_000, confirmed: 100, returned: 500, nacked: 400, unanswered: 0 });
    }));

  test('what was sent before the measuring is counted apart, and its latency is not recorded', () =>
    onClient(broker, async (client) => {
      await declare(client, 'q');
      const { consumer, meter: taken } = await consume(client);
      taken.measureFrom = Number.POSITIVE_INFINITY;
      const { producer, meter } = await produce(client, {}, forever(), Number.POSITIVE_INFINITY);
      await producer.done;
      await allCame(consumer, 2_000);
      await consumer.stop();
      const [sent, received] = [meter.take(), taken.take()];
      expect(sent.warmUp).toMatchObject({ sent: 2_000, confirmed: 2_000 });
      expect(received.warmUp).toMatchObject({ received: 2_000, acked: 2_000 });
      const nothing = [sent.measured.sent, received.measured.received, received.measured.acked];
      expect([...nothing, sent.confirm.due.count, received.endToEnd.due.count]).toEqual([0, 0, 0, 0, 0]);
    }));

  test('sizes change with time', () =>
    onClient(broker, async (client) => {
      await declare(client, 'q');
      const steps = [
        { size: 100, seconds: 1 },
        { size: 1_000, seconds: 3_600 },
      ];
      const { meter, producer } = await produce(client, { sizeSteps: steps, rates: [{ rate: 10, seconds: 1 }], count: 15 });
      await producer.done;
      const { sentBytes } = meter.take().measured;
      // ten a second: as many as in a second are small, the last few are large, but for one that is due when the size changes
      expect(Math.abs(sentBytes - (10 * 100 + 5 * 1_000))).toBeLessThanOrEqual(900);
    }));

  test('messages of others are told apart', () =>
    onClient(broker, async (client) => {
      await declare(client, 'q');
      const { consumer, meter } = await consume(client);
      await (await produce(client, { run: 8, count: 10 })).producer.done;
      await (await produce(client, { count: 10 })).producer.done;
      await allCame(consumer, 10);
      expect(meter.take().measured).toMatchObject({ received: 10, foreign: 10 });
      await consumer.stop();
    }));

  test('a paced producer keeps its pace, and ends with the signal', () =>
    onClient(broker, async (client) => {
      await declare(client, 'q');
      const stop = new AbortController();
      const from = benchClock.now();
      const { producer } = await produce(client, { rates: [{ rate: 500, seconds: 1 }], count: Number.POSITIVE_INFINITY }, stop.signal);
      await eventually(() => expect(producer.sent).toBeGreaterThanOrEqual(250), { within: 10_000, every: 5 });
      const seconds = (benchClock.now() - from) / 1e9;
      stop.abort();
      await producer.done;
      expect(seconds).toBeGreaterThanOrEqual(249 / 500);
      // never ahead of its time, however late the test looks
      expect(producer.sent).toBeLessThanOrEqual(Math.ceil(((benchClock.now() - from) / 1e9) * 500) + 1);
    }));

  test('a channel that goes is no hang: what is open is lost', () =>
    onClient(broker, async (client) => {
      const { producer, meter } = await produce(client, { routes: [to('q', 'none')], confirm: 10, count: 1_000 });
      await producer.done;
      const { sent, unanswered, confirmed } = meter.take().measured;
      expect([unanswered, confirmed]).toEqual([sent, 0]);
      await declare(client, 'q');
      const { consumer } = await consume(client);
      const channel = await client.openChannel();
      await channel.deleteQueue('q');
      await consumer.ended;
      // without confirms nothing tells it but the channel's end. At last, since amqplib gives the number of a channel that was full of
      // messages to the next one too early, and no channel can be opened then
      await (await produce(client, { routes: [to('q', 'none')], confirm: 0, count: Number.POSITIVE_INFINITY })).producer.done;
    }));
});
