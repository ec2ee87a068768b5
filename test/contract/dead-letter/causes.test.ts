import type { Actor } from '../../support/actor.ts';
import { brief } from '../../support/delivery.ts';
import { death, deathsOf, dig, type Graves } from '../../support/graves.ts';
import { describeObservations } from '../../support/observations.ts';
import { int } from '../../support/tables.ts';

describeObservations('dead-letter/causes', (observe) => {
  observe('a rejected message', [death('q', 'rejected')], async ({ actor }) => {
    const graves = await dig(actor);
    const queue = await graves.beside();
    await actor.fill(queue, '1');
    actor.reject(await actor.hold(queue), { requeue: false });
    return deathsOf((await graves.letters(1))[0]);
  });

  observe('several at once, in their order', ['1', '2', '3'], async ({ actor }) => {
    const graves = await dig(actor);
    const queue = await graves.beside();
    await actor.fill(queue, '1', '2', '3');
    await actor.hold(queue);
    await actor.hold(queue);
    actor.nack(await actor.hold(queue), { multiple: true, requeue: false });
    return (await graves.letters(3)).map(({ body }) => body);
  });

  observe('x-message-ttl', [death('q', 'expired')], async ({ actor }) => {
    const graves = await dig(actor);
    await actor.fill(await graves.beside({ 'x-message-ttl': int('byte', 50) }), '1');
    return deathsOf((await graves.letters(1))[0]);
  });

  observe('expiration', [death('q', 'expired', { expiration: '50' })], async ({ actor }) => {
    const graves = await dig(actor);
    await actor.fill(await graves.beside(), { expiration: '50' });
    return deathsOf((await graves.letters(1))[0]);
  });

  observe('x-message-ttl 0', [['ack'], [death('q', 'expired')]], async ({ actor }) => {
    const graves = await dig(actor);
    const outcome = await actor.fill(await graves.beside({ 'x-message-ttl': int('byte', 0) }), '1');
    return [outcome, deathsOf((await graves.letters(1))[0])];
  });

  observe('expiration 0', [['ack'], [death('q', 'expired', { expiration: '0' })]], async ({ actor }) => {
    const graves = await dig(actor);
    const outcome = await actor.fill(await graves.beside(), { expiration: '0' });
    return [outcome, deathsOf((await graves.letters(1))[0])];
  });

  observe('drop-head: the oldest', [['ack', 'ack', 'ack'], ['1'], [death('q', 'maxlen')]], async ({ actor }) => {
    const graves = await dig(actor);
    const outcome = await actor.fill(await graves.beside({ 'x-max-length': int('byte', 2) }), '1', '2', '3');
    const letters = await graves.letters(1);
    return [outcome, letters.map(({ body }) => body), deathsOf(letters[0])];
  });

  observe('x-max-length 0: at once', [['ack'], ['1']], async ({ actor }) => {
    const graves = await dig(actor);
    const outcome = await actor.fill(await graves.beside({ 'x-max-length': int('byte', 0) }), '1');
    return [outcome, (await graves.letters(1)).map(({ body }) => body)];
  });

  observe('x-max-length-bytes: the oldest', [['123456'], [death('q', 'maxlen')]], async ({ actor }) => {
    const graves = await dig(actor);
    await actor.fill(await graves.beside({ 'x-max-length-bytes': int('byte', 10) }), '123456', 'abcdef');
    const letters = await graves.letters(1);
    return [letters.map(({ body }) => body), deathsOf(letters[0])];
  });

  observe('reject-publish-dlx: the newest, which is nacked', [['ack', 'nack'], ['2'], [death('q', 'maxlen')], ['1']], async ({ actor }) => {
    const graves = await dig(actor);
    const queue = await graves.beside({ 'x-max-length': int('byte', 1), 'x-overflow': 'reject-publish-dlx' });
    const outcome = await actor.fill(queue, '1', '2');
    const letters = await graves.letters(1);
    return [outcome, letters.map(({ body }) => body), deathsOf(letters[0]), await actor.drain(queue)];
  });

  observe(
    'given back over the limit',
    [
      ['1', '2'],
      ['3', '4'],
    ],
    async ({ actor }) => {
      const graves = await dig(actor);
      const queue = await graves.beside({ 'x-max-length': int('byte', 2) });
      await actor.fill(queue, '1', '2');
      await actor.hold(queue);
      const second = await actor.hold(queue);
      await actor.fill(queue, '3', '4');
      actor.nack(second, { multiple: true });
      return [(await graves.letters(2)).map(({ body }) => body), await actor.drain(queue)];
    },
  );

  observe('given back after its time', [death('q', 'expired')], async ({ actor }) => {
    const graves = await dig(actor);
    const queue = await graves.beside({ 'x-message-ttl': int('short', 500) });
    await actor.fill(queue, '1');
    const held = await actor.hold(queue);
    await actor.fill(queue, 'a witness');
    await graves.letters(1);
    actor.nack(held);
    return deathsOf((await graves.letters(1))[0]);
  });

  observe('not: reject-publish, purge, delete, what is unroutable', [], async ({ actor }) => {
    const graves = await dig(actor);
    const [full, purged, deleted] = [
      await graves.beside({ 'x-max-length': int('byte', 0), 'x-overflow': 'reject-publish' }),
      await graves.beside(),
      await graves.beside(),
    ];
    for (const queue of [full, purged, deleted]) await actor.fill(queue, '1', '2');
    await actor.hold(deleted);
    await actor.wire.call({ name: 'queue.purge', queue: purged }, 'queue.purge-ok');
    await actor.wire.call({ name: 'queue.delete', queue: deleted }, 'queue.delete-ok');
    await actor.fill(deleted, '3');
    return witnessed(actor, graves);
  });

  observe('not: what is in a queue that expires', [], async ({ actor }) => {
    const graves = await dig(actor);
    const queue = await graves.beside({ 'x-expires': int('short', 200) });
    await actor.fill(queue, '1');
    await actor.goes(queue);
    return witnessed(actor, graves);
  });

  observe('not: what is acknowledged, or given back', [], async ({ actor }) => {
    const graves = await dig(actor);
    const queue = await graves.beside();
    await actor.fill(queue, '1', '2');
    actor.ack(await actor.hold(queue));
    actor.nack(await actor.hold(queue));
    return witnessed(actor, graves);
  });
});

describeObservations('dead-letter/redelivered', (observe) => {
  observe('a rejected one counts as delivered before', ['R1'], async ({ actor }) => {
    const graves = await dig(actor);
    const queue = await graves.beside();
    await actor.fill(queue, '1');
    actor.reject(await actor.hold(queue), { requeue: false });
    return (await graves.letters(1)).map(brief);
  });

  observe('a nacked one does not', ['1'], async ({ actor }) => {
    const graves = await dig(actor);
    const queue = await graves.beside();
    await actor.fill(queue, '1');
    actor.nack(await actor.hold(queue), { requeue: false });
    return (await graves.letters(1)).map(brief);
  });

  observe('one that was never delivered does not', ['1'], async ({ actor }) => {
    const graves = await dig(actor);
    await actor.fill(await graves.beside({ 'x-message-ttl': int('byte', 50) }), '1');
    return (await graves.letters(1)).map(brief);
  });

  observe('given back by reject, then nacked for good', ['R1'], async ({ actor }) => {
    const graves = await dig(actor);
    const queue = await graves.beside();
    await actor.fill(queue, '1');
    actor.reject(await actor.hold(queue));
    actor.nack(await actor.hold(queue), { requeue: false });
    return (await graves.letters(1)).map(brief);
  });

  observe('given back by nack, then nacked for good', ['1'], async ({ actor }) => {
    const graves = await dig(actor);
    const queue = await graves.beside();
    await actor.fill(queue, '1');
    actor.nack(await actor.hold(queue));
    actor.nack(await actor.hold(queue), { requeue: false });
    return (await graves.letters(1)).map(brief);
  });
});

/** Dead letters but for one that is sent after all others. */
async function witnessed(actor: Actor, graves: Graves): Promise<string[]> {
  await actor.fill(await graves.beside({ 'x-message-ttl': int('byte', 0) }), 'a witness');
  return (await graves.letters(1)).map(({ body }) => body).filter((body) => body !== 'a witness');
}
