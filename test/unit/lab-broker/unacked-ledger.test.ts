import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { QueueEntry } from '../../../src/lab-broker/entities/message.ts';
import type { VhostQueue } from '../../../src/lab-broker/entities/queue-port.ts';
import { UnackedLedger } from '../../../src/lab-broker/unacked-ledger.ts';
import { message } from './core-rig.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const queue = {} as VhostQueue;
const entry = new QueueEntry(message('x'), 0, Number.POSITIVE_INFINITY);

const commands = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.record({ add: fc.integer({ min: 1, max: 3 }) }) },
    { weight: 4, arbitrary: fc.record({ take: fc.nat(12) }) },
    { weight: 2, arbitrary: fc.record({ upTo: fc.nat(6), most: fc.constantFrom(1, 2, 100) }) },
    fc.constant('restore' as const),
    fc.constant('all' as const),
  ),
  { maxLength: 120, size: 'max' },
);

test('it answers as a plain list of tags would', () => {
  fc.assert(
    fc.property(commands, (list) => {
      const ledger = new UnackedLedger();
      let [model, last, taken]: [number[], number, ReturnType<UnackedLedger['takeAll']>] = [[], 0, []];
      for (const command of list) {
        if (command === 'all') {
          expect(ledger.takeAll().map(({ tag }) => tag)).toEqual(model);
          model = [];
        } else if (command === 'restore') {
          ledger.restore(taken);
          model = [...model, ...taken.map(({ tag }) => tag)].sort((a, b) => a - b);
          taken = [];
        } else if ('add' in command) {
          last += command.add; // tags of deliveries without acks leave gaps
          ledger.add(last, entry, queue, undefined);
          model.push(last);
        } else if ('take' in command) {
          const wanted = model[command.take] ?? command.take;
          const found = ledger.take(wanted);
          expect(found?.tag).toBe(model.includes(wanted) ? wanted : undefined);
          if (found !== undefined) taken.push(found);
          model = model.filter((tag) => tag !== wanted);
        } else {
          const wanted = model[command.upTo] ?? command.upTo;
          const found = ledger.takeUpTo(wanted, command.most);
          const expected = model.filter((tag) => tag <= wanted).slice(0, command.most);
          expect(found.map(({ tag }) => tag)).toEqual(expected);
          taken.push(...found);
          model = model.filter((tag) => !expected.includes(tag));
        }
        expect(ledger.size).toBe(model.length);
        expect(ledger.last).toBeGreaterThanOrEqual(model.at(-1) ?? 0);
        for (let tag = 0; tag <= last; tag++) expect(ledger.has(tag)).toBe(model.includes(tag));
      }
    }),
  );
});

test('what is settled behind a delivery that never is does not stay', async () => {
  const ledger = new UnackedLedger();
  const after: WeakRef<QueueEntry>[] = [];
  ledger.add(1, entry, queue, undefined);
  for (let tag = 2; tag <= 5_000; tag++) {
    const held = new QueueEntry(message('x'), tag, Number.POSITIVE_INFINITY);
    after.push(new WeakRef(held));
    ledger.add(tag, held, queue, undefined);
    ledger.take(tag);
  }
  await new Promise(setImmediate); // what was just looked at is kept to the end of a turn
  collectGarbage();
  expect(after.filter((reference) => reference.deref() !== undefined).length).toBeLessThan(2_000);
  expect([ledger.size, ledger.has(1)]).toEqual([1, true]);
});
