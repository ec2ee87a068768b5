import { Readable } from 'node:stream';
import { describeBrokers, describeNewestBroker } from '../support/brokers.ts';
import { eventually } from '../support/polling.ts';
import { handshake, startPeer } from '../support/scripted-peer.ts';
import { startCli } from '../support/spawn.ts';
import { numbers, onStage, QUORUM } from '../support/stage.ts';

const SIGNALS = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const;

const wholeLines = (stdout: Buffer) => stdout.toString().split('\n').slice(0, -1);

describeBrokers('a signal', (broker) => {
  const QUEUES = [
    ['classic', {}],
    ['quorum', QUORUM],
  ] as const;
  test.each(QUEUES.flatMap(([type, table]) => SIGNALS.map(([signal, code]) => [signal, type, code, table] as const)))(
    '%s to consume on a %s queue: what was written is acked, the rest is in the queue, exactly',
    (signal, _type, code, table) =>
      onStage(broker, async ({ queue, start, bodies, ready }) => {
        const all = numbers(3_000);
        await queue('q', all, { ...table });
        const consumer = start(['consume', 'q', '--prefetch', '50']);
        await consumer.waitForStdout(/^\d{2}$/m);
        consumer.kill(signal);
        const { exitCode, stdout, stderr } = await consumer.done;
        const written = wholeLines(stdout);
        expect(exitCode).toBe(code);
        expect(stderr).toMatch(new RegExp(`^consumed ${written.length}(, gave back \\d+)?\\n$`));
        expect(written).toEqual(numbers(written.length));
        await eventually(async () => expect(await ready('q')).toBe(all.length - written.length));
        expect((await bodies('q')).sort()).toEqual(numbers(all.length - written.length, written.length + 1).sort());
      }),
  );

  test.each(SIGNALS)('%s to publish: what it says is confirmed is in the queue, no more, no less', (signal, code) =>
    onStage(broker, async ({ queue, start, ready, bodies }) => {
      await queue('q');
      const endless = Readable.from(
        (async function* () {
          for (let n = 0; ; n += 100) {
            yield Buffer.from(`${numbers(100, n + 1).join('\n')}\n`);
            await new Promise(setImmediate);
          }
        })(),
      );
      const publisher = start(['publish', '-q', 'q', '--lines', '--json'], { input: endless });
      await eventually(async () => expect(await ready('q')).toBeGreaterThan(100));
      publisher.kill(signal);
      const { exitCode, stdout } = await publisher.done;
      endless.destroy();
      expect(exitCode).toBe(code);
      const report = JSON.parse(stdout.toString());
      expect(report).toEqual({ published: report.confirmed, confirmed: expect.any(Number), returned: 0, nacked: 0 });
      expect(await bodies('q')).toEqual(numbers(report.confirmed));
    }),
  );

  test.each(SIGNALS)('%s to move: each message in one place, and it reports', (signal, code) =>
    onStage(broker, async ({ queue, start, ready, bodies }) => {
      const all = numbers(2_000);
      await queue('from', all);
      await queue('to', [], QUORUM);
      const moving = start(['move', 'from', '--to-queue', 'to', '--json', '--rate', '1000']);
      await eventually(async () => expect(await ready('to')).toBeGreaterThan(10), { every: 5 });
      moving.kill(signal);
      const { exitCode, stdout } = await moving.done;
      expect(exitCode).toBe(code);
      const moved = await eventually(async () => {
        expect(await ready('from')).toBeLessThan(all.length);
        return bodies('to');
      });
      expect(JSON.parse(stdout.toString())).toMatchObject({ moved: moved.length, failed: 0 });
      expect(moved).toEqual(numbers(moved.length));
      expect(await bodies('from')).toEqual(numbers(all.length - moved.length, moved.length + 1));
    }),
  );
});

describeNewestBroker('a signal to what waits', (broker) => {
  test.concurrent.each([
    ['consume on an empty queue', ['consume', 'q']],
    ['consume --hold', ['consume', 'q', '--hold']],
    ['consume --no-ack -n', ['consume', 'q', '--no-ack', '-n', '5']],
    ['publish for lines', ['publish', '-q', 'q', '--lines']],
    ['publish for a body', ['publish', '-q', 'q']],
  ])('%s', (_name, argv) =>
    onStage(broker, async ({ queue, start, vhost, get, ready }) => {
      await queue('q');
      const waiting = start(argv);
      if (argv.includes('--lines') || argv[0] === 'consume') {
        await eventually(async () => expect(await get<unknown[]>(`/api/vhosts/${vhost}/connections`)).toHaveLength(2), {
          within: 10_000,
          every: 100,
        });
      } else {
        // it reads before it connects: once it has taken more than a pipe holds it is at it
        await new Promise((resolve) => waiting.stdin.write(Buffer.alloc(1_000_000), resolve));
      }
      const startedAt = performance.now();
      waiting.kill('SIGINT');
      expect((await waiting.done).exitCode).toBe(130);
      expect(performance.now() - startedAt).toBeLessThan(2_000);
      expect(await ready('q')).toBe(0);
    }),
  );

  test('a slow move ends at once, not after what it holds', () =>
    onStage(broker, async ({ queue, start, ready }) => {
      await queue('from', numbers(50));
      await queue('to');
      const moving = start(['move', 'from', '--to-queue', 'to', '--rate', '2']);
      await eventually(async () => expect(await ready('to')).toBe(1));
      const startedAt = performance.now();
      moving.kill('SIGINT');
      expect((await moving.done).exitCode).toBe(130);
      expect(performance.now() - startedAt).toBeLessThan(1_500);
      expect((await ready('from')) + (await ready('to'))).toBe(50);
    }));

  test('a reader that reads no more does not hold it for ever, and nothing is lost', () =>
    onStage(broker, async ({ queue, start, ready, take }) => {
      const size = 300_000;
      await queue(
        'q',
        numbers(30).map((n) => n.padEnd(size, '.')),
      );
      const stuck = start(['consume', 'q', '--prefetch', '5']);
      stuck.pauseStdout();
      let last = 30;
      await eventually(
        async () => {
          const now = await ready('q');
          const isStill = now === last && now < 30;
          last = now;
          expect(isStill).toBe(true);
        },
        { every: 300 },
      );
      stuck.kill('SIGTERM');
      // the time that it has for being rid of what it has taken
      await eventually(async () => expect(await ready('q')).toBeGreaterThan(last), { within: 8_000 });
      await eventually(() => expect(() => process.kill(stuck.pid, 0)).toThrow('ESRCH'), { within: 2_000 });
      stuck.resumeStdout();
      const { exitCode, signal, stdout } = await stuck.done;
      expect([exitCode, signal]).toEqual([null, 'SIGTERM']);
      const written = wholeLines(stdout).map((line) => Number.parseInt(line, 10));
      const left = (await take('q')).map(({ content }) => Number.parseInt(content.toString(), 10));
      expect([...new Set([...written, ...left])].sort((a, b) => a - b)).toEqual(numbers(30).map(Number));
    }));

  test('a second SIGINT ends it at once', () =>
    onStage(broker, async ({ queue, start, ready }) => {
      await queue('q', numbers(3));
      const worker = start(['consume', 'q', '--exec', 'trap "echo told" TERM; echo began; for n in 1 2 3; do sleep 1; done']);
      await worker.waitForStdout('began');
      worker.kill('SIGINT');
      await worker.waitForStdout('told');
      worker.kill('SIGINT');
      expect((await worker.done).signal).toBe('SIGINT');
      await eventually(async () => expect(await ready('q')).toBe(3));
    }));
});

describe('a signal while there is no broker', () => {
  test.each(SIGNALS)('%s while it connects', async (signal, code) => {
    const peer = await startPeer(['hang']);
    try {
      const consumer = startCli(['consume', 'q', '--url', peer.url]);
      await eventually(() => expect(peer.received).toContain('header'));
      consumer.kill(signal);
      expect(await consumer.done).toMatchObject({ exitCode: code, stderr: '' });
    } finally {
      await peer.close();
    }
  });

  test('while it tries to connect again', async () => {
    const peer = await startPeer([...handshake('done'), 'reset'], ['reset']);
    try {
      const consumer = startCli(['consume', 'q', '--url', peer.url]);
      await consumer.waitForStderr('trying again');
      consumer.kill('SIGINT');
      expect((await consumer.done).exitCode).toBe(130);
    } finally {
      await peer.close();
    }
  });
});
