import type { Actor } from '../../support/actor.ts';
import { inFull } from '../../support/delivery.ts';
import { describeObservations } from '../../support/observations.ts';

const CAUGHT = { exchange: 'x', routingKey: 'k', redelivered: false };

describeObservations('semantics/alternate-exchange', (observe) => {
  observe('it gets what is unroutable, which is not returned then', [['basic.ack'], CAUGHT], async ({ actor }) => {
    const alternate = await actor.exchange('fanout');
    const queue = await actor.queue();
    await actor.bind(queue, alternate);
    const exchange = await actor.exchange('direct', { 'alternate-exchange': alternate });
    return [await said(actor, exchange), inFull(await actor.hold(queue))];
  });

  observe('it does not get what is routed', [['routed'], []], async ({ actor }) => {
    const alternate = await actor.exchange('fanout');
    const [caught, routed] = [await actor.queue(), await actor.queue()];
    await actor.bind(caught, alternate);
    const exchange = await actor.exchange('direct', { 'alternate-exchange': alternate });
    await actor.bind(routed, exchange, 'k');
    await actor.fill({ exchange, routingKey: 'k' }, 'routed');
    return [await actor.drain(routed), await actor.drain(caught)];
  });

  observe('two alternates of each other: returned once', ['basic.return', 'basic.ack'], async ({ actor }) => {
    const name = 'ae@00000000';
    const other = await actor.exchange('direct', { 'alternate-exchange': name });
    await actor.exchange('direct', { 'alternate-exchange': other }, { name });
    return said(actor, other);
  });

  observe('a missing one: returned', ['basic.return', 'basic.ack'], async ({ actor }) =>
    said(actor, await actor.exchange('direct', { 'alternate-exchange': 'nosuch' })),
  );

  observe('one that routes nothing: returned', ['basic.return', 'basic.ack'], async ({ actor }) => {
    const alternate = await actor.exchange('direct');
    return said(actor, await actor.exchange('direct', { 'alternate-exchange': alternate }));
  });

  observe('a chain of them', [['basic.ack'], CAUGHT], async ({ actor }) => {
    const last = await actor.exchange('fanout');
    const queue = await actor.queue();
    await actor.bind(queue, last);
    const middle = await actor.exchange('direct', { 'alternate-exchange': last });
    return [await said(actor, await actor.exchange('direct', { 'alternate-exchange': middle })), inFull(await actor.hold(queue))];
  });

  observe('an internal one', [['basic.ack'], CAUGHT], async ({ actor }) => {
    const alternate = await actor.exchange('fanout', {}, { internal: true });
    const queue = await actor.queue();
    await actor.bind(queue, alternate);
    return [await said(actor, await actor.exchange('direct', { 'alternate-exchange': alternate })), inFull(await actor.hold(queue))];
  });
});

/** What comes of a mandatory message. */
async function said(actor: Actor, exchange: string): Promise<string[]> {
  await actor.wire.call({ name: 'confirm.select' }, 'confirm.select-ok');
  actor.publish({ exchange, routingKey: 'k', mandatory: true }, '');
  const names: string[] = [];
  while (!names.includes('basic.ack')) names.push((await actor.wire.next()).method.name);
  return names;
}
