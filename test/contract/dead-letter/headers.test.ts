import type { Field } from '../../../src/lab-broker/wire/field.ts';
import { inFull } from '../../support/delivery.ts';
import { death, deathsOf, dig, ends } from '../../support/graves.ts';
import { describeObservations } from '../../support/observations.ts';
import { int, list, long, tableOf } from '../../support/tables.ts';

/** What a client may say to look like a dead letter that was rejected in a queue five times. */
function copied(queue: string): Field {
  const entry = tableOf({
    count: long(5n),
    exchange: '',
    queue,
    reason: 'rejected',
    'routing-keys': list('k'),
    time: { type: 'timestamp', value: 1n },
  });
  return { type: 'array', value: [{ type: 'table', value: entry }] };
}

const WHOLE = {
  exchange: 'dlx',
  routingKey: 'k',
  redelivered: false,
  contentType: 'text/plain',
  deliveryMode: 2,
  priority: 3,
  messageId: 'm',
  headers: {
    n: 'b:7',
    user: 'S:h',
    'x-death': [death('q', 'rejected', { exchange: 'x', keys: ['k'], expiration: '60000' })],
    ...ends(['x', 'q', 'rejected']),
  },
};

const ORDER = ['original-expiration', 'count', 'reason', 'queue', 'time', 'exchange', 'routing-keys'];

const SORTED = [
  'a',
  'x-death',
  'x-first-death-exchange',
  'x-first-death-queue',
  'x-first-death-reason',
  'x-last-death-exchange',
  'x-last-death-queue',
  'x-last-death-reason',
  'z',
];

const TWO_HOPS = {
  exchange: 'dlx',
  routingKey: 'q2',
  redelivered: false,
  headers: {
    'x-death': [death('q2', 'expired'), death('q1', 'rejected')],
    ...ends(['', 'q1', 'rejected'], ['', 'q2', 'expired']),
  },
};

const EXPIRED_TWICE = [death('q2', 'expired'), death('q1', 'expired', { expiration: '50' })];

const RETRIED = [
  death('unused', 'expired', { count: 3, keys: ['unused'] }),
  death('work', 'rejected', { count: 3, exchange: 'x', keys: ['k', 'c'] }),
];

const MADE_UP = {
  exchange: 'dlx',
  routingKey: 'q',
  redelivered: false,
  headers: { 'x-death': [death('q', 'rejected')], ...ends(['', 'q', 'rejected']) },
};

describeObservations('dead-letter/headers', (observe) => {
  observe('a dead letter in full: what it was is kept, expiration moves', WHOLE, async ({ actor }) => {
    const graves = await dig(actor);
    const exchange = await actor.exchange('direct');
    const queue = await graves.beside();
    await actor.bind(queue, exchange, 'k');
    const said = { contentType: 'text/plain', deliveryMode: 2, priority: 3, messageId: 'm', expiration: '60000' };
    await actor.fill({ exchange, routingKey: 'k' }, { ...said, headers: { user: 'h', n: int('byte', 7) } });
    actor.nack(await actor.hold(queue), { requeue: false });
    const [letter] = await graves.letters(1);
    return letter && inFull(letter);
  });

  observe('the order of an entry', ORDER, async ({ actor }) => {
    const graves = await dig(actor);
    await actor.fill(await graves.beside(), { expiration: '10' });
    const [letter] = await graves.letters(1);
    const [, deaths] = letter?.properties.headers?.find(([name]) => name === 'x-death') ?? [];
    const [entry] = deaths?.type === 'array' ? deaths.value : [];
    return entry?.type === 'table' ? entry.value.map(([name]) => name) : entry;
  });

  observe('all headers come sorted by name', SORTED, async ({ actor }) => {
    const graves = await dig(actor);
    await actor.fill(await graves.beside({ 'x-message-ttl': int('byte', 10) }), { headers: { z: '1', a: '2' } });
    const [letter] = await graves.letters(1);
    return letter?.properties.headers?.map(([name]) => name);
  });

  observe('two hops: the newest death first, the first and the last by name', TWO_HOPS, async ({ actor }) => {
    const graves = await dig(actor);
    const second = await graves.beside({ 'x-message-ttl': int('byte', 50) }, { name: 'q2' });
    const first = await actor.queue({ 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': second }, { name: 'q1' });
    await actor.fill(first, '1');
    actor.nack(await actor.hold(first), { requeue: false });
    const [letter] = await graves.letters(1);
    return letter && inFull(letter);
  });

  observe('expiration and then x-message-ttl: the one keeps original-expiration', EXPIRED_TWICE, async ({ actor }) => {
    const graves = await dig(actor);
    const second = await graves.beside({ 'x-message-ttl': int('byte', 50) }, { name: 'q2' });
    const first = await actor.queue({ 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': second }, { name: 'q1' });
    await actor.fill(first, { expiration: '50' });
    return deathsOf((await graves.letters(1))[0]);
  });

  observe('work and retry: counts rise, the rest is of the first time', RETRIED, async ({ actor }) => {
    const exchange = await actor.exchange('fanout');
    const retry = await actor.queue({}, { name: 'unused' });
    const work = await actor.queue({ 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': retry }, { name: 'work' });
    await actor.wire.call({ name: 'queue.delete', queue: retry }, 'queue.delete-ok');
    const back = { 'x-message-ttl': int('byte', 20), 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': work };
    await actor.queue(back, { name: retry });
    await actor.bind(work, exchange);
    await actor.fill({ exchange, routingKey: 'k' }, { headers: { CC: list('c') } });
    for (let time = 1; time <= 3; time++) {
      await actor.settled(work, 1);
      actor.nack(await actor.hold(work), { requeue: false });
    }
    await actor.settled(work, 1);
    return deathsOf(await actor.hold(work));
  });

  observe('headers that a client made up are not believed', [death('q', 'rejected')], async ({ actor }) => {
    const graves = await dig(actor);
    const queue = await graves.beside();
    await actor.fill(queue, { headers: { 'x-death': copied(queue) } });
    actor.nack(await actor.hold(queue), { requeue: false });
    return deathsOf((await graves.letters(1))[0]);
  });

  observe('deaths in another queue that a client copied are not believed', [death('q', 'rejected')], async ({ actor }) => {
    const graves = await dig(actor);
    const queue = await graves.beside();
    await actor.fill(queue, { headers: { 'x-death': copied('another') } });
    actor.nack(await actor.hold(queue), { requeue: false });
    return deathsOf((await graves.letters(1))[0]);
  });

  observe('an x-death that is none is replaced', [death('q', 'rejected')], async ({ actor }) => {
    const graves = await dig(actor);
    const queue = await graves.beside();
    await actor.fill(queue, { headers: { 'x-death': 'hello' } });
    actor.nack(await actor.hold(queue), { requeue: false });
    return deathsOf((await graves.letters(1))[0]);
  });

  observe('x-first-death-* of a client are replaced', MADE_UP, async ({ actor }) => {
    const graves = await dig(actor);
    const queue = await graves.beside();
    await actor.fill(queue, { headers: { 'x-first-death-queue': 'mine', 'x-first-death-reason': 'mine', 'x-last-death-queue': 'mine' } });
    actor.nack(await actor.hold(queue), { requeue: false });
    const [letter] = await graves.letters(1);
    return letter && inFull(letter);
  });
});
