import type { Channel } from 'amqplib';
import { describeBrokers, describeNewestBroker, managementOf, type TestBroker } from '../support/brokers.ts';
import { eventually } from '../support/polling.ts';
import { numbers, onStage, QUORUM } from '../support/stage.ts';

describeBrokers('get', (broker) => {
  test('takes messages in order, one or as many as asked for; an empty queue is exit 7', () =>
    onStage(broker, async ({ queue, run, ready }) => {
      await queue('q', numbers(6));
      expect(await run(['get', 'q'])).toMatchObject({ exitCode: 0, text: '1\n', stderr: '' });
      expect(await run(['get', 'q', '-n', '3', '--raw'])).toMatchObject({ exitCode: 0, text: '234' });
      expect(await ready('q')).toBe(2);
      expect(await run(['get', 'q', '-n', '10', '--format', '{{body}}!'])).toMatchObject({ exitCode: 0, text: '5!\n6!\n' });
      const { exitCode, text, stderr } = await run(['get', 'q', '--json']);
      expect({ exitCode, text }).toEqual({ exitCode: 7, text: '' });
      expect(JSON.parse(stderr).error).toMatchObject({ kind: 'condition', message: expect.stringContaining('empty') });
    }));

  test('a stream cannot be got from: exit 6', () =>
    onStage(broker, async ({ queue, run }) => {
      await queue('s', ['1'], { 'x-queue-type': 'stream' });
      for (const verb of ['get', 'peek']) {
        const { exitCode, stderr } = await run([verb, 's', '--json']);
        expect(exitCode).toBe(6);
        expect(JSON.parse(stderr).error).toMatchObject({ replyCode: 540 });
      }
    }));
});

/** Milliseconds in which the program may start forty times, on a machine that does other things, too. */
const FORTY_STARTS = 120_000;

describeBrokers('peek', (broker) => {
  test('shows messages and leaves them in order, on a classic queue', () =>
    onStage(broker, async ({ queue, run, take }) => {
      await queue('q', numbers(6));
      const { exitCode, text, stderr } = await run(['peek', 'q', '-n', '3']);
      expect({ exitCode, text }).toEqual({ exitCode: 0, text: '1\n2\n3\n' });
      expect(stderr).toMatch(/gave back 3, now marked redelivered/);
      const left = await take('q');
      expect(left.map(({ content, fields }) => [content.toString(), fields.redelivered])).toEqual(
        numbers(6).map((body) => [body, Number(body) <= 3]),
      );
    }));

  test('shows messages and leaves them, on a quorum queue: in order from 4.0 on, else it says that the order has changed', () =>
    onStage(broker, async ({ queue, run, bodies, ready }) => {
      await queue('q', numbers(6), QUORUM);
      const { exitCode, text, stderr } = await run(['peek', 'q', '-n', '3']);
      expect({ exitCode, text }).toEqual({ exitCode: 0, text: '1\n2\n3\n' });
      await eventually(async () => expect(await ready('q')).toBe(6));
      const reorders = broker.version === '3.10';
      expect(await bodies('q')).toEqual(reorders ? [...numbers(3, 4), ...numbers(3)] : numbers(6));
      expect(stderr.includes('their order has changed')).toBe(reorders);
    }));

  test('an empty queue is exit 7', () =>
    onStage(broker, async ({ queue, run }) => {
      await queue('q');
      expect(await run(['peek', 'q', '--quiet'])).toMatchObject({ exitCode: 7, text: '' });
    }));

  test(
    'forty times in a row loses none of a quorum queue’s messages',
    () =>
      onStage(broker, async ({ queue, run, bodies, ready }) => {
        await queue('q', numbers(3), QUORUM);
        const counts = broker.version === '4.0';
        const codes: (number | null)[] = [];
        for (let n = 0; n < 40; n++) codes.push((await run(['peek', 'q', '--quiet'])).exitCode);
        // a limit of 20 by default on 4.0, where each look counts; it refuses in time, and rescues what is at the limit
        expect(codes.includes(6)).toBe(counts);
        await eventually(async () => expect(await ready('q')).toBe(3));
        expect((await bodies('q')).sort()).toEqual(numbers(3));
      }),
    FORTY_STARTS,
  );
});

/** Brings the first message of a queue to a delivery count. */
async function returnTimes(channel: Channel, queue: string, count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    const message = await eventually(async () => {
      const got = await channel.get(queue);
      if (got === false) throw new Error('not back yet');
      return got;
    });
    channel.reject(message, true);
    await channel.prefetch(0); // a round trip
  }
}

const onOld = (body: (broker: TestBroker) => void) =>
  describeBrokers('peek near the delivery limit', (broker) => {
    // up to 4.2 all that goes back counts
    if (broker.version === '3.10' || broker.version === '4.0') body(broker);
    else test('from 4.3 on what is given back does not count: a message at its limit is shown, and stays', () => showAtLimit(broker));
  });

const LIMITED = { ...QUORUM, 'x-delivery-limit': 5 };

const showAtLimit = (broker: TestBroker) =>
  onStage(broker, async ({ queue, run, channel, take }) => {
    await queue('q', ['a', 'b'], LIMITED);
    await returnTimes(channel, 'q', 5);
    for (let n = 0; n < 3; n++) expect(await run(['peek', 'q', '-n', '2', '--quiet'])).toMatchObject({ exitCode: 0, text: 'a\nb\n' });
    expect((await take('q')).map(({ content, properties }) => [content.toString(), properties.headers?.['x-delivery-count']])).toEqual([
      ['a', 5],
      ['b', undefined],
    ]);
  });

onOld((broker) => {
  test('a message near its limit is not touched further: exit 6, and it says what to do', () =>
    onStage(broker, async ({ queue, run, channel, bodies }) => {
      await queue('q', ['a', 'b'], LIMITED);
      await returnTimes(channel, 'q', 3);
      const { exitCode, text, stderr } = await run(['peek', 'q', '-n', '2', '--json']);
      expect({ exitCode, text }).toEqual({ exitCode: 6, text: '' });
      expect(JSON.parse(stderr.trim().split('\n').at(-1) as string).error).toMatchObject({
        kind: 'refused',
        message: expect.stringMatching(/given back 3 times; after 5 it is dropped/),
        hint: expect.stringMatching(/rmq-lab (get|move)/),
      });
      expect((await bodies('q')).sort()).toEqual(['a', 'b']);
    }));

  test.each(['policies', 'operator-policies'])('a limit that %s set counts as well', (kind) =>
    onStage(broker, async ({ queue, run, channel, vhost, bodies }) => {
      const policy = { pattern: '^q$', definition: { 'delivery-limit': 5 }, 'apply-to': 'queues' };
      await managementOf(broker).put(`/api/${kind}/${vhost}/limit`, policy);
      await queue('q', ['a', 'b'], QUORUM);
      await returnTimes(channel, 'q', 3);
      expect(await run(['peek', 'q'])).toMatchObject({
        exitCode: 6,
        stderr: expect.stringMatching(/given back 3 times; after 5 it is dropped/),
      });
      expect((await bodies('q')).sort()).toEqual(['a', 'b']);
    }),
  );

  test.each([
    [['peek', 'q']],
    [['dlq', 'inspect', 'q']],
    [['dlq', 'doctor', 'q', '--sample', '2']],
    [['dlq', 'replay', 'q', '--filter', 'reason=expired']],
    [['dlq', 'replay', 'q', '--dry-run']],
    [['move', 'q', '--to-queue', 'to', '--filter', 'type=none']],
    [['move', 'q', '--to-queue', 'to', '--filter', 'type=none', '--dry-run']],
    [['expect', 'message', 'q', '--body', 'none']],
  ])('a limit of 0 drops what goes back but once: %j loses nothing', (argv) =>
    onStage(broker, async ({ queue, run, bodies }) => {
      await queue('to');
      await queue('q', ['a', 'b'], { ...QUORUM, 'x-delivery-limit': 0 });
      const { exitCode, stderr } = await run(argv);
      expect([6, 7]).toContain(exitCode);
      expect(stderr).not.toBe('');
      expect((await bodies('q')).sort()).toEqual(['a', 'b']);
    }),
  );

  test('a message at its limit is rescued: at the end, new, without the copies that CC would make', () =>
    onStage(broker, async ({ queue, run, channel, take, ready }) => {
      await queue('cc');
      await queue('q', [], LIMITED);
      channel.sendToQueue('q', Buffer.from('a'), { CC: ['cc'], userId: 'guest', headers: { n: 1 }, type: 't' });
      await queue('q', ['b'], LIMITED);
      expect(await ready('cc')).toBe(1);
      await returnTimes(channel, 'q', 5);
      expect(await run(['peek', 'q'])).toMatchObject({ exitCode: 6, stderr: expect.stringContaining('1 at the delivery limit') });
      const [b, a, ...others] = await take('q');
      expect(others).toEqual([]);
      expect([b?.content.toString(), a?.content.toString(), a?.fields.redelivered]).toEqual(['b', 'a', false]);
      expect(a?.properties).toMatchObject({ headers: { n: 1 }, type: 't', userId: undefined });
      expect(await ready('cc')).toBe(1);
    }));

  test('a count that a message brought along means nothing', () =>
    onStage(broker, async ({ queue, run, channel, take }) => {
      await queue('q', [], LIMITED);
      channel.sendToQueue('q', Buffer.from('a'), { headers: { 'x-delivery-count': 17 } });
      await channel.waitForConfirms();
      expect(await run(['peek', 'q'])).toMatchObject({ exitCode: 0, text: 'a\n' });
      expect(await take('q')).toHaveLength(1);
    }));

  test.each<[string, string[]]>([
    ['consume --ack-mode requeue', ['consume', 'q', '-n', '2', '--ack-mode', 'requeue']],
    ['move, of what its filter skips', ['move', 'q', '--to-queue', 'other', '--filter', 'routing-key=no']],
    ['move --dry-run with a filter', ['move', 'q', '--to-queue', 'other', '--filter', 'routing-key=no', '--dry-run']],
  ])('%s drops nothing that is at its limit', (_name, argv) =>
    onStage(broker, async ({ queue, run, channel, bodies, ready }) => {
      await queue('other');
      await queue('q', ['a', 'b'], LIMITED);
      await returnTimes(channel, 'q', 5);
      expect(await run(argv)).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('1 at the delivery limit') });
      await eventually(async () => expect(await ready('q')).toBe(2));
      expect((await bodies('q')).sort()).toEqual(['a', 'b']);
    }),
  );
});

describeNewestBroker('get and peek, cut off', (broker) => {
  test.each(['get', 'peek'])('%s into a closed pipe: exit 0, and what was not written is in the queue', (verb) =>
    onStage(broker, async ({ queue, shell, ready }) => {
      await queue('q', [...numbers(3), 'x'.repeat(500_000), ...numbers(10)]);
      const { stdout, text } = await shell(`set -o pipefail; rmq-lab ${verb} q -n 14 --quiet | head -c 2; echo $?`);
      expect(stdout.length).toBeLessThan(20);
      expect(text).toBe('1\n0\n');
      await eventually(async () => expect(await ready('q')).toBeGreaterThanOrEqual(verb === 'peek' ? 14 : 11));
    }),
  );

  test.each([
    ['get', 'SIGINT', 130],
    ['peek', 'SIGTERM', 143],
  ] as const)('%s with a reader that does not read ends at %s', (verb, signal, code) =>
    onStage(broker, async ({ queue, start, ready, channel }) => {
      await queue('q', Array(20).fill('x'.repeat(200_000)));
      const stuck = start([verb, 'q', '-n', '20']);
      stuck.pauseStdout();
      let before = -1;
      // until it takes no more
      await eventually(
        async () => {
          const now = await ready('q');
          const isStill = now === before && now < 20;
          before = now;
          expect(isStill).toBe(true);
        },
        { every: 250 },
      );
      stuck.kill(signal);
      await eventually(async () =>
        expect((await channel.checkQueue('q')).messageCount).toBeGreaterThanOrEqual(verb === 'peek' ? 20 : before + 1),
      );
      stuck.resumeStdout();
      const { exitCode, signal: ended } = await stuck.done;
      expect(exitCode ?? ended).toBe(exitCode === null ? signal : code);
    }),
  );
});
