import { Readable } from 'node:stream';
import { describeBrokers, describeNewestBroker } from '../support/brokers.ts';
import { eventually } from '../support/polling.ts';
import { numbers, onStage, QUORUM } from '../support/stage.ts';

describeBrokers('a pipe from queue to queue', (broker) => {
  test('loses nothing of a message: properties, header types, bytes', () =>
    onStage(broker, async ({ queue, channel, shell, take }) => {
      for (const name of ['a', 'b']) await queue(name);
      const headers = {
        s: 'ü\u2028"\\',
        i: -5,
        f: 1.25,
        b: false,
        n: null,
        list: [1, 'x', [true]],
        table: { deep: { er: 1 } },
        bytes: Buffer.from([0xff, 0]),
        t: { '!': 'timestamp', value: 1_700_000_000 },
        d: { '!': 'decimal', value: { places: 2, digits: 1234 } },
      };
      const all = { contentType: 'c', contentEncoding: 'e', headers, deliveryMode: 1, priority: 4, correlationId: 'k', replyTo: 'r' };
      const rest = { expiration: '600000', messageId: 'm', timestamp: 1_700_000_000, type: 't', appId: 'a' };
      channel.sendToQueue('a', Buffer.from([0xff, 0xfe, 0x0a, 0x00]), { ...all, ...rest });
      for (const body of ['', '\n', 'é\u2028\r\n', '\ufeffbom', '{"json":1}', 'x'.repeat(200_000)])
        channel.sendToQueue('a', Buffer.from(body));
      await channel.waitForConfirms();
      const before = await channel.get('a');
      channel.nackAll(true);
      const { exitCode, text } = await shell(
        'set -o pipefail; rmq-lab consume a --json --until-empty | rmq-lab publish --ndjson -q b --json',
      );
      expect(exitCode).toBe(0);
      expect(JSON.parse(text)).toEqual({ published: 7, confirmed: 7, returned: 0, nacked: 0 });
      const arrived = await take('b');
      expect(arrived[0]?.properties).toEqual(before !== false && before.properties);
      expect(arrived.map(({ content }) => content.toString('latin1'))).toEqual([
        '\u00ff\u00fe\n\0',
        ...['', '\n', 'é\u2028\r\n', '\ufeffbom', '{"json":1}', 'x'.repeat(200_000)].map((body) => Buffer.from(body).toString('latin1')),
      ]);
      expect(await take('a')).toEqual([]);
    }));

  test('| head -1 ends quietly with exit 0, and what was not written is in the queue', () =>
    onStage(broker, async ({ queue, shell, take }) => {
      // longer than a pipe holds: not even the first is written whole
      const bodies = numbers(20).map((n) => n.repeat(200_000).slice(0, 200_000));
      await queue('q', bodies, QUORUM);
      const { text, stderr } = await shell('set -o pipefail; rmq-lab consume q --format \'{{body}}\' | head -c 4; echo " $?"');
      expect({ text, stderr }).toEqual({ text: '1111 0\n', stderr: '' });
      const left = await eventually(async () => {
        const messages = await take('q');
        expect(messages.length).toBeGreaterThan(0);
        return messages;
      });
      expect(left).toHaveLength(20);
      expect(left.every(({ content }, n) => content.toString() === bodies[n] || broker.version === '3.10')).toBe(true);
    }));

  test('| head -1 of short messages: what was acked was written, and is no more than a prefix', () =>
    onStage(broker, async ({ queue, shell, bodies }) => {
      await queue('q', numbers(5_000));
      const { lines, stderr } = await shell('set -o pipefail; rmq-lab consume q --prefetch 10 | head -1; echo $?');
      expect({ lines, stderr }).toEqual({ lines: ['1', '0'], stderr: '' });
      const left = await bodies('q');
      expect(left.length).toBeGreaterThan(0);
      expect(left).toEqual(numbers(left.length, 5_001 - left.length));
    }));
});

describeNewestBroker('a reader of consume', (broker) => {
  test('that does not read bounds what is taken; when it reads again all comes, in order', () =>
    onStage(broker, async ({ queue, start, ready }) => {
      const body = 'x'.repeat(100_000);
      await queue(
        'q',
        numbers(200).map((n) => `${n} ${body}`),
      );
      const slow = start(['consume', 'q', '--prefetch', '10', '--until-empty'], { timeout: 40_000 });
      slow.pauseStdout();
      let last = 200;
      await eventually(
        async () => {
          const now = await ready('q');
          const isStill = now === last && now < 200;
          last = now;
          expect(isStill).toBe(true);
        },
        { every: 300 },
      );
      // ten unacked, and what the buffers of the system hold between two processes
      expect(last).toBeGreaterThanOrEqual(170);
      slow.resumeStdout();
      const { exitCode, stdout } = await slow.done;
      expect(exitCode).toBe(0);
      expect(stdout.toString().match(/^\d+ /gm)).toEqual(numbers(200).map((n) => `${n} `));
      expect(await ready('q')).toBe(0);
    }));

  test('that leaves while nothing comes: the next message stays', () =>
    onStage(broker, async ({ queue, start, bodies }) => {
      await queue('q', ['1']);
      const consumer = start(['consume', 'q']);
      await consumer.waitForStdout('1\n');
      consumer.closeStdout();
      await queue('q', ['2', '3']);
      expect(await consumer.done).toMatchObject({ exitCode: 0, stderr: '' });
      expect(await bodies('q')).toEqual(['2', '3']);
    }));

  test('a full disk: exit 1, and the message stays', () =>
    onStage(broker, async ({ queue, shell, bodies }) => {
      await queue('q', ['1']);
      const { exitCode, stderr } = await shell('rmq-lab consume q -n 1 > /dev/full');
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(/^error: .*(ENOSPC|no space left)/);
      expect(await bodies('q')).toEqual(['1']);
    }));

  test('that closes before help and answers are written: exit 0, no stack', () =>
    onStage(broker, async ({ queue, shell }) => {
      await queue('q');
      const { text, stderr } = await shell(
        'set -eo pipefail; (rmq-lab --help; rmq-lab publish -q q x --json --quiet; rmq-lab consume --help) | true; echo $?',
      );
      expect({ text, stderr }).toEqual({ text: '0\n', stderr: '' });
    }));
});

describeNewestBroker('a writer of publish', (broker) => {
  test('that is slow: each line goes out as it comes', () =>
    onStage(broker, async ({ queue, start, ready, bodies }) => {
      await queue('q');
      const publisher = start(['publish', '-q', 'q', '--lines', '--json']);
      for (const n of [1, 2, 3]) {
        publisher.stdin.write(`${n}\n`);
        await eventually(async () => expect(await ready('q')).toBe(n));
      }
      publisher.stdin.end('half');
      const { exitCode, stdout } = await publisher.done;
      expect({ exitCode, report: JSON.parse(stdout.toString()) }).toEqual({
        exitCode: 0,
        report: { published: 4, confirmed: 4, returned: 0, nacked: 0 },
      });
      expect(await bodies('q')).toEqual(['1', '2', '3', 'half']);
    }));

  test('of 20,000 lines in odd pieces', () =>
    onStage(broker, async ({ queue, run, bodies }) => {
      await queue('q');
      const text = numbers(20_000).join('\n');
      const pieces = Array.from({ length: Math.ceil(text.length / 777) }, (_, n) => Buffer.from(text.slice(n * 777, (n + 1) * 777)));
      expect(await run(['publish', '-q', 'q', '--lines'], { input: Readable.from(pieces, { objectMode: false }) })).toMatchObject({
        exitCode: 0,
      });
      expect(await bodies('q')).toEqual(numbers(20_000));
    }));
});
