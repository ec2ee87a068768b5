import fc from 'fast-check';
import { AckLedger, type Settlement, type Verdict } from '../../../src/messages/ack-ledger.ts';

const ack = (deliveryTag: number, multiple = false): Settlement => ({ verdict: 'ack', deliveryTag, multiple });

function ledgerOf(verdicts: Readonly<Record<number, Verdict | undefined>>): AckLedger {
  const ledger = new AckLedger();
  for (const [tag, verdict] of Object.entries(verdicts)) {
    ledger.add(Number(tag));
    if (verdict !== undefined) ledger.settle(Number(tag), verdict);
  }
  return ledger;
}

describe('take', () => {
  test.each<[string, Readonly<Record<number, Verdict | undefined>>, number, Settlement[]]>([
    ['nothing held', {}, 0, []],
    ['nothing dealt with', { 1: undefined }, 0, []],
    ['one', { 1: 'ack' }, 0, [ack(1)]],
    ['acks that follow each other are one', { 1: 'ack', 2: 'ack', 3: 'ack' }, 0, [ack(3, true)]],
    ['the first is still worked on', { 1: undefined, 2: 'ack', 3: 'ack' }, 0, [ack(2), ack(3)]],
    ['a gap ends the run', { 1: 'ack', 2: 'ack', 3: undefined, 4: 'ack' }, 0, [ack(2, true), ack(4)]],
    [
      'another verdict ends the run',
      { 1: 'ack', 2: 'reject', 3: 'ack' },
      0,
      [ack(1), { verdict: 'reject', deliveryTag: 2, multiple: false }, ack(3)],
    ],
    ['kept ones are never told', { 1: 'keep', 2: 'ack', 3: 'keep' }, 0, [ack(2)]],
    ['requeue', { 1: 'requeue', 2: 'requeue' }, 0, [1, 2].map((deliveryTag) => ({ verdict: 'requeue', deliveryTag, multiple: false }))],
    ['holding back', { 1: 'ack', 2: 'ack', 3: 'ack' }, 2, [ack(1)]],
    ['holding back all', { 1: 'ack', 2: 'ack' }, 5, []],
    ['what is worked on counts for holding back', { 1: 'ack', 2: undefined }, 1, [ack(1)]],
    ['a negative hold-back is none', { 1: 'ack' }, -5, [ack(1)]],
  ])('%s', (_name, verdicts, holdBack, settlements) => {
    const ledger = ledgerOf(verdicts);
    expect(ledger.take(holdBack)).toEqual(settlements);
    expect(ledger.take(holdBack)).toEqual([]);
  });

  test('a run goes on below which all is told', () => {
    const ledger = ledgerOf({ 1: 'ack', 2: undefined, 3: undefined });
    expect(ledger.take(0)).toEqual([ack(1)]);
    ledger.settle(2, 'ack');
    ledger.settle(3, 'ack');
    expect(ledger.take(0)).toEqual([ack(3, true)]);
  });
});

test('settle takes the first verdict on what is held', () => {
  const ledger = ledgerOf({ 1: undefined });
  expect(ledger.settle(2, 'ack')).toBe(false);
  expect(ledger.settle(1, 'ack')).toBe(true);
  expect(ledger.settle(1, 'reject')).toBe(false);
  expect(ledger.take(0)).toEqual([ack(1)]);
  expect(ledger.settle(1, 'ack')).toBe(false);
});

test('counts what is held, worked on, and untold', () => {
  const ledger = ledgerOf({ 1: 'ack', 2: 'requeue', 3: 'keep', 4: 'reject', 5: undefined });
  expect([ledger.held, ledger.working, ledger.untold]).toEqual([5, 1, 3]);
  ledger.take(0);
  expect([ledger.held, ledger.working, ledger.untold]).toEqual([2, 1, 1]);
});

test('keepRequeues: what was to be requeued goes back with the rest, and is told no more', () => {
  const ledger = ledgerOf({ 1: 'ack', 2: 'requeue', 3: undefined, 4: 'reject', 5: 'requeue' });
  ledger.keepRequeues();
  expect([ledger.held, ledger.working, ledger.untold]).toEqual([5, 1, 4]);
  expect(ledger.take(0)).toEqual([ack(1), { verdict: 'reject', deliveryTag: 4, multiple: false }]);
  expect([2, 3, 5].map((tag) => ledger.has(tag))).toEqual([true, true, true]);
  expect([ledger.held, ledger.working]).toEqual([3, 1]);
});

/** What the broker knows: for each tag its verdict, told once. */
class Model {
  readonly verdicts = new Map<number, Verdict | undefined>();
  readonly told = new Map<number, Verdict>();

  /** Applies settlements as a broker does. */
  receive(settlements: readonly Settlement[]): void {
    for (const { verdict, deliveryTag, multiple } of settlements) {
      const covered = [...this.verdicts.keys()].filter(
        (tag) => !this.told.has(tag) && (multiple ? tag <= deliveryTag : tag === deliveryTag),
      );
      expect(covered).toContain(deliveryTag);
      for (const tag of covered) {
        expect([tag, this.verdicts.get(tag)]).toEqual([tag, verdict]);
        this.told.set(tag, verdict);
      }
      if (!multiple) expect(covered).toHaveLength(1);
    }
  }

  count(which: (verdict: Verdict | undefined) => boolean): number {
    return [...this.verdicts].filter(([tag, verdict]) => !this.told.has(tag) && which(verdict)).length;
  }
}

const tag = fc.integer({ min: 1, max: 30 });
const verdict = fc.constantFrom<Verdict>('ack', 'ack', 'ack', 'reject', 'requeue', 'keep');
const command = fc.oneof(
  fc.record({ do: fc.constant('add' as const) }),
  fc.record({ do: fc.constant('settle' as const), tag, verdict }),
  fc.record({ do: fc.constant('settleNext' as const), verdict }),
  fc.record({ do: fc.constant('take' as const), holdBack: fc.integer({ min: -1, max: 8 }) }),
);

test('each settled delivery is told once with its verdict, `multiple` covers no other, and what is to be held back is held', () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 120 }), (commands) => {
      const ledger = new AckLedger();
      const model = new Model();
      let next = 1;
      const settle = (at: number, how: Verdict) => {
        const open = model.verdicts.has(at) && model.verdicts.get(at) === undefined;
        expect(ledger.settle(at, how)).toBe(open);
        if (open) model.verdicts.set(at, how);
      };
      for (const step of commands) {
        if (step.do === 'add') {
          ledger.add(next);
          model.verdicts.set(next++, undefined);
        } else if (step.do === 'settle') settle(step.tag, step.verdict);
        else if (step.do === 'settleNext') {
          const open = [...model.verdicts].find(([, known]) => known === undefined);
          if (open !== undefined) settle(open[0], step.verdict);
        } else {
          const before = ledger.held;
          model.receive(ledger.take(step.holdBack));
          // never below what is to be held back, and as near to it as the verdicts allow
          expect(ledger.held).toBeGreaterThanOrEqual(Math.min(before, step.holdBack));
          if (ledger.held > Math.max(0, step.holdBack)) expect(model.count((known) => known !== undefined && known !== 'keep')).toBe(0);
        }
        expect(ledger.held).toBe(model.count(() => true));
        expect(ledger.working).toBe(model.count((known) => known === undefined));
        expect(ledger.untold).toBe(model.count((known) => known !== undefined && known !== 'requeue'));
      }
      model.receive(ledger.take(0));
      for (const [at, known] of model.verdicts) expect(model.told.get(at)).toBe(known === 'keep' ? undefined : known);
    }),
    { numRuns: 1_000 },
  );
});
