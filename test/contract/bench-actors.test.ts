import { type Consumer, type ConsumerSpec, startConsumer } from '../../src/bench/consumer.ts';
import { Pace } from '../../src/bench/pace.ts';
import { type ProducerSpec, startProducer } from '../../src/bench/producer.ts';
import { benchClock } from '../../src/bench-clock.ts';
import type { Broker } from '../../src/client/broker.ts';
import { describeBrokers } from '../support/brokers.ts';
import { onClient } from '../support/client-stage.ts';
import { eventually } from '../support/polling.ts';

const to = (routingKey: string, exchange = '') => ({ exchange, routingKey, properties: {} });

const PRODUCER: ProducerSpec = {
  ...{ run: 7, producer: 1, routes: [to('q')], sizes: [100], confirm: 100, mandatory: true },
  ...{ pace: undefined, count: 2_000 },
};
const CONSUMER: ConsumerSpec = { run: 7, queue: 'q', prefetch: 100, noAck: false, multiAck: 1, delay: 0, arguments: {} };

describeBrokers('the actors of a bench', (broker) => {
  const forever = () => new AbortController().signal;
  const declare = async (client: Broker, queue: string, table = {}) => {
    const channel = await client.openChannel();
    await channel.declareQueue({ queue, durable: true, exclusive: false, autoDelete: false, arguments: table });
    return channel;
  };
  const produce = async (client: Broker, more: Partial<ProducerSpec> = {}, signal = forever()) => {
    const spec = { ...PRODUCER, ...more };
    return startProducer(await client.openChannel({ confirms: spec.confirm > 0 }), spec, benchClock, signal);
  };
  const consume = async (client: Broker, more: Partial<ConsumerSpec> = {}) =>
    startConsumer(await client.openChannel(), { ...CONSUMER, ...more }, benchClock);
  const allCame = (consumer: Consumer, count: number) =>
    eventually(() => expect(consumer.sequences.get(1)?.count).toBe(count), { within: 15_000 });

  test.each<Partial<ConsumerSpec>>([{}, { noAck: true, prefetch: 0 }, { multiAck: 50 }])('what is sent is received, once: %j', (how) =>
    onClient(broker, async (client) => {
      const channel = await declare(client, 'q');
      const consumer = await consume(client, how);
      const producer = await produce(client);
      await producer.done;
      await allCame(consumer, 2_000);
      await consumer.stop();
      const sent = producer.take();
      expect(sent).toMatchObject({ sent: 2_000, bytes: 200_000, confirmed: 2_000, returned: 0, nacked: 0, lost: 0 });
      expect([sent.confirms.count, sent.confirms.min > 0]).toEqual([2_000, true]);
      const received = consumer.take();
      expect(received).toMatchObject({ received: 2_000, bytes: 200_000, acked: how.noAck ? 0 : 2_000, redelivered: 0, foreign: 0 });
      expect([received.latency.count, received.latency.min > 0]).toEqual([2_000, true]);
      expect(await channel.checkQueue('q')).toMatchObject({ messages: 0, consumers: 0 });
      // asked again, they tell what came since
      expect([producer.take().sent, consumer.take().received]).toEqual([0, 0]);
    }),
  );

  test('what finds no queue comes back, and what a full queue refuses is told', () =>
    onClient(broker, async (client) => {
      await declare(client, 'q', { 'x-max-length': 100, 'x-overflow': 'reject-publish' });
      const producer = await produce(client, { routes: [to('q'), to('none')], count: 1_000 });
      await producer.done;
      expect(producer.take()).toMatchObject({ sent: 1_000, confirmed: 100, returned: 500, nacked: 400, lost: 0 });
    }));

  test('messages of others are told apart', () =>
    onClient(broker, async (client) => {
      await declare(client, 'q');
      const consumer = await consume(client);
      await (await produce(client, { run: 8, count: 10 })).done;
      await (await produce(client, { count: 10 })).done;
      await allCame(consumer, 10);
      expect(consumer.take()).toMatchObject({ received: 10, foreign: 10 });
      await consumer.stop();
    }));

  test('a paced producer keeps its pace, and ends with the signal', () =>
    onClient(broker, async (client) => {
      await declare(client, 'q');
      const stop = new AbortController();
      const from = benchClock.now();
      const producer = await produce(client, { pace: new Pace([{ rate: 500, seconds: 1 }]), count: Number.POSITIVE_INFINITY }, stop.signal);
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
      const producer = await produce(client, { routes: [to('q', 'none')], confirm: 10, count: 1_000 });
      await producer.done;
      const { sent, lost, confirmed } = producer.take();
      expect([lost, confirmed]).toEqual([sent, 0]);
      await declare(client, 'q');
      const consumer = await consume(client);
      const channel = await client.openChannel();
      await channel.deleteQueue('q');
      await consumer.ended;
      // without confirms nothing tells it but the channel's end. At last, since amqplib gives the number of a channel that was full of
      // messages to the next one too early, and no channel can be opened then
      await (await produce(client, { routes: [to('q', 'none')], confirm: 0, count: Number.POSITIVE_INFINITY })).done;
    }));
});
