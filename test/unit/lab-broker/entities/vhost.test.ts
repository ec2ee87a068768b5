import type { VhostQueue } from '../../../../src/lab-broker/entities/queue-port.ts';
import { Vhost } from '../../../../src/lab-broker/entities/vhost.ts';
import { longstr, type Table } from '../../../../src/lab-broker/wire/field.ts';
import { message } from '../core-rig.ts';
import { createManualClock } from '../manual-clock.ts';

/** A vhost; each look at its clock finds `ms` more gone. `held` is the memory that it says it takes. */
function createVhost(ms = 0) {
  const clock = createManualClock();
  const state = { held: 0, least: 0 };
  const vhost = new Vhost('/', {
    clock: {
      ...clock,
      now: () => {
        clock.pass(ms);
        return clock.now();
      },
    },
    watched: false,
    wants: () => false,
    hold(bytes) {
      state.held += bytes;
      state.least = Math.min(state.least, state.held);
    },
    tell: () => undefined,
  });
  const queue = (name: string, table: Table = []): VhostQueue =>
    vhost.createQueue({ name, type: 'classic', durable: true, autoDelete: false, owner: undefined, arguments: table });
  return { vhost, clock, queue, state };
}

const deadLettersTo = (key: string): Table => [
  ['x-dead-letter-exchange', longstr('')],
  ['x-dead-letter-routing-key', longstr(key)],
];

/** Has `count` messages of a queue rejected. */
function reject(queue: VhostQueue, count: number): void {
  const entries = Array.from({ length: count }, (_, n) => {
    queue.publish(message(String(n)));
    return queue.take(false)?.entry;
  });
  queue.discard(
    entries.flatMap((entry) => entry ?? []),
    'nack',
  );
}

const bodies = (queue: VhostQueue) => Array.from({ length: queue.ready }, () => queue.take(true)?.message.body.toString());

test('many dead letters are published a part in each turn, in their order, and count as memory all the while', () => {
  const { clock, queue, state } = createVhost();
  const [busy, dead] = [queue('busy', deadLettersTo('dead')), queue('dead')];
  reject(busy, 1_000);
  expect(dead.ready).toBeGreaterThan(0);
  expect(dead.ready).toBeLessThan(300);
  const { held } = state;
  clock.settle();
  expect(state.held).toBeGreaterThan(held * 0.9);
  expect(bodies(dead)).toEqual(Array.from({ length: 1_000 }, (_, n) => String(n)));
  expect(state.held).toBe(0);
});

test('how long dead letters take counts, too: headers grow with each death', () => {
  const { queue } = createVhost(1);
  const [busy, dead] = [queue('busy', deadLettersTo('dead')), queue('dead')];
  reject(busy, 100);
  expect(dead.ready).toBeGreaterThan(0);
  expect(dead.ready).toBeLessThan(10);
});

test('in the next turn there is time for as many again', () => {
  const { clock, queue } = createVhost();
  const [busy, dead] = [queue('busy', deadLettersTo('dead')), queue('dead')];
  for (let turn = 1; turn <= 3; turn++) {
    reject(busy, 200);
    expect(dead.ready).toBe(200 * turn);
    clock.settle();
  }
});

test('memory never seems freed by a message on its way from one queue to another', () => {
  const { queue, state } = createVhost();
  const [busy] = [queue('busy', [['x-max-length', { type: 'signedint', value: 0 }], ...deadLettersTo('dead')]), queue('dead')];
  busy.publish(message('1'));
  const before = state.held;
  state.least = Number.POSITIVE_INFINITY;
  busy.publish(message('2'));
  expect(state.held).toBeGreaterThan(before);
  expect(state.least).toBeGreaterThan(before);
});

test('what waits to be dead-lettered is dropped with its vhost', () => {
  const { vhost, clock, queue, state } = createVhost();
  reject(queue('busy', deadLettersTo('dead')), 1_000);
  vhost.close();
  expect(state.held).toBe(0);
  clock.settle();
  expect(state.held).toBe(0);
});

test('a dead letter whose key fits into no frame goes nowhere', () => {
  const { clock, vhost, queue, state } = createVhost();
  const fanout = vhost.topology.exchanges.get('amq.fanout');
  if (fanout === undefined) throw new Error('no amq.fanout');
  const key = 'é'.repeat(128);
  const dead = queue('dead');
  vhost.bind(fanout, dead, '', []);
  const table: Table = [
    ['x-dead-letter-exchange', longstr('amq.fanout')],
    ['x-dead-letter-routing-key', longstr(key)],
  ];
  reject(queue('busy', table), 1);
  clock.settle();
  expect([dead.ready, state.held]).toEqual([0, 0]);
  reject(queue('other', [table[0] ?? ['', longstr('')], ['x-dead-letter-routing-key', longstr(key.slice(1))]]), 1);
  expect(dead.take(true)?.message.routingKey).toBe(key.slice(1));
});

test('a chain of exchanges that delete themselves may be as long as it will', () => {
  const { vhost, queue } = createVhost();
  const end = queue('end');
  const chain = Array.from({ length: 20_000 }, (_, n) =>
    vhost.createExchange({ name: `x${n}`, type: 'fanout', durable: false, autoDelete: true, internal: false, arguments: [] }),
  );
  for (const [n, exchange] of chain.entries()) vhost.bind(exchange, chain[n + 1] ?? end, '', []);
  vhost.removeQueue(end);
  expect([...vhost.topology.exchanges.keys()].filter((name) => name.startsWith('x'))).toEqual([]);
});

test('an exchange whose last binding goes keeps others bound to it, when it does not delete itself', () => {
  const { vhost, queue } = createVhost();
  const make = (name: string, autoDelete: boolean) =>
    vhost.createExchange({ name, type: 'fanout', durable: false, autoDelete, internal: false, arguments: [] });
  const [first, second, third] = [make('first', true), make('second', false), make('third', true)];
  const end = queue('end');
  vhost.bind(first, second, '', []);
  vhost.bind(second, third, '', []);
  vhost.bind(third, end, '', []);
  vhost.removeQueue(end);
  expect(['first', 'second', 'third'].filter((name) => vhost.topology.exchanges.has(name))).toEqual(['first', 'second']);
  expect([first.bindings.size, second.bindings.size]).toEqual([1, 0]);
});

test('an exchange remembers a few routes that lead to many queues, or many that lead to few, and finds each anew when it must', () => {
  const { vhost, queue } = createVhost();
  const fanout = vhost.topology.exchanges.get('amq.fanout');
  if (fanout === undefined) throw new Error('no amq.fanout');
  const remembered = () => [...fanout.found.values()].reduce((sum, queues) => sum + queues.length, 0);
  const route = (key: string) => vhost.topology.route(fanout, message('x', {}, key, 'amq.fanout')).length;
  const bind = (from: number, to: number) => {
    for (let n = from; n < to; n++) vhost.bind(fanout, queue(`q${n}`), '', []);
  };
  bind(0, 1);
  for (let key = 0; key < 10_000; key++) expect(route(`k${key}`)).toBe(1);
  expect(remembered()).toBeGreaterThan(1_000);
  expect(remembered()).toBeLessThan(5_000);
  bind(1, 1_000);
  for (let key = 0; key < 190; key++) expect(route(`k${9_999 - key}`)).toBe(1_000);
  expect(remembered()).toBeGreaterThan(10_000);
  expect(remembered()).toBeLessThan(70_000);
});
