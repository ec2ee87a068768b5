import { LabError } from '../../../src/errors.ts';
import type { ConsumeRequest } from '../../../src/messages/consume-request.ts';
import type { Sink } from '../../../src/messages/sink.ts';
import { bodies, createLazySink, createRig } from '../../support/consume-rig.ts';

describe('giving back', () => {
  test('cancel, acks, one nack for the rest, a round trip, then close', async () => {
    const lazy = createLazySink(() => 'keep');
    const { port, run } = createRig(lazy, { queues: { q: bodies(5) } });
    expect(await run({ count: 3, prefetch: 3 })).toEqual({ finished: 3, gaveBack: 3, stopped: 'count' });
    expect(port.log).toEqual(['connect', 'open', 'cancel', 'nack 0 multiple requeue', 'round trip', 'close channel', 'close']);
    expect(port.ready('q')).toEqual(bodies(5));
  });

  test('nothing held, nothing given back', async () => {
    const { port, run } = createRig(
      createLazySink(() => 'ack'),
      { queues: { q: bodies(3) } },
    );
    expect(await run({ count: 3 })).toMatchObject({ gaveBack: 0 });
    expect(port.log).toEqual(['connect', 'open', 'cancel', 'ack 3 multiple', 'round trip', 'close channel', 'close']);
  });

  test('an interruption waits for what the sink is at, and gives back the rest', async () => {
    let verdicts = 0;
    const lazy = createLazySink(
      () => {
        if (++verdicts === 2) interruption.abort(new LabError('interrupted', 'interrupted'));
        return 'ack';
      },
      () => 1,
    );
    const { port, run, interruption, elapsed } = createRig(lazy, { queues: { q: bodies(20) }, pace: () => 3 });
    const report = await run({ prefetch: 5 });
    expect(report.stopped).toBe('interrupted');
    expect(report.finished).toBe(lazy.taken.length);
    expect(port.state).toMatchObject({ taken: report.finished, spilled: 0, held: 0 });
    expect(port.ready('q')).toEqual(bodies(20).slice(report.finished));
    // an ack before the cancel would have made room for more
    expect(port.log.filter((entry) => /ack|cancel/.test(entry)).slice(0, 3)).toEqual([
      'ack 1',
      'cancel',
      expect.stringMatching(/^ack \d multiple$/),
    ]);
    expect(elapsed()).toBe(0);
  });

  test('what the sink wants requeued at the end goes back with the rest, by one method', async () => {
    const lazy = createLazySink(({ body }) => {
      interruption.abort(new LabError('interrupted', 'interrupted'));
      return Number(body) % 2 === 0 ? 'requeue' : 'ack';
    });
    const { port, run, interruption } = createRig(lazy, { queues: { q: bodies(4) } });
    expect(await run({ prefetch: 4 })).toEqual({ finished: 2, gaveBack: 2, stopped: 'interrupted' });
    expect(port.log.filter((entry) => entry.startsWith('nack'))).toEqual(['nack 0 multiple requeue']);
    expect(port.ready('q')).toEqual(['0', '2']);
  });

  test('without acks what was on its way at the end still goes out', async () => {
    const lazy = createLazySink(() => {
      interruption.abort(new LabError('interrupted', 'interrupted'));
      return 'ack';
    });
    const { port, run, interruption } = createRig(lazy, { queues: { q: bodies(20) }, pace: () => 2 });
    expect(await run({ noAck: true })).toMatchObject({ finished: 20, gaveBack: 0 });
    expect([lazy.taken.length, port.state.taken]).toEqual([20, 20]);
  });

  test('a sink that never finishes is waited for 5 s, and its messages go back', async () => {
    const never: Sink = {
      ended: new Promise(() => undefined),
      take: () => setImmediate(() => interruption.abort(new LabError('interrupted', ''))),
    };
    const { port, run, interruption } = createRig({ sink: never, isBusy: () => false }, { queues: { q: bodies(3) } });
    expect(await run({ prefetch: 2 })).toEqual({ finished: 0, gaveBack: 2, stopped: 'interrupted' });
    expect(port.ready('q')).toEqual(bodies(3));
    expect(port.state.spilled).toBe(0);
  });

  test('an output that nobody takes any more ends it, and what was not written goes back', async () => {
    const lazy = createLazySink(
      () => 'ack',
      () => (lazy.taken.length < 4 ? 1 : 0),
    );
    const { port, run } = createRig(
      { ...lazy, isBusy: () => false },
      { queues: { q: bodies(10) }, onHand: () => port.state.held === 5 && lazy.end() },
    );
    const { finished, gaveBack, stopped } = await run({ prefetch: 5 });
    expect([stopped, gaveBack]).toEqual(['sink', 5]);
    expect(port.state).toMatchObject({ taken: finished, spilled: 0 });
    expect(port.ready('q')).toEqual(bodies(10).slice(finished));
  });

  test('an output that fails is the failure', async () => {
    const lazy = createLazySink(
      () => 'ack',
      () => 0,
    );
    const { port, run } = createRig(
      { ...lazy, isBusy: () => false },
      { queues: { q: bodies(2) }, onHand: () => lazy.end(new Error('disk full')) },
    );
    await expect(run()).rejects.toMatchObject({ exitCode: 1, message: 'the output cannot be written: disk full' });
    expect(port.ready('q')).toEqual(bodies(2));
    expect(port.connections).toBe(0);
  });
});

describe('ends', () => {
  test.each<[Partial<ConsumeRequest>, string, number]>([
    [{ untilEmpty: true }, 'empty', 100],
    [{ idleTimeout: 5_000 }, 'idle', 5_000],
    [{ timeout: 7_000 }, 'timeout', 7_000],
    [{ timeout: 7_000, idleTimeout: 5_000 }, 'idle', 5_000],
  ])('%j: %s', async (request, stopped, after) => {
    const lazy = createLazySink(() => 'ack');
    const { run, port, elapsed } = createRig(lazy, { queues: { q: bodies(3) } });
    expect(await run(request)).toEqual({ finished: 3, gaveBack: 0, stopped });
    expect(elapsed()).toBe(after);
    expect(port.ready('q')).toEqual([]);
  });

  test('a crash drops the connection: the broker gives back what it had no ack for', async () => {
    const { port, run } = createRig(
      createLazySink(
        () => 'ack',
        () => 1,
      ),
      { queues: { q: bodies(9) } },
    );
    expect(await run({ crashAfter: 2, prefetch: 5 })).toMatchObject({ stopped: 'crash' });
    expect(port.log.at(-1)).toBe('drop');
    expect(port.state.spilled).toBeGreaterThan(0);
  });

  test('a queue that is not there is refused, one that goes away too', async () => {
    await expect(createRig(createLazySink(() => 'ack')).run()).rejects.toMatchObject({ replyCode: 404 });
    const { port, run } = createRig(
      createLazySink(() => 'ack'),
      { queues: { q: ['1'] }, onHand: () => setImmediate(() => port.deleteQueue('q')) },
    );
    await expect(run()).rejects.toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('queue was deleted'),
      hint: expect.stringContaining('rmq-lab'),
    });
    expect(port.connections).toBe(0);
  });

  test('a broker that does not come back: exit 5', async () => {
    let connects = 0;
    const rig = createRig(
      createLazySink(() => 'ack'),
      { queues: { q: bodies(3) }, onHand: () => setImmediate(() => rig.port.cut()) },
      async (port) => {
        if (connects++ > 0) throw new LabError('unreachable', 'refused');
        return port.connect();
      },
    );
    await expect(rig.run()).rejects.toMatchObject({ exitCode: 5, hint: expect.stringContaining('--reconnect-for') });
    expect(rig.port.connections).toBe(0);
  });
});

describe('consumeByGet', () => {
  test('takes as many as are wanted, and not one more', async () => {
    const lazy = createLazySink(() => 'ack');
    const { port, runByGet } = createRig(lazy, { queues: { q: bodies(5) } });
    expect(await runByGet({ count: 3 })).toEqual({ finished: 3, gaveBack: 0, stopped: 'count' });
    expect(lazy.taken).toEqual(bodies(3));
    expect(port.ready('q')).toEqual(['3', '4']);
    expect(port.connections).toBe(0);
  });

  test.each<[Partial<ConsumeRequest>, string]>([
    [{ untilEmpty: true }, 'empty'],
    [{ idleTimeout: 1_000 }, 'idle'],
    [{ timeout: 1_000 }, 'timeout'],
  ])('%j', async (request, stopped) => {
    const { runByGet } = createRig(
      createLazySink(() => 'ack'),
      { queues: { q: bodies(2) } },
    );
    expect(await runByGet({ count: 3, ...request })).toEqual({ finished: 2, gaveBack: 0, stopped });
  });
});
