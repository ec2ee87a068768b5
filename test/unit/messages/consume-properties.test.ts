import fc from 'fast-check';
import type { Delivery } from '../../../src/client/message.ts';
import { LabError } from '../../../src/errors.ts';
import type { Verdict } from '../../../src/messages/ack-ledger.ts';
import { bodies, createLazySink, createRig } from '../../support/consume-rig.ts';
import type { PortOptions } from '../../support/port-state.ts';

describe('at any pace of the broker and of the sink', () => {
  const plan = fc.record({
    ready: fc.nat(30),
    count: fc.option(fc.integer({ min: 1, max: 30 }), { nil: undefined }),
    prefetch: fc.integer({ min: 1, max: 12 }),
    pace: fc.infiniteStream(fc.integer({ min: 1, max: 5 })),
    settle: fc.infiniteStream(fc.nat(3)),
    pick: fc.infiniteStream(fc.nat(20)),
    /** The verdict on each message; the last one decides, those before it requeue. */
    verdicts: fc.infiniteStream(
      fc.constantFrom<readonly Verdict[]>(['ack'], ['ack'], ['ack'], ['reject'], ['requeue', 'ack'], ['requeue', 'requeue', 'reject']),
    ),
  });

  const prepare = ({
    ready,
    settle,
    pick,
    verdicts,
  }: Pick<Parameters<Parameters<typeof plan.chain>[0]>[0], 'ready' | 'settle' | 'pick' | 'verdicts'>) => {
    const plans = new Map(bodies(ready).map((body) => [body, [...(verdicts.next().value as readonly Verdict[])]]));
    const verdictOf = ({ body }: Delivery) => {
      const left = plans.get(body.toString()) as Verdict[];
      return (left.length > 1 ? left.shift() : left[0]) as Verdict;
    };
    // at least one in two turns, so that there is an end
    let idle = false;
    const settleSome = () => {
      const some = settle.next().value as number;
      idle = some === 0 && !idle;
      return idle ? 0 : Math.max(1, some);
    };
    return createLazySink(verdictOf, settleSome, () => pick.next().value as number);
  };

  test('never more is taken or held than is still wanted, and what is not taken is back in its place', async () => {
    await fc.assert(
      fc.asyncProperty(plan, async ({ count, prefetch, pace, ...rest }) => {
        const lazy = prepare(rest);
        const all = bodies(rest.ready);
        const { port, run } = createRig(lazy, {
          queues: { q: all },
          pace: () => pace.next().value as number,
          onHand: () => {
            expect(port.state.taken + port.state.held).toBeLessThanOrEqual(count ?? all.length);
            expect(port.state.held).toBeLessThanOrEqual(prefetch);
          },
        });
        const report = await run({ prefetch, untilEmpty: true, ...(count === undefined ? {} : { count }) });
        const finished = Math.min(count ?? all.length, all.length);
        expect(report).toMatchObject({ finished, stopped: count === undefined || count > all.length ? 'empty' : 'count' });
        expect(port.state).toMatchObject({ taken: finished, held: 0, spilled: 0 });
        const left = port.ready('q');
        expect(left).toEqual(all.filter((body) => left.includes(body)));
        expect(left).toHaveLength(all.length - finished);
        expect(port.connections).toBe(0);
      }),
      { numRuns: 500, timeout: 5_000 },
    );
  });

  test('over lost connections each message is taken, and not one more than wanted', async () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(plan, cuts, fc.infiniteStream(fc.nat(2)), async ({ count, prefetch, pace, ...rest }, moments, failures) => {
        const lazy = prepare(rest);
        const all = bodies(rest.ready);
        const left = [...moments];
        let frames = 0;
        let refusals = 0;
        const options: PortOptions = {
          queues: { q: all },
          pace: () => pace.next().value as number,
          onHand: () => expect(port.state.taken + port.state.held).toBeLessThanOrEqual(count ?? all.length),
          onFrame: () => {
            // an ack that a cut overtakes at the very end is nobody's to know
            if (left.length === 0 || ++frames < (left[0] as number) || port.log.at(-1) === 'cancel') return;
            left.shift();
            frames = 0;
            refusals = failures.next().value as number;
            port.cut();
          },
        };
        const { port, run } = createRig(lazy, options, async (given) => {
          if (refusals-- > 0) throw new LabError('unreachable', 'not yet');
          return given.connect();
        });
        const report = await run({ prefetch, untilEmpty: true, ...(count === undefined ? {} : { count }) });
        const finished = Math.min(count ?? all.length, all.length);
        expect(report.finished).toBe(finished);
        expect(port.state).toMatchObject({ taken: finished, held: 0 });
        expect(port.ready('q')).toHaveLength(all.length - finished);
        if (count === undefined) expect(new Set(lazy.taken)).toEqual(new Set(all));
        expect(port.connections).toBe(0);
      }),
      { numRuns: 500, timeout: 5_000 },
    );
  });

  test('without acks whatever the broker sent reaches the sink', async () => {
    await fc.assert(
      fc.asyncProperty(plan, async ({ pace, ...rest }) => {
        const lazy = prepare(rest);
        const { port, run } = createRig(lazy, { queues: { q: bodies(rest.ready) }, pace: () => pace.next().value as number });
        expect(await run({ noAck: true, untilEmpty: true })).toMatchObject({ stopped: 'empty' });
        expect(lazy.taken).toEqual(bodies(rest.ready));
        expect(port.log.filter((entry) => /ack|nack/.test(entry))).toEqual([]);
      }),
      { numRuns: 200, timeout: 5_000 },
    );
  });
});
