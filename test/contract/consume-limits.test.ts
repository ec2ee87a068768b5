import type { GetMessage } from 'amqplib';
import { describeBrokers } from '../support/brokers.ts';
import { eventually } from '../support/polling.ts';
import { numbers, onStage, QUORUM, type Stage } from '../support/stage.ts';

/** Messages that were handed out before. 3.10 counts from 0 on, later versions do not mark the first delivery. */
const handedOut = (messages: readonly GetMessage[]) =>
  messages.filter(({ fields, properties }) => fields.redelivered || (properties.headers?.['x-delivery-count'] ?? 0) > 0).length;

describeBrokers('consume: when it ends', (broker) => {
  test.each<[string, string[], { exitCode: number; taken: number }]>([
    ['--count', ['-n', '5'], { exitCode: 0, taken: 5 }],
    ['--count above what is there, --until-empty', ['-n', '50', '--until-empty'], { exitCode: 7, taken: 20 }],
    ['--count above what is there, --timeout', ['-n', '50', '--timeout', '300ms'], { exitCode: 7, taken: 20 }],
    ['--count above what is there, --idle-timeout', ['-n', '50', '--idle-timeout', '200ms'], { exitCode: 7, taken: 20 }],
    ['--until-empty', ['--until-empty'], { exitCode: 0, taken: 20 }],
    ['--until-empty with --prefetch 1', ['--until-empty', '--prefetch', '1'], { exitCode: 0, taken: 20 }],
    ['--idle-timeout', ['--idle-timeout', '200ms'], { exitCode: 0, taken: 20 }],
    ['--timeout', ['--timeout', '300ms'], { exitCode: 0, taken: 20 }],
    ['--timeout of a month', ['-n', '3', '--timeout', '720h', '--idle-timeout', '720h'], { exitCode: 0, taken: 3 }],
  ])('%s', (_name, argv, { exitCode, taken }) =>
    onStage(broker, async ({ queue, run, bodies }) => {
      await queue('q', numbers(20));
      const result = await run(['consume', 'q', ...argv, '--json']);
      expect(result.lines.map((line) => JSON.parse(line).body)).toEqual(numbers(taken));
      expect(result.exitCode).toBe(exitCode);
      if (exitCode === 7)
        expect(JSON.parse(result.stderr).error).toMatchObject({ kind: 'condition', message: expect.stringMatching(/20.* 50/) });
      else expect(result.stderr).toBe('');
      expect(await bodies('q')).toEqual(numbers(20 - taken, taken + 1));
    }),
  );

  test('an empty queue: --count and --until-empty are exit 7, --until-empty alone exit 0', () =>
    onStage(broker, async ({ queue, run }) => {
      await queue('q');
      expect(await run(['consume', 'q', '-n', '1', '--until-empty'])).toMatchObject({ exitCode: 7, text: '' });
      expect(await run(['consume', 'q', '--no-ack', '-n', '1', '--timeout', '100ms'])).toMatchObject({ exitCode: 7, text: '' });
      expect(await run(['consume', 'q', '--until-empty'])).toMatchObject({ exitCode: 0, text: '', stderr: '' });
    }));
});

describeBrokers('consume: never takes what it does not want', (broker) => {
  /** Ways to consume ten messages and stop. */
  const WAYS: readonly [string, string[]][] = [
    ['--count', ['-n', '10']],
    ['--count under a large prefetch', ['-n', '10', '--prefetch', '65535']],
    ['--count and a timeout', ['-n', '10', '--timeout', '20s', '--idle-timeout', '20s', '--until-empty']],
    ['--exec', ['-n', '10', '--exec', 'cat']],
    ['--exec, some at a time', ['-n', '10', '--exec', 'cat', '--parallel', '5']],
    ['--no-ack', ['-n', '10', '--no-ack']],
  ];
  test.each(WAYS)('%s leaves the others untouched, on a quorum queue', (_name, argv) =>
    onStage(broker, async ({ queue, run, take }) => {
      await queue('q', numbers(60), QUORUM);
      expect(await run(['consume', 'q', ...argv])).toMatchObject({ exitCode: 0 });
      const left = await take('q');
      expect(left.map(({ content }) => content.toString())).toEqual(numbers(50, 11));
      expect(handedOut(left)).toBe(0);
    }),
  );

  test('a failing --exec wants one more, not many', () =>
    onStage(broker, async ({ queue, run, take }) => {
      await queue('q', numbers(30), QUORUM);
      const command = 'b=$(cat); if [ "$b" -le 3 ] && [ "$RMQ_REDELIVERED" = false ]; then exit 1; fi; echo $b';
      const { exitCode, lines } = await run(['consume', 'q', '-n', '10', '--exec', command, '--prefetch', '100']);
      expect({ exitCode, count: lines.length }).toEqual({ exitCode: 0, count: 10 });
      const left = await take('q');
      expect([...left.map(({ content }) => content.toString()), ...lines].sort()).toEqual(numbers(30).sort());
      expect(left.filter(({ content }) => Number(content.toString()) > 13)).toHaveLength(17);
      expect(handedOut(left.filter(({ content }) => Number(content.toString()) > 13))).toBe(0);
    }));
});

/** Goes over a hundred messages of a quorum queue more often than its delivery limit allows, and answers what was taken and what is left. */
async function tooOften({ queue, bodies, ready }: Stage, limit: Limit, once: () => Promise<readonly string[]>): Promise<string[]> {
  await queue('q', numbers(100), { ...QUORUM, ...limit.table });
  const taken: string[] = [];
  for (let round = 0; round < limit.rounds; round++) taken.push(...(await once()));
  // what was given back is ready again a moment later
  await eventually(async () => expect(await ready('q')).toBe(100 - taken.length), { within: 3_000 });
  return [...taken, ...(await bodies('q'))];
}

interface Limit {
  readonly table: Readonly<Record<string, number>>;
  readonly rounds: number;
}

/** The limit that a version gives a queue itself, 20, and how often is more. */
const OWN_LIMIT: Limit = { table: {}, rounds: 30 };
/** A limit that is sooner reached. */
const LOW_LIMIT: Limit = { table: { 'x-delivery-limit': 4 }, rounds: 8 };

describeBrokers(
  'consume: more often than the delivery limit allows, on a hundred messages, loses none',
  (broker) => {
    const all = numbers(100).sort();

    test('-n 1', () =>
      onStage(broker, async (stage) => {
        const once = async () => (await stage.run(['consume', 'q', '-n', '1', '--prefetch', '100'])).lines;
        expect((await tooOften(stage, LOW_LIMIT, once)).sort()).toEqual(all);
      }));

    test('-n 1 --ack-mode requeue', () =>
      onStage(broker, async (stage) => {
        const once = async () => {
          expect((await stage.run(['consume', 'q', '-n', '1', '--ack-mode', 'requeue'])).lines).toHaveLength(1);
          return [];
        };
        expect((await tooOften(stage, OWN_LIMIT, once)).sort()).toEqual(all);
      }));

    test('--hold, interrupted', () =>
      onStage(broker, async (stage) => {
        const once = async () => {
          const holding = stage.start(['consume', 'q', '--hold', '--prefetch', '5']);
          await holding.waitForStdout(/(.*\n){5}/);
          holding.kill('SIGINT');
          expect((await holding.done).exitCode).toBe(130);
          return [];
        };
        expect((await tooOften(stage, LOW_LIMIT, once)).sort()).toEqual(all);
      }));

    test('a timeout while a command is at work', () =>
      onStage(broker, async (stage) => {
        const once = async () => {
          // takes the prefetch of a hundred, does one or two
          const { lines } = await stage.run(['consume', 'q', '--exec', 'cat; echo', '--timeout', '20ms']);
          return lines;
        };
        expect((await tooOften(stage, LOW_LIMIT, once)).sort()).toEqual(all);
      }));
  },
  { from: '4.0' },
);
