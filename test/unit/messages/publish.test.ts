import type { Message } from '../../../src/client/message.ts';
import { LabError, UsageError } from '../../../src/errors.ts';
import { publish } from '../../../src/messages/publish.ts';
import { createPort } from '../../support/port.ts';
import { createRig, message, numbered } from '../../support/publish-rig.ts';

test('all is sent in order and confirmed, and the connection closed', async () => {
  const { port, run, notes } = createRig();
  expect(await run([numbered(100)])).toEqual({ report: { published: 100, confirmed: 100, returned: 0, nacked: 0 } });
  expect(port.ready('q')).toEqual(numbered(100).map(({ body }) => body.toString()));
  expect([port.connections, notes]).toEqual([0, []]);
});

test('an empty source publishes nothing', async () => {
  expect((await createRig().run([])).report).toEqual({ published: 0, confirmed: 0, returned: 0, nacked: 0 });
});

test('one object may be sent over and over', async () => {
  const same = message('same');
  const { port, run } = createRig({ pace: () => 1 });
  expect((await run([Array(50).fill(same)])).report).toMatchObject({ published: 50, confirmed: 50 });
  expect(port.ready('q')).toHaveLength(50);
});

test('returned and nacked messages are told once each', async () => {
  const { run, rejected } = createRig({ refuses: ({ body }) => body.toString() === 'no' });
  const { report } = await run([[message('a'), message('b', 'nowhere'), message('no'), message('c')]]);
  expect(report).toEqual({ published: 4, confirmed: 2, returned: 1, nacked: 1 });
  expect(rejected).toEqual(['returned b', 'nacked no']);
});

describe('what ends it early', () => {
  async function* failing(failure: unknown): AsyncIterable<readonly Message[]> {
    yield numbered(25);
    throw failure;
  }

  test('a failing source: what was sent before is confirmed and reported', async () => {
    const failure = new UsageError('line 7: no envelope');
    const { port, run } = createRig({ pace: () => 1 });
    expect(await run(failing(failure))).toEqual({ report: { published: 25, confirmed: 25, returned: 0, nacked: 0 }, failure });
    expect(port.connections).toBe(0);
  });

  test('a message that cannot be put on the wire is not counted', async () => {
    const unsendable = new UsageError('this message cannot be put on the wire');
    const { run } = createRig({
      refuses: ({ body }) => {
        if (body.toString() === '3') throw unsendable;
        return false;
      },
    });
    expect(await run([numbered(10)])).toEqual({ report: { published: 3, confirmed: 3, returned: 0, nacked: 0 }, failure: unsendable });
  });

  test('a refusal of the broker: no reconnecting', async () => {
    const { port, run } = createRig();
    const { report, failure } = await run([[message('a'), { ...message('b'), exchange: 'nowhere' }, message('c')]]);
    expect(failure).toMatchObject({ replyCode: 404, exitCode: 6 });
    expect(report).toMatchObject({ confirmed: 1 });
    expect(port.log.filter((entry) => entry === 'connect')).toHaveLength(1);
    expect(port.connections).toBe(0);
  });

  test('a broker that does not come back in time: exit 5, and what was confirmed before is reported', async () => {
    let connects = 0;
    let frames = 0;
    const { port, run, notes } = createRig({ pace: () => 1, onFrame: () => void (++frames === 5 && port.cut()) }, async (given) => {
      if (connects++ > 0) throw new LabError('unreachable', 'connection refused');
      return given.connect();
    });
    const { report, failure } = await run([numbered(20)]);
    expect(failure).toMatchObject({ exitCode: 5, message: expect.stringMatching(/not back within 60 s: connection refused/) });
    expect(report.confirmed).toBe(5);
    expect(report.published).toBeGreaterThan(5);
    expect(notes).toEqual([expect.stringContaining('trying again for 60 s')]);
    expect(port.connections).toBe(0);
  });

  test('no connection at all: the failure of connecting', async () => {
    const failure = new LabError('access-refused', 'no');
    expect(await createRig({}, () => Promise.reject(failure)).run([numbered(1)])).toMatchObject({ failure, report: { published: 0 } });
  });

  test('an interruption: nothing more is sent, and what was is awaited', async () => {
    const { port, run, interruption } = createRig({ pace: () => 1 });
    const reason = new LabError('interrupted', 'interrupted');
    async function* endless(): AsyncIterable<readonly Message[]> {
      for (let n = 0; ; n++) {
        if (n === 30) interruption.abort(reason);
        yield [message(String(n))];
      }
    }
    const { report, failure } = await run(endless());
    expect(failure).toBe(reason);
    expect(report.confirmed).toBe(report.published);
    expect(port.ready('q')).toHaveLength(report.published);
    expect(port.connections).toBe(0);
  });

  test('an interruption while the source keeps silent, and the broker too: 5 s, then the end', async () => {
    let now = 0;
    const { port, run, interruption } = createRig({ pace: () => (++now < 10 ? 1 : 0) });
    const reason = new LabError('terminated', 'terminated');
    async function* silent(): AsyncIterable<readonly Message[]> {
      yield numbered(5);
      interruption.abort(reason);
      await new Promise(() => undefined);
    }
    expect(await run(silent())).toMatchObject({ failure: reason });
    expect(port.connections).toBe(0);
  });
});

describe('without confirms', () => {
  test('returns are told, and the end waits until all has arrived', async () => {
    const { port, run, rejected } = createRig({ pace: () => 1 });
    const { report } = await run([[message('a'), message('b', 'nowhere'), message('c')]], { window: 0 });
    expect(report).toEqual({ published: 3, confirmed: 0, returned: 1, nacked: 0 });
    expect(rejected).toEqual(['returned b']);
    expect(port.log).toContain('round trip');
  });

  test('a lost connection loses what was on its way, says so, and goes on', async () => {
    const { port, run, notes } = createRig();
    async function* source(): AsyncIterable<readonly Message[]> {
      yield [message('a')];
      port.cut();
      await new Promise((resolve) => setImmediate(resolve));
      yield [message('b')];
    }
    expect((await run(source(), { window: 0 })).report.published).toBe(2);
    expect(port.ready('q')).toEqual(['a', 'b']);
    expect(notes.at(-1)).toMatch(/may be lost/);
  });
});

test('a rate is kept, over pauses of the source too', async () => {
  const port = createPort({ queues: { q: [] } });
  let now = 0;
  const sent: number[] = [];
  const clock = {
    now: () => now,
    sleep: async (ms: number) => {
      now += ms;
    },
  };
  await publish(
    [numbered(5)],
    { window: 10, mandatory: true, rate: 50, onRejected: () => undefined, onProgress: () => void sent.push(now) },
    { connect: port.connect, reconnectFor: 0, clock, interrupted: new AbortController().signal, note: () => undefined },
  );
  expect(sent).toEqual([0, 20, 40, 60, 80]);
});
