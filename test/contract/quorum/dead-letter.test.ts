import { brief, headersOf } from '../../support/delivery.ts';
import { death, deathsOf, dig } from '../../support/graves.ts';
import { own } from '../../support/names.ts';
import { describeObservations } from '../../support/observations.ts';
import { int } from '../../support/tables.ts';

const QUORUM = { 'x-queue-type': 'quorum' };

const COUNTS = { acquired: 'l:2', delivered: 'l:2', deaths: [death('q', 'rejected', { count: 2 })], redelivered: true };

describeObservations('quorum/dead-letter', (observe) => {
  observe('rejected', ['R1', [death('q', 'rejected')]], async ({ actor }) => {
    const graves = await dig(actor);
    const queue = await graves.beside(QUORUM);
    await actor.fill(queue, '1');
    actor.reject(await actor.hold(queue), { requeue: false });
    const letters = await graves.letters(1);
    return [...letters.map(brief), deathsOf(letters[0])];
  });

  observe('expired', ['1', [death('q', 'expired', { expiration: '50' })]], async ({ actor }) => {
    const graves = await dig(actor);
    await actor.fill(await graves.beside(QUORUM), { body: '1', expiration: '50' });
    const letters = await graves.letters(1);
    return [...letters.map(brief), deathsOf(letters[0])];
  });

  observe('maxlen', ['1', [death('q', 'maxlen')]], async ({ actor }) => {
    const graves = await dig(actor);
    await actor.fill(await graves.beside({ ...QUORUM, 'x-max-length': int('byte', 1) }), '1', '2');
    const letters = await graves.letters(1);
    return [...letters.map(brief), deathsOf(letters[0])];
  });

  observe('delivery_limit', ['R1', [death('q', 'delivery_limit')]], async ({ actor }) => {
    const graves = await dig(actor);
    const queue = await graves.beside({ ...QUORUM, 'x-delivery-limit': int('byte', 0) });
    await actor.fill(queue, '1');
    actor.reject(await actor.hold(queue));
    const letters = await graves.letters(1);
    return [...letters.map(brief), deathsOf(letters[0])];
  });

  observe('x-dead-letter-strategy at-least-once', ['1', [death('q', 'rejected')]], async ({ actor }) => {
    const graves = await dig(actor);
    const queue = await graves.beside({ ...QUORUM, 'x-dead-letter-strategy': 'at-least-once', 'x-overflow': 'reject-publish' });
    await actor.fill(queue, '1');
    actor.nack(await actor.hold(queue), { requeue: false });
    const letters = await graves.letters(1);
    return [...letters.map(brief), deathsOf(letters[0])];
  });

  observe('reject-publish-dlx is drop-head', ['1'], async ({ actor }) => {
    const graves = await dig(actor);
    await actor.fill(await graves.beside({ ...QUORUM, 'x-max-length': int('byte', 1), 'x-overflow': 'reject-publish-dlx' }), '1', '2');
    return (await graves.letters(1)).map(brief);
  });

  observe('a classic queue does not show the counts of a quorum queue', ['x-death', 'x-first-death-exchange'], async ({ actor }) => {
    const graves = await dig(actor);
    const queue = await graves.beside(QUORUM);
    await actor.fill(queue, '1');
    actor.reject(await actor.hold(queue));
    actor.reject(await actor.hold(queue), { requeue: false });
    const [letter] = await graves.letters(1);
    return Object.keys(headersOf(letter?.properties.headers)).slice(0, 2);
  });

  observe('the counts go on in the next quorum queue', COUNTS, async ({ actor }) => {
    const queue = own('q');
    await actor.queue({ ...QUORUM, 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': queue }, { name: queue });
    await actor.fill(queue, '1');
    actor.reject(await actor.hold(queue), { requeue: false });
    actor.reject(await actor.hold(queue), { requeue: false });
    const held = await actor.hold(queue);
    const { 'x-acquired-count': acquired, 'x-delivery-count': delivered, 'x-death': deaths } = headersOf(held.properties.headers);
    return { acquired, delivered, deaths, redelivered: held.redelivered };
  });

  observe('a cycle without a rejection ends', ['2'], async ({ actor }) => {
    const queue = own('q');
    const back = { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': queue };
    await actor.queue({ ...QUORUM, ...back, 'x-max-length': int('byte', 1) }, { name: queue });
    await actor.fill(queue, '1', '2');
    await actor.settled(queue, 1);
    return actor.drain(queue);
  });
});
