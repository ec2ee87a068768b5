import { describeBrokers, managementOf } from '../support/brokers.ts';
import { eventually } from '../support/polling.ts';
import { onStage, QUORUM, type Stage } from '../support/stage.ts';

/** What the doctor says, in short; sorted. */
async function examine({ run }: Stage, ...argv: string[]) {
  const { exitCode, text } = await run(['dlq', 'doctor', '--json', ...argv]);
  const { checks } = JSON.parse(text) as { checks: { severity: string; queue: string; about: string; detail: string }[] };
  return { exitCode, checks, found: checks.map(({ severity, queue, about }) => `${severity} ${queue} ${about}`).sort() };
}

describeBrokers('dlq doctor', (broker) => {
  test.each(['classic', 'quorum'])('what setup makes is well: %s', (type) =>
    onStage(broker, async (stage) => {
      await stage.run(['dlq', 'setup', 'a', '--type', type]);
      await stage.run(['dlq', 'setup', 'b', '--type', type, '--retry', '1s', '2s']);
      const { exitCode, found } = await examine(stage);
      expect({ exitCode, bad: found.filter((line) => /^(error|warning)/.test(line)) }).toEqual({ exitCode: 0, bad: [] });
      expect(found).toEqual(expect.arrayContaining(['ok a way', 'ok b way', 'note a.dlq nobody looks', 'note b.dlq nobody looks']));
    }),
  );

  test('what loses messages, or turns for ever: exit 7, a fix for each; of one queue only what concerns it', () =>
    onStage(broker, async (stage) => {
      const { queue, channel, run } = stage;
      await channel.assertExchange('dlx', 'direct');
      await queue('missing', [], { 'x-dead-letter-exchange': 'gone' });
      await queue('unbound', [], { 'x-dead-letter-exchange': 'dlx', 'x-dead-letter-routing-key': 'k' });
      await queue('work', [], { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': 'wait' });
      await queue('wait', [], { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': 'work', 'x-message-ttl': 60_000 });
      await queue('self', [], { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': 'self', 'x-message-ttl': 60_000 });
      await queue('limited', [], { ...QUORUM, 'x-delivery-limit': 5 });
      await queue('fine', [], { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': 'full' });
      await queue('full', ['1', '2']);
      const { exitCode, found, checks } = await examine(stage);
      expect(exitCode).toBe(7);
      expect(found.filter((line) => !line.startsWith('ok'))).toEqual([
        'error missing missing exchange',
        'error self dropping cycle',
        'error unbound unbound',
        'warning full nobody looks',
        'warning limited delivery limit',
        'warning self endless cycle',
        'warning wait endless cycle',
      ]);
      expect(checks.filter(({ severity }) => severity === 'error' || severity === 'warning')).toEqual(
        expect.not.arrayContaining([expect.objectContaining({ fix: null })]),
      );
      const one = await run(['dlq', 'doctor', 'missing', '--ascii']);
      expect(one).toMatchObject({
        exitCode: 7,
        text: expect.stringMatching(
          /^FAIL missing: missing exchange {2}error: .*'gone' does not exist.*\n +fix: rmq-lab declare-exchange gone/,
        ),
        stderr: expect.stringMatching(/^error: 1 of 1 checks failed: missing: missing exchange\ntry: rmq-lab declare-exchange gone/m),
      });
      expect(await run(['dlq', 'doctor', 'mising'])).toMatchObject({
        exitCode: 6,
        stderr: expect.stringContaining('did you mean missing?'),
      });
    }));

  test('what the doctor calls a dropping cycle, the broker drops; what it calls endless, comes back', () =>
    onStage(broker, async (stage) => {
      const { queue, channel, ready } = stage;
      await queue('self', [], { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': 'self', 'x-message-ttl': 1 });
      expect((await examine(stage, 'self')).found).toContain('error self dropping cycle');
      channel.sendToQueue('self', Buffer.from('1'));
      await channel.waitForConfirms();
      await eventually(async () => expect(await ready('self')).toBe(0));
      await queue('again', ['1'], { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': 'again' });
      expect((await examine(stage, 'again')).found).toContain('warning again endless cycle');
      for (let time = 0; time < 12; time++) {
        await eventually(async () => {
          const got = await channel.get('again');
          if (got === false) throw new Error('it is not back');
          channel.nack(got, false, false);
        });
      }
      await eventually(async () => expect(await ready('again')).toBe(1));
      const { checks } = await examine(stage, 'again', '--sample', '5');
      expect(checks).toContainEqual(
        expect.objectContaining({
          about: 'x-death',
          severity: 'warning',
          detail: expect.stringMatching(/12 times in again \(rejected\)$/),
        }),
      );
      expect(await ready('again')).toBe(1);
    }));

  test('policies and operator policies count', () =>
    onStage(broker, async (stage) => {
      const { queue, vhost } = stage;
      const management = managementOf(broker);
      await queue('q');
      await queue('d');
      await queue('limited', [], QUORUM);
      const put = (kind: string, name: string, pattern: string, definition: object) =>
        management.put(`/api/${kind}/${vhost}/${name}`, { pattern, definition, 'apply-to': 'queues' });
      await put('policies', 'dead', '^q$', { 'dead-letter-exchange': '', 'dead-letter-routing-key': 'gone' });
      await put('operator-policies', 'most', '^limited$', { 'delivery-limit': 7 });
      await eventually(async () => {
        const { found, checks } = await examine(stage);
        expect(found).toEqual(['error q unbound', 'note q by policy', 'warning limited delivery limit']);
        expect(checks.map(({ detail }) => detail).join('\n')).toMatch(/more than 7 times[\s\S]*policy 'dead'/);
      });
      await put('policies', 'dead', '^q$', { 'dead-letter-exchange': '', 'dead-letter-routing-key': 'd' });
      await eventually(async () =>
        expect((await examine(stage, 'q')).found).toEqual(['note d nobody looks', 'note q by policy', 'ok q way']),
      );
    }));

  test('with nothing to see it says so', () =>
    onStage(broker, async ({ queue, run }) => {
      await queue('q');
      expect(await run(['dlq', 'doctor'])).toMatchObject({
        exitCode: 0,
        text: 'no queue has a dead-letter exchange, and none needs one\n',
        stderr: '',
      });
      expect(await run(['dlq', 'doctor', '--sample', '0'])).toMatchObject({ exitCode: 2 });
      expect(await run(['dlq', 'doctor', '--sample', '5', '--definitions', 'x.json'])).toMatchObject({ exitCode: 2 });
    }));
});
