import { type BenchShape, expectedIn, planBench } from '../../../src/bench/plan.ts';
import { PARAMETERS } from '../../support/sample-bench.ts';

const SHAPE: BenchShape = { ...PARAMETERS, count: 10, confirm: 5, prefetch: 7, routingKeys: 0 };
const plan = (more: Partial<BenchShape> = {}) => planBench({ ...SHAPE, ...more }, 'b', 9);
const channels = (more: Partial<BenchShape>) =>
  plan(more).connections.map(({ producers, consumers }) => [producers.length, consumers.length]);

describe('the plan of a bench', () => {
  test('least: one producer, one consumer, one queue, through the default exchange', () => {
    const { exchange, queues, bindings, connections } = plan();
    expect([exchange, bindings]).toEqual([undefined, []]);
    expect(queues).toMatchObject([{ queue: 'b.1', durable: true, arguments: { 'x-queue-type': 'classic' } }]);
    expect(connections).toMatchObject([
      { producers: [], consumers: [{ run: 9, queue: 'b.1', prefetch: 7, noAck: false }] },
      {
        producers: [{ run: 9, producer: 0, routes: [{ exchange: '', routingKey: 'b.1', properties: { deliveryMode: 2 } }], count: 10 }],
        consumers: [],
      },
    ]);
  });

  test('connections have channels, and each producer a number of its own', () => {
    expect(channels({ producers: 2, producerChannels: 3, consumers: 1, consumerChannels: 2 })).toEqual([
      [0, 2],
      [3, 0],
      [3, 0],
    ]);
    const numbers = plan({ producers: 2, producerChannels: 3 }).connections.flatMap(({ producers }) =>
      producers.map(({ producer }) => producer),
    );
    expect(numbers).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test('consumers are spread over the queues', () => {
    const { connections } = plan({ consumers: 3, queues: 2 });
    expect(connections.flatMap(({ consumers }) => consumers.map(({ queue }) => queue))).toEqual(['b.1', 'b.2', 'b.1']);
  });

  test.each([
    ['direct', 4, ['b.1', 'b.2', 'b.1', 'b.2']],
    ['topic', 1, ['b.1', 'b.2']],
    ['headers', 2, ['b.1', 'b.2']],
  ] as const)('a %s exchange with %i keys', (exchange, routingKeys, queues) => {
    const found = plan({ exchange, routingKeys, queues: 2 });
    expect(found.exchange).toMatchObject({ exchange: 'b', type: exchange });
    expect(found.bindings.map(({ destination }) => destination)).toEqual(queues);
    expect(found.destinations).toEqual(queues.map((queue) => [queue]));
    const routes = found.connections[1]?.producers[0]?.routes ?? [];
    expect(routes.map(({ exchange: name }) => name)).toEqual(queues.map(() => 'b'));
    if (exchange === 'headers') expect(found.bindings[1]?.arguments).toEqual({ 'x-match': 'all', ...routes[1]?.properties.headers });
    else expect(routes.map(({ routingKey }) => routingKey)).toEqual(found.bindings.map(({ routingKey }) => routingKey));
  });

  test('a fanout exchange leads everything everywhere', () => {
    const found = plan({ exchange: 'fanout', queues: 3, routingKeys: 5 });
    expect(found.destinations).toEqual([['b.1', 'b.2', 'b.3']]);
    expect([...expectedIn(found, 'b.2', 4)]).toEqual([0, 1, 2, 3]);
  });

  test('what must come to a queue', () => {
    const found = plan({ queues: 3 });
    expect([...expectedIn(found, 'b.2', 8)]).toEqual([1, 4, 7]);
    expect([...expectedIn(found, 'none', 8)]).toEqual([]);
  });
});
