import { behindProxy, expectAtLeastOnce } from '../support/behind-proxy.ts';
import { describeNewestBroker } from '../support/brokers.ts';
import { eventually } from '../support/polling.ts';
import { handshake, type Step, startPeer } from '../support/scripted-peer.ts';
import { runCli, startCli } from '../support/spawn.ts';
import { numbers, onStage, QUORUM } from '../support/stage.ts';

describeNewestBroker('a network that fails', (broker) => {
  test('under publish, cut while unconfirmed messages wait to be sent again: none is lost', () =>
    behindProxy(broker, async ({ queue, start, ready, bodies }, proxy, env) => {
      await queue('q', [], QUORUM);
      const all = numbers(3_000);
      const publisher = start(['publish', '-q', 'q', '--lines', '--json'], { env });
      publisher.stdin.write('1\n');
      await eventually(async () => expect(await ready('q')).toBe(1));
      // the broker's answers are held back, so that a whole window is unconfirmed
      proxy.pause('to-client');
      publisher.stdin.end(numbers(2_999, 2).join('\n'));
      await eventually(async () => expect(await ready('q')).toBeGreaterThanOrEqual(1_000));
      proxy.resume();
      proxy.cut();
      await publisher.waitForStderr(/sending \d{3,} unconfirmed messages again/);
      proxy.cut('end');
      const { exitCode, stdout } = await publisher.done;
      expect(exitCode).toBe(0);
      expect(JSON.parse(stdout.toString())).toEqual({ published: 3_000, confirmed: 3_000, returned: 0, nacked: 0 });
      expectAtLeastOnce(await bodies('q'), all);
    }));

  test('under publish --no-confirm: it goes on, and says what that may cost', () =>
    behindProxy(broker, async ({ queue, start, ready, bodies }, proxy, env) => {
      await queue('q');
      const publisher = start(['publish', '-q', 'q', '--lines', '--no-confirm'], { env });
      publisher.stdin.write('1\n2\n');
      await eventually(async () => expect(await ready('q')).toBe(2));
      proxy.cut();
      await publisher.waitForStderr('without confirms, messages that were on their way may be lost');
      publisher.stdin.end('3\n');
      expect((await publisher.done).exitCode).toBe(0);
      expect(await bodies('q')).toEqual(['1', '2', '3']);
    }));

  test.each<[string, string[]]>([
    ['--count', ['-n', '2000']],
    ['--ack-mode requeue', ['-n', '2000', '--ack-mode', 'requeue', '--prefetch', '2000']],
    ['--no-ack --count', ['-n', '2000', '--no-ack']],
  ])('under consume %s: as many as were asked for', (_name, argv) =>
    behindProxy(broker, async ({ queue, start, ready, bodies }, proxy, env) => {
      await queue('q', numbers(3_000));
      const consumer = start(['consume', 'q', ...argv], { env });
      await consumer.waitForStdout(/^1\n/);
      proxy.cut();
      const { exitCode, stdout } = await consumer.done;
      const lines = stdout.toString().trim().split('\n');
      expect(exitCode).toBe(0);
      // what was written and not acked comes twice
      expect(lines.length).toBeGreaterThanOrEqual(2_000);
      const least = argv.includes('requeue') ? 3_000 : argv.includes('--no-ack') ? 999 : 1_000;
      await eventually(async () => expect(await ready('q')).toBeGreaterThanOrEqual(least));
      const left = await bodies('q');
      expect(left.length).toBeLessThanOrEqual(least + 100);
      // without acks the one on its way is gone: that is what was asked for
      const missing = argv.includes('--no-ack') ? numbers(3_000).filter((n) => !lines.includes(n) && !left.includes(n)) : [];
      expect(missing.length).toBeLessThanOrEqual(1);
      expectAtLeastOnce([...lines, ...left, ...missing], numbers(3_000));
    }),
  );

  test('under consume --exec: a command at work is not counted twice, and what waited is not begun for nothing', () =>
    behindProxy(broker, async ({ queue, start, ready }, proxy, env) => {
      await queue('q', numbers(30));
      const worker = start(['consume', 'q', '-n', '30', '--exec', 'cat; echo; sleep 0.02'], { env });
      await worker.waitForStdout(/^3$/m);
      proxy.cut();
      const { exitCode, stdout } = await worker.done;
      expect(exitCode).toBe(0);
      const lines = stdout.toString().trim().split('\n');
      expectAtLeastOnce(lines, numbers(30));
      // at most the acks that were on their way, and the one at work
      expect(lines.length).toBeLessThanOrEqual(35);
      expect(await ready('q')).toBe(0);
    }));

  test('under move with a filter and a count: nothing is lost, and the tally is right', () =>
    behindProxy(broker, async ({ queue, channel, start, ready, bodies }, proxy, env) => {
      await queue('from');
      await queue('to');
      for (const n of numbers(1_200)) channel.sendToQueue('from', Buffer.from(n), { type: Number(n) % 2 === 0 ? 'even' : 'odd' });
      await channel.waitForConfirms();
      const moving = start(['move', 'from', '--to-queue', 'to', '--filter', 'type=even', '--rate', '1000', '--json'], { env });
      await eventually(async () => expect(await ready('to')).toBeGreaterThan(50), { every: 2 });
      proxy.cut();
      const { exitCode, stdout, stderr } = await moving.done;
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: expect.stringContaining('connected again') });
      const [moved, left] = [await bodies('to'), await bodies('from')];
      const report = JSON.parse(stdout.toString());
      expect(report).toMatchObject({ skipped: 600, failed: 0 });
      expect(report.moved).toBeGreaterThanOrEqual(600);
      expectAtLeastOnce(
        moved,
        numbers(600).map((n) => String(Number(n) * 2)),
      );
      expect(left.map(Number).sort((a, b) => a - b)).toEqual(numbers(600).map((n) => Number(n) * 2 - 1));
    }));

  test('for good, under move: exit 5, nothing lost', () =>
    behindProxy(broker, async ({ queue, start, ready, bodies }, proxy, env) => {
      await queue('from', numbers(1_000));
      await queue('to');
      const moving = start(['move', 'from', '--to-queue', 'to', '--rate', '500', '--reconnect-for', '500ms'], { env });
      await eventually(async () => expect(await ready('to')).toBeGreaterThan(20));
      proxy.refuse();
      proxy.cut();
      expect((await moving.done).exitCode).toBe(5);
      const moved = await bodies('to');
      // the broker gives back what the lost connection held
      await eventually(async () => expect((await ready('from')) + moved.length).toBeGreaterThanOrEqual(1_000));
      expectAtLeastOnce([...moved, ...(await bodies('from'))], numbers(1_000));
    }));

  test('that falls silent: an interrupted consume and publish end all the same', () =>
    behindProxy(broker, async ({ queue, start, ready }, proxy, env) => {
      await queue('q', ['1']);
      await queue('to');
      const consumer = start(['consume', 'q', '--hold', '--connect-timeout', '500ms'], { env });
      await consumer.waitForStdout('1\n');
      const publisher = start(['publish', '-q', 'to', '--lines', '--connect-timeout', '500ms'], { env });
      publisher.stdin.write('2\n');
      await eventually(async () => expect(await ready('to')).toBe(1));
      proxy.pause();
      for (const each of [consumer, publisher]) {
        each.kill('SIGINT');
        expect((await each.done).exitCode).toBe(130);
      }
      proxy.cut();
      await eventually(async () => expect(await ready('q')).toBeGreaterThanOrEqual(1));
    }));

  test('the next address is taken when the first does not answer, at first and after a loss', () =>
    behindProxy(broker, async ({ queue, start, url, channel, run }, proxy) => {
      await queue('q', ['1']);
      const both = `${proxy.url(url)},${url}`;
      const consumer = start(['consume', 'q'], { env: { RMQ_LAB_URL: both } });
      await consumer.waitForStdout('1\n');
      proxy.refuse();
      proxy.cut();
      await consumer.waitForStderr('connected again');
      channel.sendToQueue('q', Buffer.from('2'));
      await consumer.waitForStdout('2\n');
      consumer.kill();
      expect((await consumer.done).exitCode).toBe(143);
      expect(await run(['publish', '-q', 'q', 'x'], { env: { RMQ_LAB_URL: both } })).toMatchObject({ exitCode: 0 });
    }));
});

describe('a broker that is none', () => {
  const consume = ['consume', 'q', '--json', '--connect-timeout', '700ms', '--reconnect-for', '1s', '--url'];

  test.each(['publish -q q x', 'consume q', 'get q', 'peek q', 'move q --to-queue b'])(
    'nobody listens, %s: exit 5 at once',
    async (words) => {
      const startedAt = performance.now();
      const { exitCode, stdout, stderr } = await runCli([
        ...words.split(' '),
        '--url',
        'amqp://u:sesame@127.0.0.1:1',
        '--api',
        'http://127.0.0.1:1',
      ]);
      expect({ exitCode, stdout: stdout.toString() }).toEqual({ exitCode: 5, stdout: '' });
      expect(performance.now() - startedAt).toBeLessThan(3_000);
      expect(stderr).toMatch(/^error: amqp:\/\/u@127\.0\.0\.1:1: connection refused\ntry: /);
      expect(stderr).not.toContain('sesame');
    },
  );

  const garbage = Buffer.from('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n');
  const faults: readonly [string, readonly Step[]][] = [
    ['it hangs up', ['end']],
    ['it hangs up after the header', [...handshake('header'), 'end']],
    ['a reset', [...handshake('header'), 'reset']],
    ['it speaks HTTP', [...handshake('header'), { send: garbage }]],
    ['it speaks noise', [{ send: Buffer.alloc(64, 0xa5) }]],
    ['it says nothing', ['hang']],
    ['it falls silent in the handshake', handshake('start-ok')],
    ['it opens no channel', handshake('done')],
  ];
  test.each(faults)('%s: exit 5 in time, and a hint', async (_name, script) => {
    const peer = await startPeer(script);
    try {
      const startedAt = performance.now();
      const { exitCode, stderr } = await runCli([...consume, peer.url]);
      expect({ exitCode, stderr }).toEqual({ exitCode: 5, stderr: expect.stringContaining('"error"') });
      const { error } = JSON.parse(stderr.trim().split('\n').at(-1) as string);
      expect(error).toMatchObject({ kind: 'unreachable', hint: expect.stringMatching(/\w/) });
      expect(performance.now() - startedAt).toBeLessThan(6_000);
    } finally {
      await peer.close();
    }
  });

  test('it lets in and hangs up, over and over: exit 5 after --reconnect-for', async () => {
    const peer = await startPeer([...handshake('done'), { expect: '20.10' }, 'reset']);
    try {
      for (const argv of [consume, ['publish', '-q', 'q', 'x', ...consume.slice(2)]]) {
        const { exitCode } = await startCli([...argv, peer.url]).done;
        expect({ argv, exitCode }).toEqual({ argv, exitCode: 5 });
      }
    } finally {
      await peer.close();
    }
  });
});

describeNewestBroker('a broker behind which the network comes late', (broker) => {
  test('answers at last: consume goes on where it was', () =>
    onStage(broker, async ({ queue, start, url, ready }) => {
      await queue('q', numbers(5));
      // the first connection is dropped, the second never answers, then the real one is reached
      const peer = await startPeer([...handshake('done'), 'reset'], ['hang']);
      try {
        const env = { RMQ_LAB_URL: `${peer.url},${url}` };
        const consumer = start(['consume', 'q', '-n', '5', '--connect-timeout', '500ms'], { env });
        expect(await consumer.done).toMatchObject({ exitCode: 0, stdout: Buffer.from('1\n2\n3\n4\n5\n') });
      } finally {
        await peer.close();
      }
      expect(await ready('q')).toBe(0);
    }));
});
