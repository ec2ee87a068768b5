import type { Broker } from '../../../src/client/broker.ts';
import type { Clock } from '../../../src/client/clock.ts';
import { connectFirst, giveBack, reconnect, withBroker, withChannel } from '../../../src/client/session.ts';
import { type FailureKind, LabError } from '../../../src/errors.ts';
import { createPort } from '../../support/port.ts';

const lost = new LabError('unreachable', 'amqp://h: the connection was lost');
const down = () => new LabError('unreachable', 'amqp://h: connection refused', { hint: 'start it' });
const broker = {} as Broker;

/** A clock on which only sleeping takes time. */
function createTimeline(onSleep: (now: number) => void = () => undefined) {
  let now = 1_000;
  const sleeps: number[] = [];
  const clock: Clock = {
    now: () => now,
    sleep: async (ms, signal) => {
      sleeps.push(ms);
      if (!signal?.aborted) now += ms;
      onSleep(now - 1_000);
    },
  };
  return { clock, sleeps, elapsed: () => now - 1_000, pass: (ms: number) => (now += ms) };
}

function start(connect: () => Promise<Broker>, within: number, onSleep?: (now: number) => void, signal = new AbortController().signal) {
  const timeline = createTimeline(onSleep);
  const notes: string[] = [];
  const result = reconnect(connect, lost, { within, clock: timeline.clock, signal, note: (line) => notes.push(line) });
  return { ...timeline, notes, result };
}

describe('reconnect', () => {
  test('pauses grow to 5 s, and the last try is at the very end', async () => {
    const at: number[] = [];
    const tried = start(async () => {
      at.push(tried.elapsed());
      throw down();
    }, 20_000);
    await expect(tried.result).rejects.toMatchObject({
      kind: 'unreachable',
      message: 'the broker was lost and not back within 20 s: amqp://h: connection refused',
      hint: expect.stringContaining('--reconnect-for 10m'),
    });
    expect(tried.sleeps).toEqual([100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000, 3_700]);
    expect(at.at(-1)).toBe(20_000);
    expect(tried.notes).toEqual(['amqp://h: the connection was lost; trying again for 20 s']);
  });

  test('answers the first connection, and says so', async () => {
    let tries = 0;
    const tried = start(async () => {
      if (++tries < 3) throw down();
      return broker;
    }, 60_000);
    expect(await tried.result).toBe(broker);
    expect(tried.elapsed()).toBe(700);
    expect(tried.notes).toEqual([expect.stringContaining('trying again for 60 s'), 'connected again']);
  });

  test('a connect that takes its time uses up the time', async () => {
    let tries = 0;
    const tried = start(async () => {
      tries++;
      tried.pass(10_000);
      throw down();
    }, 15_000);
    await expect(tried.result).rejects.toMatchObject({ kind: 'unreachable' });
    expect(tries).toBe(2);
  });

  test('within 0 it gives up at once, and says nothing before', async () => {
    const tried = start(() => Promise.reject(new Error('tried')), 0);
    await expect(tried.result).rejects.toMatchObject({ kind: 'unreachable', message: expect.stringContaining(lost.message), cause: lost });
    expect(tried.notes).toEqual([]);
  });

  test.each<[FailureKind, boolean]>([
    ['access-refused', true],
    ['usage', true],
    ['unreachable', false],
    ['refused', false],
  ])('%s ends it at once: %j', async (kind, atOnce) => {
    let tries = 0;
    const tried = start(async () => {
      tries++;
      throw new LabError(kind, 'why');
    }, 1_000);
    await expect(tried.result).rejects.toMatchObject(atOnce ? { kind, message: 'why' } : { kind: 'unreachable' });
    expect(tries === 1).toBe(atOnce);
  });

  test('a defect ends it at once', async () => {
    await expect(start(() => Promise.reject(new TypeError('a defect')), 1_000).result).rejects.toThrow(TypeError);
  });

  test('an interruption while it waits ends it without a further try', async () => {
    const controller = new AbortController();
    const reason = new LabError('interrupted', 'interrupted');
    let tries = 0;
    const connect = async () => {
      tries++;
      throw down();
    };
    const tried = start(connect, 60_000, (now) => now >= 300 && controller.abort(reason), controller.signal);
    await expect(tried.result).rejects.toBe(reason);
    expect(tries).toBe(1);
  });

  test('an interruption while it connects ends it too', async () => {
    const controller = new AbortController();
    const reason = new LabError('terminated', 'terminated');
    const connect = async () => {
      controller.abort(reason);
      throw down();
    };
    await expect(start(connect, 60_000, undefined, controller.signal).result).rejects.toBe(reason);
  });
});

describe('connectFirst', () => {
  const failing = (error: unknown) => async (): Promise<Broker> => {
    throw error;
  };

  test('the first that answers, and none after it', async () => {
    expect(await connectFirst([failing(down()), async () => broker, failing(new Error('asked'))])).toBe(broker);
  });

  test('one that cannot be reached fails with its own failure', async () => {
    const failure = down();
    await expect(connectFirst([failing(failure)])).rejects.toBe(failure);
  });

  test('of several the failures stand in the detail, the hint is the first’s', async () => {
    const attempts = [
      failing(new LabError('unreachable', 'a', { hint: 'first' })),
      failing(new LabError('unreachable', 'b', { hint: 'second' })),
    ];
    await expect(connectFirst(attempts)).rejects.toMatchObject({
      kind: 'unreachable',
      message: 'none of 2 brokers answers',
      detail: 'a\nb',
      hint: 'first',
    });
  });

  test.each<[string, unknown]>([
    ['access refused', new LabError('access-refused', 'why')],
    ['interrupted', new LabError('interrupted', 'why')],
    ['a defect', new TypeError('why')],
  ])('%s ends it at once', async (_name, error) => {
    await expect(connectFirst([failing(error), async () => broker])).rejects.toBe(error);
  });
});

describe('brackets', () => {
  test('withBroker and withChannel close whatever happens, the channel first', async () => {
    const port = createPort();
    expect(await withBroker(port.connect, (used) => withChannel(used, async () => 5))).toBe(5);
    const failing = withBroker(port.connect, (used) => withChannel(used, () => Promise.reject(new Error('inside'))));
    await expect(failing).rejects.toThrow('inside');
    expect(port.log).toEqual(['connect', 'open', 'close channel', 'close', 'connect', 'open', 'close channel', 'close']);
    expect(port.connections).toBe(0);
  });

  test('giveBack returns all that a channel holds with one method, and waits until the broker has seen it', async () => {
    const port = createPort({ queues: { q: ['a', 'b', 'c'] } });
    await withBroker(port.connect, (used) =>
      withChannel(used, async (channel) => {
        await channel.get('q');
        await channel.get('q');
        await giveBack(channel);
        expect(port.ready('q')).toEqual(['a', 'b', 'c']);
      }),
    );
    expect(port.log.filter((entry) => /nack|reject|round/.test(entry))).toEqual(['nack 0 multiple requeue', 'round trip']);
  });
});
