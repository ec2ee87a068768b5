import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeBrokers, describeNewestBroker } from '../support/brokers.ts';
import { eventually } from '../support/polling.ts';
import { temporaryHome } from '../support/spawn.ts';
import { numbers, onStage, QUORUM } from '../support/stage.ts';

describeBrokers('consume --exec', (broker) => {
  test('gives the body on stdin and the rest in the environment; exit 0 acks', () =>
    onStage(broker, async ({ queue, channel, run, ready }) => {
      await queue('q');
      const properties = { messageId: 'm', headers: { n: 1, s: 'a "b"' }, deliveryMode: 2 };
      channel.sendToQueue('q', Buffer.from([0xff, 0x0a, 0x00]), properties);
      await channel.waitForConfirms();
      const command = 'od -An -tx1; printf "%s|" "$RMQ_EXCHANGE" "$RMQ_ROUTING_KEY" "$RMQ_REDELIVERED" "$RMQ_HEADERS" "$RMQ_MESSAGE_ID"';
      const { exitCode, text } = await run(['consume', 'q', '-n', '1', '--exec', command]);
      expect({ exitCode, text }).toEqual({ exitCode: 0, text: ' ff 0a 00\n|q|false|{"n":1,"s":"a \\"b\\""}|m|' });
      expect(await ready('q')).toBe(0);
    }));

  test.each<[string, string, string[], number[]]>([
    ['one at a time', 'b=$(cat); if [ "$b" = 2 ] && [ "$RMQ_REDELIVERED" = false ]; then exit 9; fi; echo $b', [], [1, 2]],
    ['the first of two', 'b=$(cat); if [ "$b" = 1 ] && [ "$RMQ_REDELIVERED" = false ]; then exit 9; fi; echo $b', [], [1, 2]],
    ['two at a time', 'b=$(cat); if [ "$RMQ_REDELIVERED" = false ]; then exit 9; fi; echo $b', ['--parallel', '2'], [1, 2]],
    ['killed', 'b=$(cat); if [ "$RMQ_REDELIVERED" = false ]; then kill -9 $$; fi; echo $b', [], [1, 2]],
  ])('a message whose command failed comes again, and --count is reached: %s', (_name, command, argv, expected) =>
    onStage(broker, async ({ queue, run, ready }) => {
      await queue('q', ['1', '2']);
      // as many as there are: nothing but the requeued one is left to come
      const { exitCode, lines, stderr } = await run(['consume', 'q', '-n', '2', '--exec', command, ...argv]);
      expect({ exitCode, lines: lines.map(Number).sort() }).toEqual({ exitCode: 0, lines: expected });
      expect(stderr).toMatch(/the command failed \((exit 9|killed by SIGKILL)\)/);
      expect(await ready('q')).toBe(0);
    }),
  );

  test('--on-fail reject dead-letters what failed: exit 3', () =>
    onStage(broker, async ({ queue, run, bodies }) => {
      await queue('dead');
      await queue('q', numbers(6), { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': 'dead' });
      const { exitCode, stderr } = await run([
        'consume',
        'q',
        '--until-empty',
        '--exec',
        'test $(($(cat) % 2)) = 0',
        '--on-fail',
        'reject',
      ]);
      expect(exitCode).toBe(3);
      expect(stderr).toContain('failed on 3 of 6 messages');
      await eventually(async () => expect(await bodies('dead')).toEqual(['1', '3', '5']));
      expect(await bodies('q')).toEqual([]);
    }));
});

describeNewestBroker('consume --exec, its ends', (broker) => {
  test('a message that always fails makes no hot loop, and is not lost', () =>
    onStage(broker, async ({ queue, run, bodies }) => {
      await queue('q', ['poison']);
      const { exitCode, lines, stderr } = await run(['consume', 'q', '--exec', 'echo tried; exit 1', '--timeout', '1s']);
      expect(exitCode).toBe(0);
      expect(stderr.match(/the command failed/g)).toHaveLength(lines.length);
      // pauses of 100, 200, 400 and 800 ms
      expect(lines.length).toBeGreaterThanOrEqual(2);
      expect(lines.length).toBeLessThanOrEqual(5);
      expect(await bodies('q')).toEqual(['poison']);
    }));

  test('--parallel runs so many at a time', () =>
    onStage(broker, async ({ queue, run }) => {
      await queue('q', numbers(6));
      // each waits until three are at it
      const command = 'cat >/dev/null; touch "$D/$$"; until [ "$(ls "$D" | wc -l)" -ge 3 ]; do sleep 0.01; done; echo ok';
      const { home, remove } = temporaryHome();
      try {
        const { exitCode, lines } = await run(['consume', 'q', '-n', '6', '--parallel', '3', '--exec', command], {
          env: { D: join(home, 'bin') },
        });
        expect({ exitCode, lines }).toEqual({ exitCode: 0, lines: Array(6).fill('ok') });
      } finally {
        remove();
      }
    }));

  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s ends the command and all that it has started; its message and those that wait go back',
    (signal) =>
      onStage(broker, async ({ queue, start, take }) => {
        await queue('q', numbers(5), QUORUM);
        const { home, remove } = temporaryHome();
        try {
          const worker = start(['consume', 'q', '--exec', 'echo $$ > $H/shell; echo began; sleep 60; echo ended'], { env: { H: home } });
          await worker.waitForStdout('began');
          worker.kill(signal);
          const { exitCode, stdout, stderr } = await worker.done;
          expect({ exitCode, text: stdout.toString() }).toEqual({ exitCode: signal === 'SIGINT' ? 130 : 143, text: 'began\n' });
          expect(stderr).toBe('consumed 0, gave back 5\n');
          const shell = readFileSync(join(home, 'shell'), 'utf8').trim();
          expect(existsSync(`/proc/${shell}`)).toBe(false);
        } finally {
          remove();
        }
        expect((await take('q')).map(({ content }) => content.toString()).sort()).toEqual(numbers(5));
      }),
  );

  test('a command that finishes its work when it is told to end has its message acked', () =>
    onStage(broker, async ({ queue, start, bodies }) => {
      await queue('q', numbers(3));
      const worker = start(['consume', 'q', '--exec', 'trap "echo finished; exit 0" TERM; echo began; while :; do sleep 0.02; done']);
      await worker.waitForStdout('began');
      worker.kill('SIGTERM');
      expect(await worker.done).toMatchObject({ exitCode: 143, stdout: Buffer.from('began\nfinished\n') });
      expect(await bodies('q')).toEqual(['2', '3']);
    }));

  test('after --timeout no command is begun any more', () =>
    onStage(broker, async ({ queue, run, ready }) => {
      await queue('q', numbers(100));
      const { exitCode, lines } = await run(['consume', 'q', '--exec', 'sleep 0.2; echo done', '--timeout', '500ms']);
      expect(exitCode).toBe(0);
      expect(lines.length).toBeLessThanOrEqual(4);
      expect(await ready('q')).toBe(100 - lines.length);
    }));
});
