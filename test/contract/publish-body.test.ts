import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeBrokers, describeNewestBroker } from '../support/brokers.ts';
import { temporaryHome } from '../support/spawn.ts';
import { onStage, type Stage } from '../support/stage.ts';

const BINARY = Buffer.from([0xff, 0xfe, 0x00, 0x0a, 0x80, 0x0d]);
const bytes = (parts: readonly (string | Buffer)[]) => parts.map((part) => Buffer.from(part as string).toString('hex'));

describeBrokers('publish: the body', (broker) => {
  const contents = async ({ take }: Stage) => bytes((await take('q')).map(({ content }) => content));

  test.each<[string, string[], string | Buffer, (string | Buffer)[]]>([
    ['the argument', ['hello'], 'ignored\n', ['hello']],
    ['an empty argument', [''], 'ignored\n', ['']],
    ['stdin whole, with its newline', [], 'a\nb\n', ['a\nb\n']],
    ['stdin as bytes', [], BINARY, [BINARY]],
    ['--file - is stdin', ['--file', '-'], 'x', ['x']],
    ['--lines: the newline is not part of it', ['--lines'], 'a\nb\n', ['a', 'b']],
    ['--lines without a newline at the end', ['--lines'], 'a\nb', ['a', 'b']],
    ['--lines: empty ones are messages', ['--lines'], '\na\n\n', ['', 'a', '']],
    ['--lines keeps a carriage return', ['--lines'], 'a\r\nb\r\n', ['a\r', 'b\r']],
    [
      '--lines of bytes',
      ['--lines'],
      Buffer.concat([BINARY, Buffer.from('\n'), BINARY]),
      [Buffer.from([0xff, 0xfe, 0x00]), Buffer.from([0x80, 0x0d]), Buffer.from([0xff, 0xfe, 0x00]), Buffer.from([0x80, 0x0d])],
    ],
    ['--delimiter of several characters', ['--lines', '--delimiter', '--\n'], 'a\n--\nb-\n-', ['a\n', 'b-\n-']],
    ['--delimiter alone means lines', ['--delimiter', ';'], 'a;b;', ['a', 'b']],
    ['--null', ['--null'], 'a\nb\0c\0', ['a\nb', 'c']],
    ['--lines of nothing', ['--lines'], '', []],
    ['--ndjson', ['--ndjson'], '{"body":"a"}\n\n{"bodyBase64":"/w=="}\n', ['a', Buffer.from([0xff])]],
    ['--count', ['-n', '3', 'x'], '', ['x', 'x', 'x']],
    ['--template', ['-n', '3', '--template', '{{n}}:{{random 4 4}}'], '', ['1:4', '2:4', '3:4']],
    ['--template of lines', ['--lines', '--template'], 'a{{n}}\nb{{n}}\n', ['a1', 'b2']],
    ['braces without --template', ['{{n}}'], '', ['{{n}}']],
  ])('%s', (_name, argv, input, expected) =>
    onStage(broker, async (stage) => {
      await stage.queue('q');
      const { exitCode, text, stderr } = await stage.run(['publish', '-q', 'q', ...argv], { input });
      expect({ exitCode, text }).toEqual({ exitCode: 0, text: '' });
      expect(stderr).toBe(expected.length === 0 ? '' : `published ${expected.length}, confirmed ${expected.length}\n`);
      expect(await contents(stage)).toEqual(bytes(expected));
    }),
  );
});

describeNewestBroker('publish: more of the body', (broker) => {
  test('an empty stdin sends an empty body, and says so', () =>
    onStage(broker, async ({ queue, run, take }) => {
      await queue('q');
      const { exitCode, stderr } = await run(['publish', '-q', 'q'], { input: '' });
      expect(exitCode).toBe(0);
      expect(stderr).toMatch(/^stdin was empty: the body is empty too/);
      expect((await take('q')).map(({ content }) => content.length)).toEqual([0]);
    }));

  test('10 MB from a file and from stdin arrive whole', () =>
    onStage(broker, async ({ queue, run, channel }) => {
      await queue('q');
      const body = Buffer.alloc(10_000_000, '0123456789abcdef\n');
      const { home, remove } = temporaryHome();
      try {
        writeFileSync(join(home, 'body'), body);
        expect(await run(['publish', '-q', 'q', '--file', join(home, 'body')])).toMatchObject({ exitCode: 0 });
        expect(await run(['publish', '-q', 'q'], { input: body })).toMatchObject({ exitCode: 0 });
      } finally {
        remove();
      }
      for (const _ of [1, 2]) {
        const got = await channel.get('q', { noAck: true });
        expect(got !== false && got.content.equals(body)).toBe(true);
      }
    }));

  test('a line of 200 kB between short ones', () =>
    onStage(broker, async ({ queue, run, take }) => {
      await queue('q');
      const long = 'x'.repeat(200_000);
      expect(await run(['publish', '-q', 'q', '--lines'], { input: `a\n${long}\nb\n` })).toMatchObject({ exitCode: 0 });
      expect((await take('q')).map(({ content }) => content.length)).toEqual([1, 200_000, 1]);
    }));

  test('--template makes each message another', () =>
    onStage(broker, async ({ queue, run, bodies, channel }) => {
      await queue('q');
      await channel.assertExchange('x', 'topic');
      await channel.bindQueue('q', 'x', 'k.#');
      const argv = ['publish', 'x', 'k.{{n}}', '{{n}} {{uuid}} {{now}} {{random 1 6}}', '-n', '50', '--template'];
      expect(await run(argv)).toMatchObject({ exitCode: 0 });
      const sent = (await bodies('q')).map((body) => body.split(' '));
      expect(sent.map(([n]) => n)).toEqual(Array.from({ length: 50 }, (_, n) => String(n + 1)));
      expect(new Set(sent.map(([, uuid]) => uuid)).size).toBe(50);
      for (const [, uuid, now, dice] of sent) {
        expect(uuid).toMatch(/^[0-9a-f-]{36}$/);
        expect(Math.abs(Date.parse(now as string) - Date.now())).toBeLessThan(60_000);
        expect(dice).toMatch(/^[1-6]$/);
      }
    }));

  test('--rate paces, and does not lag behind', () =>
    onStage(broker, async ({ queue, run, ready }) => {
      await queue('q');
      const startedAt = performance.now();
      expect(await run(['publish', '-q', 'q', '-n', '21', '--rate', '20', 'x'])).toMatchObject({ exitCode: 0 });
      const took = performance.now() - startedAt;
      expect(took).toBeGreaterThan(950);
      expect(took).toBeLessThan(4_000);
      expect(await ready('q')).toBe(21);
    }));
});

// before 4.0 a message may have 128 MiB
describeBrokers(
  'publish: a body too large',
  (broker) => {
    test('a body beyond what the broker takes is refused: exit 6', () =>
      onStage(broker, async ({ queue, run, ready }) => {
        await queue('q');
        const { exitCode, stderr } = await run(['publish', '-q', 'q', '--json'], { input: Buffer.alloc(20_000_000) });
        expect(JSON.parse(stderr).error).toMatchObject({
          kind: 'refused',
          replyCode: 406,
          hint: expect.stringContaining('max_message_size'),
        });
        expect(exitCode).toBe(6);
        expect(await ready('q')).toBe(0);
      }));
  },
  { from: '4.0' },
);
