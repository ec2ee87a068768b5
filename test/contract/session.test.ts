import { behindProxy } from '../support/behind-proxy.ts';
import { describeBrokers, describeNewestBroker } from '../support/brokers.ts';
import { eventually } from '../support/polling.ts';
import { numbers, onStage, type Played, QUORUM, type Stage } from '../support/stage.ts';

interface Document {
  readonly line?: number;
  readonly channel: string;
  readonly command?: string;
  readonly event?: string;
  readonly deliveryTag?: number;
  readonly result?: Record<string, unknown>;
  readonly message?: { readonly body: string; readonly redelivered: boolean };
}

/** Runs a session on these lines. */
const talk = ({ run }: Pick<Stage, 'run'>, lines: readonly string[], ...argv: string[]) =>
  run(['session', ...argv], { input: lines.map((line) => `${line}\n`).join('') });

const documents = ({ lines }: Played) => lines.map((line) => JSON.parse(line) as Document);

/** What each line of a session gave. */
const results = (played: Played) =>
  documents(played)
    .filter(({ event }) => event === undefined)
    .map(({ result }) => result);

describeBrokers('session', (broker) => {
  test('what one channel holds no other is given, until it is closed', () =>
    onStage(broker, async (stage) => {
      await stage.queue('q', ['1', '2']);
      const played = await talk(stage, ['a: get q', 'b: get q', 'b: get q', 'a: close', 'b: get q', 'b: ack 1', 'b: nack 2'], '--json');
      expect(played).toMatchObject({ exitCode: 0 });
      expect(results(played)).toMatchObject([
        { deliveryTag: 1, message: { body: '1', redelivered: false }, messagesLeft: 1 },
        { deliveryTag: 1, message: { body: '2' } },
        { empty: true },
        { closed: true, wentBack: 1 },
        { deliveryTag: 2, message: { body: '1', redelivered: true } },
        { settled: [1] },
        { settled: [2] },
      ]);
      expect(await stage.bodies('q')).toEqual(['1']);
    }));

  test('what is held at the end is given back, on a quorum queue too', () =>
    onStage(broker, async (stage) => {
      await stage.queue('q', numbers(5), QUORUM);
      const { exitCode, stderr } = await talk(stage, ['qos 3', 'consume q', 'wait -n 3', 'get q']);
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: 'gave back 4 messages held\n' });
      expect((await stage.bodies('q')).sort()).toEqual(numbers(5));
    }));

  test('sessions that end over what they hold do not use up a delivery limit', () =>
    onStage(broker, async (stage) => {
      await stage.queue('q', ['1'], { ...QUORUM, 'x-delivery-limit': 1 });
      for (let n = 0; n < 4; n++)
        expect(await talk(stage, ['get q'])).toMatchObject({ exitCode: 0, text: expect.stringContaining('\n1\n') });
      expect(await stage.bodies('q')).toEqual(['1']);
    }));

  test('a consumer: its deliveries with their tags, its limit, its end', () =>
    onStage(broker, async (stage) => {
      await stage.queue('q', numbers(4));
      const lines = [
        'qos 2',
        'consume q --tag t',
        'wait -n 2',
        'ack 2 --multiple',
        'wait -n 2',
        'cancel',
        'reject 3',
        'ack all',
        'channels',
      ];
      const played = await talk(stage, lines, '--json');
      const deliveries = documents(played).filter(({ event }) => event === 'delivery');
      expect(deliveries.map(({ deliveryTag, message }) => [deliveryTag, message?.body])).toEqual([1, 2, 3, 4].map((n) => [n, String(n)]));
      expect(results(played).slice(3)).toMatchObject([
        { settled: [1, 2] },
        { deliveries: 2 },
        { consumerTag: 't' },
        { settled: [3] },
        { settled: [4] },
        { channels: [{ channel: 'ch1', held: [], consumers: [], prefetch: 2 }] },
      ]);
      expect(await stage.bodies('q')).toEqual(['3']);
    }));

  test('lines on the command line are run in order, and stdin is left alone', () =>
    onStage(broker, async (stage) => {
      await stage.queue('q', ['1', '2']);
      const lines = ['a: get q', 'a: ack 9', 'b: get q', 'b: ack 1'];
      const played = await stage.run(['session', '--json', '--keep-going', ...lines], { input: 'b: get q\n' });
      expect(results(played)).toMatchObject([{ deliveryTag: 1 }, { deliveryTag: 1, message: { body: '1' } }, { settled: [1] }]);
      expect(played).toMatchObject({ exitCode: 6, stderr: expect.stringContaining('error: line 2: a: 406') });
      expect(await stage.run(['session', ...lines])).toMatchObject({ exitCode: 6 });
      expect(await stage.bodies('q')).toEqual(['2']);
    }));

  test('an exclusive queue is for all channels of the session, and for nobody else', () =>
    onStage(broker, async (stage) => {
      const running = stage.start(['session', '--json']);
      running.stdin.write("a: declare-queue '' --exclusive\na: bind amq.topic '' k\na: publish amq.topic k hello\na: get ''\n");
      const text = await running.waitForStdout('"hello"');
      const { queue } = (JSON.parse(text.split('\n')[0] ?? '') as Document).result as { queue: string };
      expect(await stage.run(['get', queue])).toMatchObject({ exitCode: 6, stderr: expect.stringContaining('405') });
      running.stdin.end(`b: declare-queue ${queue} --passive\nb: delete-queue ${queue}\n`);
      expect(await running.done).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("exclusive to this session's connection") });
    }));

  test('an error of a channel closes that channel only; its next use opens a new one', () =>
    onStage(broker, async (stage) => {
      await stage.queue('q', ['1', '2']);
      const lines = ['a: get q', 'b: get q', 'b: ack 99', 'channels', 'b: get q', 'a: ack 1', 'b: ack 1', 'b: ack 1'];
      const played = await talk(stage, lines, '--keep-going', '--json');
      expect(played.exitCode).toBe(6);
      const shown = results(played);
      expect(shown[2]).toMatchObject({ channels: [{ channel: 'a', held: [{ deliveryTag: 1, queue: 'q' }] }] });
      expect(shown[3]).toMatchObject({ deliveryTag: 1, message: { body: '2', redelivered: true } });
      expect(shown.slice(4)).toEqual([{ settled: [1] }, { settled: [1] }]);
      expect(played.stderr).toContain('error: line 3: b: 406 PRECONDITION_FAILED - unknown delivery tag 99');
      expect(played.stderr).toContain('this closed channel b and no other, the 1 that it held went back; its next use opens a new one');
      expect(played.stderr).toContain('line 8: b: 406');
      expect(await stage.ready('q')).toBe(0);
    }));

  test('confirms and transactions', () =>
    onStage(broker, async (stage) => {
      await stage.queue('q');
      const lines = [
        'a: confirm',
        'a: publish -q q confirmed',
        'b: tx',
        'b: publish -q q dropped',
        'b: tx rollback',
        'b: publish -q q committed',
        'b: get q',
        'b: ack 1',
        'b: channels',
        'b: tx commit',
        'b: channels',
        'c: publish -q q plain',
      ];
      const played = await talk(stage, lines, '--json');
      expect(played).toMatchObject({ exitCode: 0, stderr: '' });
      const shown = results(played);
      expect(shown[1]).toEqual({ outcome: 'confirmed' });
      expect(shown[3]).toEqual({ outcome: 'gathered' });
      expect(shown[6]).toMatchObject({ message: { body: 'confirmed' }, messagesLeft: 0 });
      expect(shown[8]).toMatchObject({ channels: [{ mode: 'confirms' }, { mode: 'transaction', held: [{ deliveryTag: 1 }] }] });
      expect(shown[10]).toMatchObject({ channels: [{}, { held: [] }] });
      expect(await stage.bodies('q')).toEqual(['committed', 'plain']);
    }));

  test('what nobody takes comes back: a failure where the publish is confirmed, told where not', () =>
    onStage(broker, async (stage) => {
      const played = await talk(stage, ['a: publish amq.direct k x', 'b: confirm', 'publish amq.direct k y']);
      expect(played.text).toContain("a: returned: 312 NO_ROUTE, exchange 'amq.direct', routing key 'k'");
      expect(played).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('line 3: b: returned: 312 NO_ROUTE') });
    }));

  test.each<[string, string[], number, RegExp]>([
    ['a missing queue', ['a: get none', 'a: declare-queue never'], 6, /^error: line 1: a: 404 .*no queue 'none'/],
    ['a missing exchange', ['publish none k b'], 6, /^error: line 1: ch1: 404 /],
    ['another declaration', ['declare-queue q', '', 'declare-queue q --max-length 3'], 6, /line 3: ch1: 406 [\s\S]*max-length[\s\S]*try: /],
    ['two modes', ['confirm', 'tx'], 6, /line 2: ch1: 406 .*cannot switch from confirm/],
    ['the same consumer tag, which ends the connection', ['consume q --tag t', 'consume q --tag t'], 6, /530[\s\S]*closed the connection/],
    ['no command', ['# nothing', 'fetch q'], 2, /line 2: unknown command 'fetch'/],
    ['a shell', ['get q | wc'], 2, /line 1: \| \(a pipe\)/],
    ['a loss that nobody can confirm', ['publish -q q x', 'purge q'], 2, /line 2: Queue 'q' holds 1 message[\s\S]*--yes/],
    ['deliveries that do not come', ['consume q', 'wait -n 1 --timeout 200ms'], 7, /line 2: ch1: 0 of 1 deliveries came/],
  ])('%s: the first failure ends it', (_name, lines, code, message) =>
    onStage(broker, async (stage) => {
      await stage.queue('q');
      expect(await talk(stage, lines)).toMatchObject({ exitCode: code, stderr: expect.stringMatching(message) });
    }),
  );
});

describeNewestBroker('session, and its ends', (broker) => {
  test('with --yes nothing is asked; exit leaves what follows', () =>
    onStage(broker, async (stage) => {
      await stage.queue('q', ['1']);
      const { text, exitCode } = await talk(stage, ['purge q --yes', 'delete-queue none', 'exit', 'delete-queue q']);
      expect({ text, exitCode }).toEqual({
        exitCode: 0,
        text: 'ch1: purged 1 message from queue q\nch1: there was no queue none, and the broker says that it is deleted\n',
      });
      expect(await stage.ready('q')).toBe(0);
    }));

  test('SIGTERM while it waits for lines: what is held goes back, exit 143', () =>
    onStage(broker, async (stage) => {
      await stage.queue('q', ['1']);
      const running = stage.start(['session']);
      running.stdin.write('get q\n');
      await running.waitForStdout('held until ack');
      running.kill('SIGTERM');
      expect(await running.done).toMatchObject({ exitCode: 143, stderr: 'gave back 1 message held\n' });
      expect(await stage.bodies('q')).toEqual(['1']);
    }));

  test('a lost connection ends it at once: exit 5', () =>
    behindProxy(broker, async (stage, proxy, env) => {
      const running = stage.start(['session', '--keep-going'], { env });
      running.stdin.write('open\n');
      await running.waitForStdout('ch1 is open');
      proxy.cut();
      expect(await running.done).toMatchObject({ exitCode: 5, stderr: expect.stringMatching(/the connection was (cut|lost)/) });
    }));

  test('a queue that is deleted under a consumer', () =>
    onStage(broker, async (stage) => {
      await stage.queue('q');
      const running = stage.start(['session']);
      running.stdin.write('consume q --tag t\n');
      await running.waitForStdout('consumer t on queue q');
      await stage.channel.deleteQueue('q');
      await running.waitForStdout('the broker ended consumer t: its queue has gone');
      running.stdin.end();
      expect(await running.done).toMatchObject({ exitCode: 0 });
    }));

  test('a stdout that nobody reads any more ends it quietly, and nothing is lost', () =>
    onStage(broker, async (stage) => {
      await stage.queue('q', numbers(2_000));
      const { exitCode, stderr } = await stage.shell(
        'set -o pipefail; (echo consume q; sleep 5) | rmq-lab session --quiet | head -2 >/dev/null',
      );
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      await eventually(async () => expect(await stage.ready('q')).toBe(2_000));
    }));
});
