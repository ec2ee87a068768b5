import { createLabBroker } from '../../../src/lab-broker/lab-broker.ts';
import { encodeFrame, HEARTBEAT } from '../../../src/lab-broker/wire/frames.ts';
import { openWire, type WireClient, type WireOptions } from '../../support/wire-client.ts';
import { createRunningClock } from './running-clock.ts';

/** A broker whose time stands still until it is passed, and a client beside that tells when the broker has seen what came before. */
async function withStage(use: (stage: Stage) => Promise<void>): Promise<void> {
  const { clock, time } = createRunningClock();
  const broker = await createLabBroker({ clock });
  const bystander = await openWire(broker.url);
  await bystander.call({ name: 'channel.open' }, 'channel.open-ok');
  const seen = async () => {
    for (let n = 0; n < 3; n++) await bystander.call({ name: 'basic.qos', prefetchCount: 0 }, 'basic.qos-ok');
  };
  const opened: WireClient[] = [bystander];
  try {
    await use({
      bystander,
      seen,
      async pass(ms) {
        time.pass(ms);
        await seen();
      },
      async open(options) {
        const client = await openWire(broker.url, options);
        const watched = { client, gone: false };
        void client.closed.then(() => {
          watched.gone = true;
        });
        opened.push(client);
        return watched;
      },
    });
  } finally {
    for (const client of opened) client.destroy();
    await broker.close();
  }
}

interface Stage {
  readonly bystander: WireClient;
  /** The broker has taken what was sent, and what it closed is closed. */
  seen(): Promise<void>;
  /** Lets so many milliseconds pass, with all that comes of it. */
  pass(ms: number): Promise<void>;
  open(options?: WireOptions): Promise<{ readonly client: WireClient; readonly gone: boolean }>;
}

const beat = encodeFrame(HEARTBEAT, 0, Buffer.alloc(0));

/** How many heartbeats have come up to now. */
async function heartbeats(client: WireClient): Promise<number> {
  await client.call({ name: 'basic.qos', prefetchCount: 0 }, 'basic.qos-ok');
  return (await client.quiet(1)).filter(({ heartbeat }) => heartbeat).length;
}

const login = { name: 'connection.start-ok', clientProperties: [], mechanism: 'PLAIN', locale: 'en_US' } as const;

test('a handshake has ten seconds, however it goes on', async () => {
  await withStage(async ({ open, pass }) => {
    const nothing = await open({ upTo: 'header' });
    const slow = await open({ upTo: 'start' });
    await pass(9_999);
    await slow.client.call({ ...login, response: Buffer.from('\0guest\0guest') }, 'connection.tune');
    expect([nothing.gone, slow.gone]).toEqual([false, false]);
    await pass(1);
    expect([nothing.gone, slow.gone]).toEqual([true, true]);
  });
});

test('who is in stays without a word', async () => {
  await withStage(async ({ open, pass }) => {
    const quiet = await open();
    await pass(86_400_000);
    expect(quiet.gone).toBe(false);
  });
});

test('who fails to log in is kept waiting for three seconds', async () => {
  await withStage(async ({ open, seen, pass }) => {
    const stranger = await open({ upTo: 'start' });
    stranger.client.send({ ...login, response: Buffer.from('\0guest\0wrong') });
    await seen();
    await pass(2_999);
    expect(stranger.gone).toBe(false);
    await pass(1);
    expect(stranger.gone).toBe(true);
  });
});

test('the answer to connection.close is waited for ten seconds', async () => {
  await withStage(async ({ open, pass }) => {
    const rude = await open();
    rude.client.send({ name: 'basic.qos', prefetchCount: 0 }, 0);
    expect((await rude.client.next()).method.name).toBe('connection.close');
    await pass(9_999);
    expect(rude.gone).toBe(false);
    await pass(1);
    expect(rude.gone).toBe(true);
  });
});

test('who has closed is to hang up within thirty seconds', async () => {
  await withStage(async ({ open, pass }) => {
    const lingering = await open();
    await lingering.client.call({ name: 'connection.close', replyCode: 200, replyText: 'Goodbye' }, 'connection.close-ok');
    await pass(29_999);
    expect(lingering.gone).toBe(false);
    await pass(1);
    expect(lingering.gone).toBe(true);
  });
});

test('a client that is gone without a word is noticed after two intervals, and what it held is free', async () => {
  await withStage(async ({ bystander, open, pass }) => {
    const watched = await open({ heartbeat: 10 });
    const { client } = watched;
    await client.call({ name: 'channel.open' }, 'channel.open-ok');
    await bystander.call({ name: 'queue.declare', queue: 'held' }, 'queue.declare-ok');
    bystander.publish({ routingKey: 'held' });
    await client.call({ name: 'basic.get', queue: 'held' }, 'basic.get-ok');
    const count = async () => (await bystander.call({ name: 'queue.declare', queue: 'held', passive: true }, 'queue.declare-ok')).method;
    await pass(5_000); // it has been heard of up to here
    await pass(19_999);
    expect([watched.gone, (await count()).messageCount]).toEqual([false, 0]);
    await pass(1);
    expect([watched.gone, (await count()).messageCount]).toEqual([true, 1]);
  });
});

test('heartbeats of the client are enough to stay', async () => {
  await withStage(async ({ open, seen, pass }) => {
    const beating = await open({ heartbeat: 10 });
    for (let n = 0; n < 20; n++) {
      beating.client.sendBytes(beat);
      await seen();
      await pass(10_000);
    }
    expect(beating.gone).toBe(false);
  });
});

test('the broker sends a heartbeat where it has nothing else to say, and only there', async () => {
  await withStage(async ({ open, pass }) => {
    const { client } = await open({ heartbeat: 10 });
    await client.call({ name: 'channel.open' }, 'channel.open-ok');
    await pass(5_000);
    for (let n = 0; n < 4; n++) {
      await client.call({ name: 'basic.qos', prefetchCount: 0 }, 'basic.qos-ok');
      await pass(5_000);
    }
    expect(await heartbeats(client)).toBe(0);
    await pass(5_000); // that had an answer
    await pass(5_000);
    expect(await heartbeats(client)).toBe(1);
  });
});

test('who asks for no heartbeats gets none', async () => {
  await withStage(async ({ open, pass }) => {
    const { client } = await open();
    await client.call({ name: 'channel.open' }, 'channel.open-ok');
    await pass(3_600_000);
    expect(await heartbeats(client)).toBe(0);
  });
});
