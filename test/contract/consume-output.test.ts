import { describeBrokers, describeNewestBroker } from '../support/brokers.ts';
import { eventually } from '../support/polling.ts';
import { numbers, onStage } from '../support/stage.ts';

const BINARY = Buffer.from([0xff, 0x00, 0x0a, 0xfe]);

describeBrokers('consume: its output', (broker) => {
  test.each<[string, string[], string | Buffer]>([
    ['in a pipe: the body and a newline', [], Buffer.concat([Buffer.from('a\n\n'), BINARY, Buffer.from('\nb\n')])],
    ['--raw: the bodies and nothing else', ['--raw'], Buffer.concat([Buffer.from('a'), BINARY, Buffer.from('b')])],
    ['--format', ['--format', '{{routingKey}}\\t{{size}} {{header n}} {{contentType}}'], 'q\t1 1 text/plain\nq\t0  \nq\t4  \nq\t1  \n'],
    [
      '--json',
      ['--json'],
      [
        '{"exchange":"","routingKey":"q","redelivered":false,"properties":{"contentType":"text/plain","headers":{"n":1}},"body":"a"}',
        '{"exchange":"","routingKey":"q","redelivered":false,"properties":{},"body":""}',
        '{"exchange":"","routingKey":"q","redelivered":false,"properties":{},"bodyBase64":"/wAK/g=="}',
        '{"exchange":"","routingKey":"q","redelivered":false,"properties":{},"body":"b"}',
        '',
      ].join('\n'),
    ],
  ])('%s', (_name, argv, expected) =>
    onStage(broker, async ({ queue, channel, run, ready }) => {
      await queue('q');
      channel.sendToQueue('q', Buffer.from('a'), { contentType: 'text/plain', headers: { n: 1 } });
      for (const body of ['', BINARY, 'b']) channel.sendToQueue('q', Buffer.from(body));
      await channel.waitForConfirms();
      const { exitCode, stdout, stderr } = await run(['consume', 'q', '-n', '4', ...argv]);
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      expect(stdout).toEqual(Buffer.from(expected as string));
      expect(await ready('q')).toBe(0);
    }),
  );

  test('what was acked does not come again, what was not does, marked redelivered', () =>
    onStage(broker, async ({ queue, run }) => {
      await queue('q', numbers(10));
      expect((await run(['consume', 'q', '-n', '4'])).lines).toEqual(numbers(4));
      const held = (await run(['consume', 'q', '-n', '3', '--ack-mode', 'requeue', '--json'])).lines.map((line) => JSON.parse(line));
      expect(held.map(({ body, redelivered }) => [body, redelivered])).toEqual(numbers(3, 5).map((body) => [body, false]));
      const rest = (await run(['consume', 'q', '--until-empty', '--json'])).lines.map((line) => JSON.parse(line));
      expect(rest.map(({ body, redelivered }) => [body, redelivered])).toEqual(numbers(6, 5).map((body) => [body, Number(body) < 8]));
    }));

  test('--ack-mode reject dead-letters', () =>
    onStage(broker, async ({ queue, run, bodies }) => {
      await queue('dead');
      await queue('q', numbers(5), { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': 'dead' });
      expect(await run(['consume', 'q', '-n', '3', '--ack-mode', 'reject'])).toMatchObject({ exitCode: 0, text: '1\n2\n3\n' });
      await eventually(async () => expect(await bodies('dead')).toEqual(numbers(3)));
      expect(await bodies('q')).toEqual(['4', '5']);
    }));

  test('--no-ack with --count takes no message too many; without, it takes all', () =>
    onStage(broker, async ({ queue, run, ready }) => {
      await queue('q', numbers(200));
      expect((await run(['consume', 'q', '--no-ack', '-n', '7'])).lines).toEqual(numbers(7));
      expect(await ready('q')).toBe(193);
      const { exitCode, lines } = await run(['consume', 'q', '--ack-mode', 'none', '--until-empty']);
      expect({ exitCode, lines }).toEqual({ exitCode: 0, lines: numbers(193, 8) });
      expect(await ready('q')).toBe(0);
    }));

  test('--crash-after: the last one and what waited comes again, marked redelivered; what was acked does not', () =>
    onStage(broker, async ({ queue, run, take, ready }) => {
      await queue('q', numbers(20));
      expect(await run(['consume', 'q', '--crash-after', '3', '--prefetch', '10'])).toMatchObject({ exitCode: 0, text: '1\n2\n3\n' });
      await eventually(async () => expect(await ready('q')).toBe(18));
      const left = (await take('q')).map(({ content, fields }) => [content.toString(), fields.redelivered]);
      // acks of two made room for as many
      expect(left).toEqual(numbers(18, 3).map((body) => [body, Number(body) <= 12]));
    }));

  test('--hold keeps messages unacked until it is stopped', () =>
    onStage(broker, async ({ queue, start, ready, take }) => {
      await queue('q', numbers(8));
      const holding = start(['consume', 'q', '--hold', '--prefetch', '5']);
      await holding.waitForStdout('5\n');
      expect(await ready('q')).toBe(3);
      holding.kill('SIGINT');
      expect(await holding.done).toMatchObject({ exitCode: 130, stdout: Buffer.from('1\n2\n3\n4\n5\n') });
      expect((await take('q')).map(({ content, fields }) => [content.toString(), fields.redelivered])).toEqual(
        numbers(8).map((body) => [body, Number(body) <= 5]),
      );
    }));

  test('a stream is read from an offset, and stays as it is', () =>
    onStage(broker, async ({ queue, run }) => {
      await queue('s', numbers(20), { 'x-queue-type': 'stream' });
      const read = async (...argv: string[]) => (await run(['consume', 's', ...argv])).lines;
      expect(await read('--offset', 'first', '-n', '20')).toEqual(numbers(20));
      expect(await read('--offset', '15', '-n', '3')).toEqual(['16', '17', '18']);
      expect(await read('--offset', 'first', '-n', '2', '--prefetch', '1')).toEqual(['1', '2']);
      expect(await run(['consume', 's', '--offset', 'next', '-n', '1', '--timeout', '200ms'])).toMatchObject({ exitCode: 7, text: '' });
      expect(await read('--offset', 'first', '-n', '20')).toEqual(numbers(20));
    }));

  test('--exclusive keeps others out: 403, exit 6', () =>
    onStage(broker, async ({ queue, start, run, channel }) => {
      await queue('q');
      const first = start(['consume', 'q', '--exclusive']);
      await eventually(async () => expect((await channel.checkQueue('q')).consumerCount).toBe(1));
      const { exitCode, stderr } = await run(['consume', 'q', '--json']);
      expect(exitCode).toBe(6);
      expect(JSON.parse(stderr).error).toMatchObject({
        kind: 'refused',
        replyCode: 403,
        hint: expect.stringContaining('another consumer'),
      });
      first.kill();
      expect((await first.done).exitCode).toBe(143);
    }));

  test('--priority: who has more is served first', () =>
    onStage(broker, async ({ queue, start, channel }) => {
      await queue('q');
      const low = start(['consume', 'q', '--priority', '1']);
      const high = start(['consume', 'q', '--priority', '10']);
      await eventually(async () => expect((await channel.checkQueue('q')).consumerCount).toBe(2));
      await queue('q', numbers(20));
      await high.waitForStdout(/^20$/m);
      expect(low.stdout().toString()).toBe('');
      for (const each of [low, high]) {
        each.kill();
        await each.done;
      }
    }));

  test('a queue that is deleted under the consumer: exit 6', () =>
    onStage(broker, async ({ queue, start, channel }) => {
      await queue('q', ['1']);
      const consumer = start(['consume', 'q', '--json']);
      await consumer.waitForStdout('"1"');
      await channel.deleteQueue('q');
      const { exitCode, stderr } = await consumer.done;
      expect(exitCode).toBe(6);
      expect(JSON.parse(stderr.trim().split('\n').at(-1) as string).error).toMatchObject({ kind: 'refused' });
    }));

  test('a queue that is not there: exit 6', () =>
    onStage(broker, async ({ run }) => {
      for (const argv of [
        ['consume', 'none'],
        ['consume', 'none', '--no-ack', '-n', '1'],
        ['get', 'none'],
        ['peek', 'none'],
      ]) {
        const { exitCode, stderr } = await run([...argv, '--json']);
        expect({ argv, exitCode }).toEqual({ argv, exitCode: 6 });
        expect(JSON.parse(stderr).error).toMatchObject({ replyCode: 404, hint: expect.stringContaining('declare-queue') });
      }
    }));
});

describeNewestBroker('consume: bad flags', (broker) => {
  test.each<[string[], RegExp]>([
    [['--count', '0'], /--count/],
    [['--prefetch', '70000'], /--prefetch/],
    [['--timeout', '5'], /--timeout/],
    [['--ack-mode', 'maybe'], /--ack-mode/],
    [['--ack-mode', 'requeue'], /needs --count/],
    [['--json', '--raw'], /exclude each other/],
    [['--format', '{{nothing}}'], /not known/],
    [['--parallel', '2'], /--exec/],
    [['--hold', '--until-empty'], /exclude each other/],
    [['--offset', 'soon'], /--offset/],
  ])('%j is exit 2, and nothing is taken', (argv, message) =>
    onStage(broker, async ({ queue, run, take }) => {
      await queue('q', ['1']);
      const { exitCode, stderr } = await run(['consume', 'q', ...argv]);
      expect(exitCode).toBe(2);
      expect(stderr).toMatch(message);
      expect((await take('q')).map(({ fields }) => fields.redelivered)).toEqual([false]);
    }),
  );
});
