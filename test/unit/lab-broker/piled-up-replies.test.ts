import { createLabBroker, type LabBroker } from '../../../src/lab-broker/lab-broker.ts';
import { eventually } from '../../support/polling.ts';
import type { WireClient } from '../../support/wire-client.ts';
import { connectionsOf, openWithChannel } from './lab-rig.ts';

const REPLY_TO = 'amq.rabbitmq.reply-to';
const [REPLIES, SIZE] = [400, 100_000];

/** Who waits for a reply, who gives it, and the key that leads from one to the other. */
async function withRequest(use: (broker: LabBroker, asker: WireClient, replier: WireClient, key: string) => Promise<void>): Promise<void> {
  const broker = await createLabBroker();
  const asker = await openWithChannel(broker);
  const replier = await openWithChannel(broker);
  try {
    await replier.call({ name: 'queue.declare', queue: 'requests' }, 'queue.declare-ok');
    await replier.call({ name: 'confirm.select' }, 'confirm.select-ok');
    await asker.call({ name: 'basic.consume', queue: REPLY_TO, noAck: true }, 'basic.consume-ok');
    asker.publish({ routingKey: 'requests', properties: { replyTo: REPLY_TO } });
    const request = await eventually(() => replier.call({ name: 'basic.get', queue: 'requests' }, 'basic.get-ok'));
    await use(broker, asker, replier, request.properties?.replyTo ?? '');
  } finally {
    asker.destroy();
    replier.destroy();
    await broker.close();
  }
}

/** Confirms come one for many. */
async function confirmed(client: WireClient, upTo: number): Promise<void> {
  while ((await client.expect('basic.ack')).method.deliveryTag < upTo);
}

test('replies to a client that reads nothing do not pile up: those that it has no room for are dropped', async () => {
  await withRequest(async (broker, asker, replier, key) => {
    asker.pause();
    for (let n = 0; n < REPLIES; n++) replier.publish({ routingKey: key, body: Buffer.alloc(SIZE, 'x') });
    await confirmed(replier, REPLIES);
    const pending = (await connectionsOf(broker))[0]?.send_pend;
    expect(pending).toBeGreaterThan(1_000_000);
    expect(pending).toBeLessThan(5_000_000);
    asker.resume();
    await eventually(async () => expect((await connectionsOf(broker))[0]?.send_pend).toBe(0));
    replier.publish({ routingKey: key, body: 'the last one' });
    let last = '';
    let came = 0;
    for (; last !== 'the last one'; came++) last = (await asker.expect('basic.deliver')).body?.toString() ?? '';
    expect(came).toBeLessThan(REPLIES);
  });
});
