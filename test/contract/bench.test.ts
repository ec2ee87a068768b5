import { behindProxy } from '../support/behind-proxy.ts';
import { describeBrokers } from '../support/brokers.ts';
import { eventually } from '../support/polling.ts';
import { onStage, type Stage } from '../support/stage.ts';

describeBrokers('bench', (broker) => {
  const bench = async ({ run }: Pick<Stage, 'run'>, argv: string) => {
    const { exitCode, text, stderr } = await run(['bench', '--json', ...argv.split(' ')]);
    return { exitCode, stderr, report: JSON.parse(text) };
  };
  const nothingLeft = async ({ get, vhost }: Stage) => {
    const exchanges = (await get<{ name: string }[]>(`/api/exchanges/${vhost}`)) ?? [];
    expect([await get(`/api/queues/${vhost}`), exchanges.filter(({ name }) => name.includes('bench'))]).toEqual([[], []]);
  };

  /** Resolves with the name of a queue of a bench, the first one where nothing is said, when it is as it must be. */
  const begun = async (stage: Stage, is: (state: { messageCount: number; consumerCount: number }) => boolean, which = 0) => {
    let name = '';
    await eventually(async () => {
      name = (await stage.get<{ name: string }[]>(`/api/queues/${stage.vhost}`))?.[which]?.name ?? '';
      expect(name).not.toBe('');
      expect(is(await stage.channel.checkQueue(name))).toBe(true);
    });
    return name;
  };

  test.each([
    ['-C 500 -x 2 -y 2 --queues 2', 1_000],
    ['-C 500 -X 2 -Y 2 --threads 0 --multi-ack 50', 1_000],
    ['-C 500 --exchange fanout --queues 3 -y 3 --transient --no-confirm --ack-mode none --prefetch 0', 500],
    ['-C 500 --exchange topic --queues 2 -y 2 --routing-keys 5 --queue-type quorum', 500],
    ['-C 500 --exchange headers --queue-type stream --size 32,1kB', 500],
  ])('%s: all is counted, nothing is lost, nothing is left', (argv, sent) =>
    onStage(broker, async (stage) => {
      const { exitCode, stderr, report } = await bench(stage, argv);
      const copies = argv.includes('fanout') ? 3 : 1;
      const confirmed = argv.includes('--no-confirm') ? 0 : sent;
      const acked = argv.includes('none') ? 0 : sent * copies;
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      expect(report.totals).toMatchObject({
        ...{ sent, confirmed, received: sent * copies, acked, returned: 0, nacked: 0, unanswered: 0 },
        ...{ lost: 0, duplicates: 0, redelivered: 0, left: 0, foreign: 0 },
      });
      expect(report.latency.endToEnd.count).toBe(sent * copies);
      expect(report.latency.confirm.count).toBe(confirmed);
      const { min, p50, p99, max } = report.latency.endToEnd;
      expect([min > 0, min <= p50, p50 <= p99, p99 <= max]).toEqual([true, true, true, true]);
      expect([report.rates.sent > 0, report.rates.received > 0, report.ended]).toEqual([true, true, 'count']);
      await nothingLeft(stage);
    }),
  );

  test('a duration is measured after a warm-up that does not count', () =>
    onStage(broker, async (stage) => {
      const { report } = await bench(stage, '--rate 500 --duration 1s --warmup 500ms');
      const { sent } = report.totals;
      // as many as were due, but for those for which a busy machine had no time at the end
      expect([sent > 400, sent <= 501]).toEqual([true, true]);
      expect(report.totals).toMatchObject({ confirmed: sent, received: sent, lost: 0 });
      const phases = report.intervals.map(({ phase }: { phase: string }) => phase);
      expect([phases[0], phases.includes('measured'), report.ended]).toEqual(['warm-up', true, 'time']);
      expect(report.rates.sent).toBeCloseTo(sent, 0);
      expect(report.parameters).toMatchObject({ duration: 1, warmup: 0.5, rates: [{ rate: 500 }] });
      expect(report.broker).toMatchObject({ product: 'RabbitMQ', lab: broker.lab });
    }));

  test('what nobody takes is left, what a queue drops is lost, and what finds none comes back', () =>
    onStage(broker, async (stage) => {
      expect((await bench(stage, '-C 300 -y 0')).report.totals).toMatchObject({ sent: 300, received: 0, lost: 0, left: 300 });
      const { report } = await bench(stage, '-C 300 --max-length 5 --prefetch 1 --consumer-delay 50ms');
      const { lost, received } = report.totals;
      expect([lost > 0, received + lost]).toEqual([true, 300]);
      const refused = await bench(stage, '-C 300 -y 0 --max-length 5 --arg x-overflow=reject-publish --confirm 1');
      expect(refused.report.totals).toMatchObject({ confirmed: 5, nacked: 295, left: 5 });
    }));

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s ends it with what was measured', (signal, code) =>
    onStage(broker, async (stage) => {
      const running = stage.start(['bench', '--json', '--duration', '1h', '--warmup', '0', '--rate', '200']);
      await begun(stage, ({ consumerCount }) => consumerCount === 1);
      running.kill(signal);
      const { exitCode, stdout } = await running.done;
      const report = JSON.parse(stdout.toString());
      expect([exitCode, report.ended, report.totals.lost]).toEqual([code, 'interrupted', 0]);
      await nothingLeft(stage);
    }),
  );

  test('a queue that somebody deletes ends it by what happened, with what was measured', () =>
    onStage(broker, async (stage) => {
      const running = stage.start(['bench', '--json', '--duration', '1h', '--warmup', '0', '--rate', '200']);
      const queue = await begun(stage, ({ consumerCount }) => consumerCount === 1);
      await stage.channel.deleteQueue(queue);
      const { exitCode, stdout, stderr } = await running.done;
      expect([exitCode, JSON.parse(stdout.toString()).ended]).toEqual([6, 'failed']);
      expect(JSON.parse(stderr).error.message).toContain('ended the consumer');
    }));

  test('a broker that goes ends it with exit 5, with what was measured', () =>
    behindProxy(broker, async (stage, proxy, env) => {
      const running = stage.start(['bench', '--json', '--duration', '1h', '--warmup', '0', '--rate', '200', '-y', '0'], { env });
      await begun(stage, ({ messageCount }) => messageCount > 0);
      proxy.refuse();
      proxy.cut();
      const { exitCode, stdout, stderr } = await running.done;
      expect([exitCode, JSON.parse(stdout.toString()).ended]).toEqual([5, 'failed']);
      expect(stderr).toContain('could not be removed');
    }));

  test('a broker that stalls shows in the latency from when a message was due, and hides from that since it was sent', () =>
    behindProxy(broker, async (stage, proxy, env) => {
      const running = stage.start(['bench', '--json', '--rate', '500', '--confirm', '1', '-C', '1500', '--queues', '2'], { env });
      // of the second queue nobody takes them
      await begun(stage, ({ messageCount }) => messageCount > 50, 1);
      proxy.pause();
      // what the broker does for half a second, not a wait for anything
      await new Promise((resolve) => setTimeout(resolve, 500));
      proxy.resume();
      const { exitCode, stdout } = await running.done;
      const { latency, uncorrected, totals } = JSON.parse(stdout.toString());
      expect([exitCode, totals.lost]).toEqual([0, 0]);
      for (const which of ['endToEnd', 'confirm']) {
        expect(latency[which].p99).toBeGreaterThan(400_000);
        expect(uncorrected[which].p99).toBeLessThan(200_000);
      }
      // the only one that was on its way
      expect(uncorrected.confirm.max).toBeGreaterThan(400_000);
    }));
});
