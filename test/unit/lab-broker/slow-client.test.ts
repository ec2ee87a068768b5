import { createLabBroker, type LabBroker } from '../../../src/lab-broker/lab-broker.ts';
import { encodeFrame, METHOD } from '../../../src/lab-broker/wire/frames.ts';
import { encodeMethod } from '../../../src/lab-broker/wire/methods.ts';
import { eventually } from '../../support/polling.ts';
import type { WireClient } from '../../support/wire-client.ts';
import { type ConnectionFigures, connectionsOf, type DeafClient, openDeaf, openWithChannel, readyIn } from './lab-rig.ts';

const MESSAGES = 20_000;
const body = Buffer.alloc(1_000, 'x');

/** A broker with a full queue `q` and a client beside the deaf one. */
async function withDeaf(use: (broker: LabBroker, deaf: DeafClient, other: WireClient) => Promise<void>): Promise<void> {
  const broker = await createLabBroker();
  const deaf = await openDeaf(broker);
  const other = await openWithChannel(broker);
  try {
    await other.call({ name: 'queue.declare', queue: 'q' }, 'queue.declare-ok');
    for (let n = 0; n < MESSAGES; n++) other.publish({ routingKey: 'q', body });
    expect(await readyIn(other, 'q')).toBe(MESSAGES);
    await use(broker, deaf, other);
  } finally {
    deaf.client.destroy();
    other.destroy();
    await broker.close();
  }
}

/** What the broker says of the deaf client, when that has not changed for a while. */
async function stalled(broker: LabBroker): Promise<ConnectionFigures> {
  let last: string | undefined;
  return eventually(
    async () => {
      const [first] = await connectionsOf(broker);
      const before = last;
      last = JSON.stringify([first?.recv_oct, first?.send_pend]);
      expect(first?.send_pend).toBeGreaterThan(0);
      expect(last).toBe(before);
      return first as ConnectionFigures;
    },
    { every: 50, within: 15_000 },
  );
}

test('little waits for a consumer that reads nothing, others go on, and it gets all when it reads again', async () => {
  await withDeaf(async (broker, deaf, other) => {
    deaf.client.send({ name: 'basic.consume', queue: 'q', noAck: true });
    deaf.deafen();
    expect((await stalled(broker)).send_pend).toBeLessThan(600_000);
    const left = await readyIn(other, 'q');
    expect(left).toBeGreaterThan(0);
    await other.call({ name: 'basic.get', queue: 'q', noAck: true }, 'basic.get-ok');
    expect(await readyIn(other, 'q')).toBe(left - 1);
    deaf.listen();
    await eventually(async () => expect(await readyIn(other, 'q')).toBe(0), { within: 15_000 });
    await eventually(() => expect(deaf.taken).toBeGreaterThan(MESSAGES * body.length));
  });
});

test('a client that asks a million times and reads no answer is not read any further, until it reads', async () => {
  await withDeaf(async (broker, deaf, other) => {
    const ask = encodeFrame(METHOD, 1, encodeMethod({ name: 'basic.get', queue: 'q', noAck: true }));
    const asked = Buffer.alloc(ask.length * 1_000_000, ask);
    deaf.deafen();
    deaf.client.sendBytes(asked);
    const { recv_oct, send_pend } = await stalled(broker);
    expect(recv_oct).toBeLessThan(asked.length / 2);
    expect(send_pend).toBeLessThan(6_000_000);
    expect(await readyIn(other, 'q')).toBeGreaterThan(0);
    deaf.skim();
    await eventually(async () => expect((await connectionsOf(broker))[0]?.recv_oct).toBeGreaterThan(asked.length), { within: 60_000 });
    expect(await readyIn(other, 'q')).toBe(0);
  });
}, 120_000);
