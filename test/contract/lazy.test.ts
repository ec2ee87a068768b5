import { describeBrokersAtOnce, describeNewestBroker, managementOf } from '../support/brokers.ts';
import { eventually } from '../support/polling.ts';
import { numbers, onStage, QUORUM } from '../support/stage.ts';

describeBrokersAtOnce('lazy', (broker, test) => {
  const counts = broker.version === '3.10';

  test('declare says whether the mode counts', () =>
    onStage(broker, async ({ run, get, vhost }) => {
      const { exitCode, text, stderr } = await run(['lazy', 'declare', 'q', '--json', '--arg', 'x-max-length:int=5']);
      expect({ exitCode, document: JSON.parse(text) }).toEqual({
        exitCode: 0,
        document: { queue: 'q', messages: 0, consumers: 0, effective: counts },
      });
      expect(stderr.includes('nothing is lost')).toBe(!counts);
      expect(stderr.trim().split('\n')).toHaveLength(1);
      expect(await get(`/api/queues/${vhost}/q`)).toMatchObject({ arguments: { 'x-queue-mode': 'lazy', 'x-max-length': 5 } });
    }));

  test(
    'inspect finds the messages of a lazy queue on disk, and those of a default one where this version has them',
    () =>
      onStage(broker, async ({ run, queue }) => {
        await queue('plain', numbers(300));
        await queue('lazy', numbers(300), { 'x-queue-mode': 'lazy' });
        const inspect = async (name: string) => JSON.parse((await run(['lazy', 'inspect', name, '--json'])).text);
        // statistics are of up to 5 s ago, and not all of them of the same moment
        await eventually(
          async () => {
            const [plain, lazy] = [await inspect('plain'), await inspect('lazy')];
            expect(plain).toMatchObject({ mode: 'default', source: 'none', messages: 300, effective: counts, fresh: true });
            expect(lazy).toMatchObject({ mode: 'lazy', source: 'argument', messages: 300, effective: counts, fresh: true });
            if (broker.lab) expect([plain.inMemory, plain.inMemoryBytes]).toEqual([undefined, 792]);
            else if (counts) expect([plain.inMemory, lazy.inMemory]).toEqual([300, 0]);
            else for (const { inMemory } of [plain, lazy]) expect(inMemory).toBeLessThan(300);
          },
          { within: 40_000 },
        );
      }),
    60_000,
  );

  test('inspect names the policy that makes a queue lazy', () =>
    onStage(broker, async ({ run, queue, vhost }) => {
      await queue('q');
      const definition = { 'queue-mode': 'lazy' };
      await managementOf(broker).put(`/api/policies/${vhost}/lazily`, { pattern: '^q$', definition, 'apply-to': 'queues' });
      // RabbitMQ's statistics tell of it up to 5 s late
      await eventually(
        async () => {
          const { text } = await run(['lazy', 'inspect', 'q']);
          expect(text).toMatch(/^mode: +lazy, by the policy lazily$/m);
        },
        { within: 15_000 },
      );
    }));

  test('inspect: a quorum queue has no mode', () =>
    onStage(broker, async ({ run, queue }) => {
      await queue('q', ['1'], QUORUM);
      const { exitCode, text } = await run(['lazy', 'inspect', 'q']);
      expect(exitCode).toBe(0);
      expect(text).toMatch(/^mode: +none: a quorum queue has no mode$/m);
    }));

  test('inspect: no such queue is exit 6; another queue of that name is 406', () =>
    onStage(broker, async ({ run, queue }) => {
      expect(await run(['lazy', 'inspect', 'nobody'])).toMatchObject({ exitCode: 6, stderr: expect.stringContaining('404 NOT_FOUND') });
      await queue('q', [], { 'x-max-length': 3 });
      const { exitCode, stderr } = await run(['lazy', 'declare', 'q', '--json']);
      expect(exitCode).toBe(6);
      expect(JSON.parse(stderr.trim().split('\n').at(-1) ?? '').error).toMatchObject({ replyCode: 406 });
    }));

  test(
    'compare measures each queue as often as asked, and leaves nothing',
    () =>
      onStage(broker, async ({ run, get, vhost }) => {
        const argv = ['lazy', 'compare', '-n', '200', '--size', '100', '--rounds', '1', '--json'];
        const { exitCode, text, stderr } = await run(argv, { timeout: 100_000 });
        expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: 'warming up\nround 1 of 1: default\nround 1 of 1: lazy\n' });
        const document = JSON.parse(text);
        expect(document).toMatchObject({
          parameters: { count: 200, size: 100, rounds: 1 },
          effective: counts,
          broker: { lab: broker.lab },
        });
        for (const mode of ['default', 'lazy']) {
          const [round] = document.rounds[mode];
          expect(round).toMatchObject({ publish: expect.any(Number), consume: expect.any(Number), queueMemory: expect.any(Number) });
          expect(round.brokerMemory).toBeGreaterThan(0);
          expect(round.inMemory).toEqual(broker.lab ? undefined : expect.any(Number));
        }
        if (counts) expect(document.rounds.lazy[0].inMemory).toBe(0);
        expect(document.reading.at(-1)).toMatch(broker.lab ? /lab broker/ : counts ? /is real/ : /is ignored/);
        expect(await get(`/api/queues/${vhost}`)).toEqual([]);
      }),
    120_000,
  );
});

describeNewestBroker('lazy compare', (broker) => {
  test.concurrent(
    'removes its queue on an interruption',
    () =>
      onStage(broker, async ({ start, get, vhost }) => {
        const running = start(['lazy', 'compare', '-n', '100000', '--rounds', '9'], { timeout: 60_000 });
        await eventually(async () => expect(await get(`/api/queues/${vhost}`)).toHaveLength(1), { within: 10_000 });
        running.kill('SIGINT');
        expect(await running.done).toMatchObject({ exitCode: 130 });
        expect(await get(`/api/queues/${vhost}`)).toEqual([]);
      }),
    90_000,
  );

  test.concurrent(
    '--keep leaves a full queue of each kind, which do not expire',
    () =>
      onStage(broker, async ({ run, get, ready, vhost }) => {
        const { exitCode, text } = await run(['lazy', 'compare', '-n', '20', '--rounds', '1', '--keep', '--json', '--quiet'], {
          timeout: 60_000,
        });
        expect(exitCode).toBe(0);
        const { queues } = JSON.parse(text);
        expect([await ready(queues.default), await ready(queues.lazy)]).toEqual([20, 20]);
        const found = await get<{ name: string; arguments: object }[]>(`/api/queues/${vhost}`);
        expect(found?.map(({ name }) => name).sort()).toEqual([queues.default, queues.lazy]);
        for (const { arguments: table } of found ?? []) expect(table).not.toHaveProperty('x-expires');
      }),
    90_000,
  );
});
