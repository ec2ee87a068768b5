import { headersOf, inFull } from '../../support/delivery.ts';
import { death, deathsOf, dig } from '../../support/graves.ts';
import { describeObservations } from '../../support/observations.ts';
import { list } from '../../support/tables.ts';

const KEPT = { exchange: 'dlx', routingKey: 'q', redelivered: false, headers: undefined };

const CHANGED = { exchange: 'dlx', routingKey: 'dead.key', redelivered: false, headers: undefined };

const COPIES = {
  routingKey: 'k',
  CC: ['S:c1', 'S:c2'],
  BCC: undefined,
  deaths: [death('q', 'rejected', { exchange: 'x', keys: ['k', 'c1', 'c2'] })],
};

const BY_BCC = [death('q', 'rejected', { exchange: 'x', keys: ['k'] })];

describeObservations('dead-letter/routing', (observe) => {
  observe('the key is kept, unless x-dead-letter-routing-key says another', [KEPT, CHANGED], async ({ actor }) => {
    const graves = await dig(actor, { type: 'topic' });
    const queues = [await graves.beside(), await graves.beside({ 'x-dead-letter-routing-key': 'dead.key' })];
    for (const queue of queues) {
      await actor.fill(queue, '1');
      actor.nack(await actor.hold(queue), { requeue: false });
    }
    const letters = await graves.letters(2);
    return letters.map((letter) => ({ ...inFull(letter), headers: undefined }));
  });

  observe('x-death keeps the original key', [death('q', 'rejected')], async ({ actor }) => {
    const graves = await dig(actor);
    const queue = await graves.beside({ 'x-dead-letter-routing-key': 'dead.key' });
    await actor.fill(queue, '1');
    actor.nack(await actor.hold(queue), { requeue: false });
    return deathsOf((await graves.letters(1))[0]);
  });

  observe('CC is kept, and stands in routing-keys; BCC is nowhere', COPIES, async ({ actor }) => {
    const graves = await dig(actor);
    const exchange = await actor.exchange('fanout');
    const queue = await graves.beside();
    await actor.bind(queue, exchange);
    await actor.fill({ exchange, routingKey: 'k' }, { headers: { CC: list('c1', 'c2'), BCC: list('b1') } });
    actor.nack(await actor.hold(queue), { requeue: false });
    const [letter] = await graves.letters(1);
    const { CC, BCC, 'x-death': deaths } = headersOf(letter?.properties.headers);
    return { routingKey: letter?.routingKey, CC, BCC, deaths };
  });

  observe('with x-dead-letter-routing-key too', { ...COPIES, routingKey: 'new' }, async ({ actor }) => {
    const graves = await dig(actor);
    const exchange = await actor.exchange('fanout');
    const queue = await graves.beside({ 'x-dead-letter-routing-key': 'new' });
    await actor.bind(queue, exchange);
    await actor.fill({ exchange, routingKey: 'k' }, { headers: { CC: list('c1', 'c2'), BCC: list('b1') } });
    actor.nack(await actor.hold(queue), { requeue: false });
    const [letter] = await graves.letters(1);
    const { CC, BCC, 'x-death': deaths } = headersOf(letter?.properties.headers);
    return { routingKey: letter?.routingKey, CC, BCC, deaths };
  });

  observe('a message that came by BCC does not tell it', { key: 'k', deaths: BY_BCC }, async ({ actor }) => {
    const graves = await dig(actor);
    const exchange = await actor.exchange('direct');
    const queue = await graves.beside();
    await actor.bind(queue, exchange, 'b');
    await actor.fill({ exchange, routingKey: 'k' }, { headers: { BCC: list('b') } });
    actor.nack(await actor.hold(queue), { requeue: false });
    const [letter] = await graves.letters(1);
    return { key: letter?.routingKey, deaths: deathsOf(letter) };
  });

  observe('a dead letter goes by its CC keys again', 1, async ({ actor }) => {
    const exchange = await actor.exchange('direct');
    const [queue, copies] = [await actor.queue({ 'x-dead-letter-exchange': exchange }), await actor.queue()];
    await actor.bind(copies, exchange, 'c');
    await actor.fill(queue, { headers: { CC: list('c') } });
    actor.nack(await actor.hold(queue), { requeue: false });
    return (await actor.takeIn(copies, 1)).length;
  });

  observe('not with x-dead-letter-routing-key', [['1'], []], async ({ actor }) => {
    const exchange = await actor.exchange('direct');
    const [copies, dead] = [await actor.queue(), await actor.queue()];
    const queue = await actor.queue({ 'x-dead-letter-exchange': exchange, 'x-dead-letter-routing-key': 'd' });
    await actor.bind(copies, exchange, 'c');
    await actor.bind(dead, exchange, 'd');
    await actor.fill(queue, { body: '1', headers: { CC: list('c') } });
    actor.nack(await actor.hold(queue), { requeue: false });
    return [(await actor.takeIn(dead, 1)).map(({ body }) => body), await actor.drain(copies)];
  });

  observe('several queues get a copy each', [['1'], ['1']], async ({ actor }) => {
    const graves = await dig(actor);
    const another = await actor.queue();
    await actor.bind(another, graves.exchange);
    const queue = await graves.beside();
    await actor.fill(queue, '1');
    actor.nack(await actor.hold(queue), { requeue: false });
    return [(await graves.letters(1)).map(({ body }) => body), (await actor.takeIn(another, 1)).map(({ body }) => body)];
  });

  observe('an exchange that is missing: lost, and the channel lives', 0, async ({ actor }) => {
    const queue = await actor.queue({ 'x-dead-letter-exchange': 'nosuch' });
    await actor.fill(queue, '1');
    actor.nack(await actor.hold(queue), { requeue: false });
    await actor.prefetch(1);
    return actor.count(queue);
  });

  observe('the exchange may come later', ['1'], async ({ actor }) => {
    const name = 'dlx@00000000';
    const queue = await actor.queue({ 'x-dead-letter-exchange': name });
    const dead = await actor.queue();
    await actor.exchange('fanout', {}, { name });
    await actor.bind(dead, name);
    await actor.fill(queue, '1');
    actor.nack(await actor.hold(queue), { requeue: false });
    return (await actor.takeIn(dead, 1)).map(({ body }) => body);
  });

  observe('an exchange that routes it nowhere: lost, or to its alternate', { exchange: true, body: '1' }, async ({ actor }) => {
    const alternate = await dig(actor);
    const exchange = await actor.exchange('direct', { 'alternate-exchange': alternate.exchange });
    const queue = await actor.queue({ 'x-dead-letter-exchange': exchange });
    await actor.fill(queue, '1');
    actor.nack(await actor.hold(queue), { requeue: false });
    const [letter] = await alternate.letters(1);
    return { exchange: letter?.exchange === exchange, body: letter?.body };
  });

  observe('an internal exchange', ['1'], async ({ actor }) => {
    const exchange = await actor.exchange('fanout', {}, { internal: true });
    const dead = await actor.queue();
    await actor.bind(dead, exchange);
    const queue = await actor.queue({ 'x-dead-letter-exchange': exchange });
    await actor.fill(queue, '1');
    actor.nack(await actor.hold(queue), { requeue: false });
    return (await actor.takeIn(dead, 1)).map(({ body }) => body);
  });
});
