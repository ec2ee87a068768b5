import fc from 'fast-check';
import { LabError } from '../../../src/errors.ts';
import { createRig, message } from '../../support/publish-rig.ts';

describe('at any pace of the broker, with confirms that overtake, full buffers and lost connections', () => {
  const plan = fc.record({
    window: fc.integer({ min: 1, max: 12 }),
    batches: fc.array(fc.array(fc.constantFrom('routed', 'routed', 'routed', 'unroutable', 'refused'), { maxLength: 12 }), {
      maxLength: 6,
    }),
    pace: fc.infiniteStream(fc.integer({ min: 1, max: 4 })),
    overtake: fc.infiniteStream(fc.nat(5)),
    full: fc.infiniteStream(fc.boolean()),
    /** After how many frames the connection is cut, each time anew. */
    cuts: fc.array(fc.integer({ min: 1, max: 25 }), { maxLength: 4 }),
    /** How often connecting fails afterwards. */
    failures: fc.infiniteStream(fc.nat(2)),
  });

  test('nothing is lost, nothing told twice, the order kept, the window never exceeded', async () => {
    await fc.assert(
      fc.asyncProperty(plan, async ({ window, batches, pace, overtake, full, cuts, failures }) => {
        const left = [...cuts];
        let frames = 0;
        let refusals = 0;
        const { port, run, rejected } = createRig(
          {
            pace: () => pace.next().value as number,
            overtake: () => overtake.next().value as number,
            isFull: () => full.next().value as boolean,
            refuses: ({ body }) => body.toString().startsWith('refused'),
            onFrame: () => {
              if (left.length === 0 || ++frames < (left[0] as number)) return;
              left.shift();
              frames = 0;
              refusals = failures.next().value as number;
              port.cut();
            },
          },
          async (given) => {
            if (refusals-- > 0) throw new LabError('unreachable', 'not yet');
            return given.connect();
          },
        );
        let n = 0;
        const messages = batches.map((batch) => batch.map((kind) => message(`${kind} ${n++}`, kind === 'unroutable' ? 'nowhere' : 'q')));
        const all = messages.flat().map(({ body }) => body.toString());
        const of = (kind: string) => all.filter((body) => body.startsWith(kind));

        const { report, failure } = await run(messages, { window });

        expect(failure).toBeUndefined();
        expect(report).toEqual({
          published: all.length,
          confirmed: of('routed').length,
          returned: of('unroutable').length,
          nacked: of('refused').length,
        });
        expect([...rejected].sort()).toEqual(
          [...of('unroutable').map((body) => `returned ${body}`), ...of('refused').map((body) => `nacked ${body}`)].sort(),
        );
        expect(port.state.mostUnconfirmed).toBeLessThanOrEqual(window);
        const arrived = port.ready('q');
        expect([...new Set(arrived)]).toEqual(of('routed'));
        if (cuts.length === left.length) expect(arrived).toEqual(of('routed'));
        expect(port.connections).toBe(0);
      }),
      { numRuns: 1_000, timeout: 3_000 },
    );
  });
});
