import { describeNewestBroker } from '../support/brokers.ts';
import { numbers, onStage } from '../support/stage.ts';
import { openTerminal } from '../support/terminal.ts';

describeNewestBroker('stdin', (broker) => {
  test('is untouched when a body is given: a loop around the program sees all its lines', () =>
    onStage(broker, async ({ queue, shell, bodies }) => {
      await queue('q');
      const script = [
        'while read -r line; do',
        '  rmq-lab publish -q q "$line" --quiet',
        '  rmq-lab publish -q q --quiet -n 2 --template "$line {{n}}"',
        '  rmq-lab get q -n 1 --quiet',
        'done',
      ].join('\n');
      const { exitCode, lines } = await shell(script, { input: 'a\nb\nc\n' });
      expect(exitCode).toBe(0);
      expect([...lines, ...(await bodies('q'))].sort()).toEqual(['a', 'a 1', 'a 2', 'b', 'b 1', 'b 2', 'c', 'c 1', 'c 2']);
    }));

  test.each([
    ['publish with a body', ['publish', '-q', 'q', 'x']],
    ['publish --file', ['publish', '-q', 'q', '--file', '/etc/hostname']],
    ['consume', ['consume', 'q', '-n', '1']],
    ['move', ['move', 'q', '--to-queue', 'q2']],
  ])('that stays open holds nothing up: %s', (_name, argv) =>
    onStage(broker, async ({ queue, start }) => {
      await queue('q', ['1']);
      await queue('q2');
      expect((await start(argv).done).exitCode).toBe(0);
    }),
  );

  test('that is a terminal is no body: exit 2, and it says what to type', () =>
    onStage(broker, async ({ queue, url, ready }) => {
      await queue('q');
      for (const argv of [
        ['publish', '-q', 'q'],
        ['publish', '-q', 'q', '--lines'],
        ['publish', '--ndjson'],
      ]) {
        const terminal = openTerminal(argv, { env: { RMQ_LAB_URL: url } });
        try {
          expect(await terminal.exited).toMatchObject({ exitCode: 2 });
          expect(terminal.screen()).toMatch(/stdin is a terminal[\s\S]*try: .*--file/);
        } finally {
          await terminal.close();
        }
      }
      expect(await ready('q')).toBe(0);
    }));

  test.each<[string, string[], RegExp]>([
    ['a body and --lines', ['-q', 'q', 'x', '--lines'], /exclude each other/],
    ['a body and --ndjson', ['-q', 'q', 'x', '--ndjson'], /exclude each other/],
    ['--lines and --ndjson', ['-q', 'q', '--lines', '--ndjson'], /exclude each other/],
    ['--lines and --count', ['-q', 'q', '--lines', '-n', '2'], /--count/],
    ['-q and a routing key', ['-q', 'q', '-r', 'k', 'x'], /-q/],
    ['-q and too many words', ['-q', 'q', 'k', 'x'], /-q/],
    ['no destination', ['--lines'], /no exchange and no queue/],
    ['an empty delimiter', ['-q', 'q', '--delimiter', ''], /--delimiter/],
    ['an unknown template', ['-q', 'q', '{{what}}', '--template'], /what/],
  ])('%s: exit 2 with a hint', (_name, argv, message) =>
    onStage(broker, async ({ queue, run, ready }) => {
      await queue('q');
      const { exitCode, stderr } = await run(['publish', ...argv], { input: '1\n' });
      expect(exitCode).toBe(2);
      expect(stderr).toMatch(message);
      expect(stderr).toMatch(/^try: /m);
      expect(await ready('q')).toBe(0);
    }),
  );

  test.each([
    ['--ndjson', '{"body":"1"}\n{"body":"2"}\n{"bdy":"3"}\n{"body":"4"}\n', /^error: line 3: .*bdy/m],
    ['--lines --template', '1\n2\n{{no}}\n4\n', /^error: line 3: .*no/m],
  ])('a bad line of %s: exit 2 names it, those before are sent', (flags, input, message) =>
    onStage(broker, async ({ queue, run, bodies }) => {
      await queue('q');
      const { exitCode, stderr } = await run(['publish', '-q', 'q', ...flags.split(' ')], { input });
      expect(exitCode).toBe(2);
      expect(stderr).toMatch(message);
      expect(await bodies('q')).toEqual(numbers(2));
    }),
  );
});
