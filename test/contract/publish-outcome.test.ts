import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeBrokers, describeNewestBroker } from '../support/brokers.ts';
import { temporaryHome } from '../support/spawn.ts';
import { numbers, onStage, QUORUM } from '../support/stage.ts';

const envelopes = (messages: readonly object[]) => messages.map((message) => `${JSON.stringify(message)}\n`).join('');

/** A file in a folder of its own. */
async function withFile(use: (path: string) => Promise<void>): Promise<void> {
  const { home, remove } = temporaryHome();
  try {
    await use(join(home, 'file'));
  } finally {
    remove();
  }
}
const linesOf = (path: string): unknown[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

describeBrokers('publish: what becomes of messages', (broker) => {
  test('invalid NDJSON in line 7: exit 2, names it; the six before are confirmed, in the queue, and reported', () =>
    onStage(broker, async ({ queue, run, bodies }) => {
      await queue('q');
      const good = numbers(6).map((body) => JSON.stringify({ body }));
      const input = [...good, '{"body":', '{"body":"8"}', ''].join('\n');
      const { exitCode, text, stderr } = await run(['publish', '-q', 'q', '--ndjson', '--json'], { input });
      expect(exitCode).toBe(2);
      expect(JSON.parse(text)).toEqual({ published: 6, confirmed: 6, returned: 0, nacked: 0 });
      expect(JSON.parse(stderr).error).toMatchObject({ kind: 'usage', message: expect.stringMatching(/^line 7: not JSON/) });
      expect(await bodies('q')).toEqual(numbers(6));
    }));

  test('unroutable ones among 3000: exit 3, and --rejected has just these, as they were', () =>
    onStage(broker, async ({ queue, run, channel, take }) => {
      await queue('q');
      await channel.assertExchange('x', 'headers');
      await channel.bindQueue('q', 'x', '', { 'x-match': 'all', to: 'eu' });
      // every body and key is the same: only a header's value says which is which
      const messages = numbers(3000).map((n) => ({
        exchange: 'x',
        routingKey: 'k',
        properties: { type: 't', headers: { n: Number(n), to: Number(n) % 7 === 0 ? 'us' : 'eu' } },
        body: 'same',
      }));
      const unroutable = messages.filter(({ properties }) => properties.headers.to === 'us');
      await withFile(async (path) => {
        const argv = ['publish', '--ndjson', '--json', '--rejected', path];
        const { exitCode, text, stderr } = await run(argv, { input: envelopes(messages) });
        expect(exitCode).toBe(3);
        const returned = unroutable.length;
        expect(JSON.parse(text)).toEqual({ published: 3000, confirmed: 3000 - returned, returned, nacked: 0 });
        expect(JSON.parse(stderr).error).toMatchObject({ kind: 'not-taken', message: expect.stringContaining(`${returned} returned`) });
        expect(linesOf(path)).toEqual(unroutable);
      });
      expect((await take('q')).map(({ properties }) => properties.headers?.n)).toEqual(
        messages.filter((message) => !unroutable.includes(message)).map(({ properties }) => properties.headers.n),
      );
    }));

  test.each([
    ['classic', {}],
    ['quorum', QUORUM],
  ])('a full queue with reject-publish (%s): exit 3, nacked, and --rejected sends them again', (_type, type) =>
    onStage(broker, async ({ queue, run, bodies, channel }) => {
      await queue('full', [], { ...type, 'x-max-length': 5, 'x-overflow': 'reject-publish' });
      await queue('q');
      await withFile(async (path) => {
        // one at a time: a quorum queue takes more than its limit of what is on its way
        const argv = ['publish', '-q', 'full', '--lines', '--confirm', '1', '--json', '--rejected', path];
        const { exitCode, text, stderr } = await run(argv, { input: numbers(60).join('\n') });
        const report = JSON.parse(text);
        expect(report).toEqual({ published: 60, confirmed: 60 - report.nacked, returned: 0, nacked: expect.any(Number) });
        expect(report.nacked).toBeGreaterThan(0);
        expect(exitCode).toBe(3);
        expect(JSON.parse(stderr).error).toMatchObject({ kind: 'not-taken', hint: expect.stringContaining('reject-publish') });
        expect((await channel.checkQueue('full')).messageCount).toBe(report.confirmed);
        const again = await run(['publish', '-q', 'q', '--ndjson', '--file', path]);
        expect(again).toMatchObject({ exitCode: 0, stderr: `published ${report.nacked}, confirmed ${report.nacked}\n` });
      });
      expect([...(await bodies('full')), ...(await bodies('q'))].sort()).toEqual(numbers(60).sort());
    }),
  );

  test('CC and BCC deliver more copies; from envelopes only with --keep-cc', () =>
    onStage(broker, async ({ queue, run, ready }) => {
      for (const name of ['q', 'cc', 'bcc']) await queue(name);
      const input = envelopes([{ properties: { headers: { CC: ['cc'], BCC: ['bcc'] } }, body: 'x' }]);
      const counts = async () => [await ready('q'), await ready('cc'), await ready('bcc')];
      await run(['publish', '-q', 'q', '--ndjson'], { input });
      expect(await counts()).toEqual([1, 0, 0]);
      await run(['publish', '-q', 'q', '--ndjson', '--keep-cc'], { input });
      expect(await counts()).toEqual([2, 1, 1]);
      await run(['publish', '-q', 'q', 'x', '-H', 'CC:json=["cc"]']);
      expect(await counts()).toEqual([3, 2, 1]);
    }));

  test('an unroutable message with BCC is counted once', () =>
    onStage(broker, async ({ run }) => {
      const { exitCode, text } = await run(['publish', '-q', 'none', 'x', '--json', '-H', 'BCC:json=["no"]', '-H', 'a=b']);
      expect(exitCode).toBe(3);
      expect(JSON.parse(text)).toEqual({ published: 1, confirmed: 0, returned: 1, nacked: 0 });
    }));

  test('a missing exchange: exit 6, nothing confirmed', () =>
    onStage(broker, async ({ run }) => {
      for (const more of [[], ['--no-confirm']]) {
        const { exitCode, stderr } = await run(['publish', 'missing', 'k', '--lines', '--json', ...more], { input: 'a\nb\n' });
        expect(exitCode).toBe(6);
        expect(JSON.parse(stderr).error).toMatchObject({ replyCode: 404, hint: expect.stringContaining('declare-exchange') });
      }
    }));

  test('--no-confirm: sent, not confirmed, and an unroutable one is told all the same', () =>
    onStage(broker, async ({ queue, run, bodies }) => {
      await queue('q');
      const sent = await run(['publish', '-q', 'q', '--lines', '--no-confirm', '--json'], { input: numbers(2500).join('\n') });
      expect(sent).toMatchObject({ exitCode: 0 });
      expect(JSON.parse(sent.text)).toEqual({ published: 2500, confirmed: 0, returned: 0, nacked: 0 });
      expect(await bodies('q')).toEqual(numbers(2500));
      const lost = await run(['publish', '-q', 'none', 'x', '--no-confirm', '--json']);
      expect(lost.exitCode).toBe(3);
      expect(JSON.parse(lost.text)).toEqual({ published: 1, confirmed: 0, returned: 1, nacked: 0 });
    }));

  test('--no-mandatory: unroutable is confirmed, exit 0', () =>
    onStage(broker, async ({ run }) => {
      const { exitCode, text } = await run(['publish', '-q', 'none', 'x', '--no-mandatory', '--json']);
      expect({ exitCode, report: JSON.parse(text) }).toEqual({
        exitCode: 0,
        report: { published: 1, confirmed: 1, returned: 0, nacked: 0 },
      });
    }));

  test('--confirm 1 keeps the order and loses none', () =>
    onStage(broker, async ({ queue, run, bodies }) => {
      await queue('q', [], QUORUM);
      const { exitCode } = await run(['publish', '-q', 'q', '--lines', '--confirm', '1'], { input: numbers(100).join('\n') });
      expect(exitCode).toBe(0);
      expect(await bodies('q')).toEqual(numbers(100));
    }));
});

describeNewestBroker('publish: what it says of messages that were not taken', (broker) => {
  test.each<[string, string[], RegExp]>([
    ['no such queue', ['-q', 'none', 'x'], /there is no queue 'none': declare it with rmq-lab declare-queue none/],
    ['a fanout without queues', ['amq.fanout', '', 'x'], /no queue is bound to 'amq.fanout'.*--no-mandatory/],
    ['a headers exchange', ['amq.headers', '', 'x', '-H', 'a=b'], /--no-mandatory/],
    ['a body taken for the key', ['amq.topic', 'hello world'], /'hello world' was taken for the routing key/],
  ])('%s', (_name, argv, hint) =>
    onStage(broker, async ({ run }) => {
      const { exitCode, stderr } = await run(['publish', ...argv]);
      expect(exitCode).toBe(3);
      expect(stderr).toMatch(/^returned: \d+ bytes? for exchange '.*', key '.*': 312 NO_ROUTE$/m);
      expect(stderr).toMatch(/^error: .*not taken.*1 returned, 0 nacked/m);
      expect(stderr).toMatch(new RegExp(`^try: .*${hint.source}`, 'm'));
    }),
  );

  test('the first ten are named, the others counted', () =>
    onStage(broker, async ({ run }) => {
      const { exitCode, stderr } = await run(['publish', '-q', 'none', '-n', '25', 'x']);
      expect(exitCode).toBe(3);
      expect(stderr.match(/^returned: /gm)).toHaveLength(10);
      expect(stderr).toContain('… and 15 more');
    }));

  test('--rejected that cannot be written: exit 2 before anything is sent; exit 1 after, with the report', () =>
    onStage(broker, async ({ queue, run, ready }) => {
      await queue('q');
      expect(await run(['publish', '-q', 'q', 'x', '--rejected', '/nowhere/file'])).toMatchObject({ exitCode: 2 });
      expect(await ready('q')).toBe(0);
      const full = await run(['publish', '-q', 'none', 'x', '--json', '--rejected', '/dev/full']);
      expect(full.exitCode).toBe(1);
      expect(JSON.parse(full.text)).toMatchObject({ published: 1, returned: 1 });
      expect(JSON.parse(full.stderr).error.message).toContain("'/dev/full' could not be written");
    }));

  test('an input that is not there is exit 2, and nothing is sent', () =>
    onStage(broker, async ({ queue, run, ready }) => {
      await queue('q');
      for (const argv of [
        ['--file', '/nowhere'],
        ['--file', '/'],
        ['--file', '/nowhere', '--lines'],
      ]) {
        const { exitCode, stderr } = await run(['publish', '-q', 'q', ...argv]);
        expect({ argv, exitCode }).toEqual({ argv, exitCode: 2 });
        expect(stderr).toContain('--file: cannot read');
      }
      expect(await ready('q')).toBe(0);
    }));

  test('flags overrule an envelope’s own words', () =>
    onStage(broker, async ({ queue, run, take }) => {
      await queue('q');
      await withFile(async (path) => {
        writeFileSync(
          path,
          envelopes([{ exchange: 'gone', routingKey: 'gone', properties: { type: 'a', headers: { a: 1, b: 1 } }, body: 'x' }]),
        );
        const argv = ['publish', '-q', 'q', '--ndjson', '--file', path, '--type', 'b', '-H', 'b:int=2', '--persistent'];
        expect(await run(argv)).toMatchObject({ exitCode: 0 });
      });
      const [message] = await take('q');
      expect(message?.properties).toMatchObject({ type: 'b', deliveryMode: 2, headers: { a: 1, b: 2 } });
    }));
});
