import { MessageChannel } from 'node:worker_threads';
import { type BenchHost, openHost } from '../../src/bench/host.ts';
import { compareSequences } from '../../src/bench/losses.ts';
import { addCounts, noCounts } from '../../src/bench/meter.ts';
import { type BenchShape, planBench } from '../../src/bench/plan.ts';
import { remoteHost, serveHost } from '../../src/bench/remote-host.ts';
import { benchClock } from '../../src/bench-clock.ts';
import { connectAmqp } from '../../src/client/amqp.ts';
import type { Broker } from '../../src/client/broker.ts';
import { withChannel } from '../../src/client/session.ts';
import { parseAddress } from '../../src/client/target.ts';
import { describeBrokers } from '../support/brokers.ts';
import { CONNECT, onClient } from '../support/client-stage.ts';
import { eventually } from '../support/polling.ts';
import { PARAMETERS } from '../support/sample-bench.ts';

const SHAPE: BenchShape = {
  ...PARAMETERS,
  ...{ producers: 2, consumers: 2, producerChannels: 2, sizes: [50, 200], count: 500, confirm: 50 },
  ...{ mandatory: true, prefetch: 20, queues: 2, routingKeys: 0 },
};

describeBrokers('the host of a bench', (broker) => {
  /** Makes what the plan needs, and opens its host. */
  const withHost = (
    more: Partial<BenchShape>,
    use: (host: BenchHost, plan: ReturnType<typeof planBench>, client: Broker) => Promise<void>,
  ) =>
    onClient(broker, async (client, { url }) => {
      const plan = planBench({ ...SHAPE, ...more }, 'bench', 5);
      await withChannel(client, async (channel) => {
        if (plan.exchange !== undefined) await channel.declareExchange(plan.exchange);
        for (const queue of plan.queues) await channel.declareQueue(queue);
        for (const binding of plan.bindings) await channel.bind(binding);
      });
      // as a thread has it: asked through a port
      const { port1, port2 } = new MessageChannel();
      const portOf = (port: typeof port1) => ({
        send: (message: unknown) => port.postMessage(message),
        listen: (listener: (message: unknown) => void) => void port.on('message', listener),
      });
      const served = serveHost(portOf(port2), () =>
        openHost(plan.connections, () => connectAmqp(parseAddress(url, 'url'), CONNECT), benchClock),
      );
      const host = await remoteHost(portOf(port1), new Promise(() => {}));
      try {
        await use(host, plan, client);
      } finally {
        await host.close();
        await served;
        port1.close();
      }
    });

  test.each<[Partial<BenchShape>, number]>([
    [{}, 2_000],
    [{ exchange: 'fanout' }, 4_000],
    [{ exchange: 'topic', routingKeys: 5 }, 2_000],
    [{ exchange: 'headers', routingKeys: 3, queueType: 'quorum' }, 2_000],
  ])(
    '%j: all that was sent came, once, and was counted',
    (more, copies) =>
      withHost(more, async (host, plan) => {
        host.produce(0, Number.POSITIVE_INFINITY);
        await host.produced;
        const counts = noCounts();
        await eventually(
          async () => {
            addCounts(counts, (await host.take()).tally.measured);
            expect(counts.acked).toBe(copies);
          },
          { within: 20_000 },
        );
        const none = { foreign: 0, unanswered: 0, redelivered: 0, returned: 0, nacked: 0 };
        expect(counts).toMatchObject({ received: copies, acked: copies, sent: 2_000, confirmed: 2_000, ...none });
        const { sent, received } = await host.account();
        expect(compareSequences(plan, sent, received)).toEqual({ missing: 0, duplicates: 0, reordered: 0 });
      }),
    30_000,
  );

  test(
    'a channel that the broker closes is a failure that says why',
    () =>
      withHost({ count: Number.POSITIVE_INFINITY, exchange: 'direct' }, async (host, plan, client) => {
        host.produce(0, Number.POSITIVE_INFINITY);
        await withChannel(client, (channel) => channel.deleteExchange(plan.name));
        expect(await host.failed).toMatchObject({ replyCode: 404 });
        host.stopProducing();
      }),
    30_000,
  );

  test('a queue that is deleted ends its consumer', () =>
    withHost({}, async (host, _plan, client) => {
      await withChannel(client, (channel) => channel.deleteQueue('bench.1'));
      expect(await host.failed).toMatchObject({ message: expect.stringContaining("the consumer of queue 'bench.1'") });
    }));

  test('what the broker refuses at the start is thrown', () =>
    onClient(broker, async (_client, { url }) => {
      const plan = planBench(SHAPE, 'bench', 5);
      await expect(openHost(plan.connections, () => connectAmqp(parseAddress(url, 'url'), CONNECT), benchClock)).rejects.toMatchObject({
        replyCode: 404,
      });
    }));
});
