import fc from 'fast-check';
import { type Backlog, createClassicBacklog, createQuorumBacklog, PriorityBacklog } from '../../../../src/lab-broker/entities/backlog.ts';
import { QueueEntry } from '../../../../src/lab-broker/entities/message.ts';
import { message } from '../core-rig.ts';

type Command = { readonly push: number } | 'take' | { readonly giveBack: number };

const commands = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ push: fc.integer({ min: -1, max: 12 }) }) },
    { weight: 4, arbitrary: fc.constant('take' as const) },
    { weight: 3, arbitrary: fc.record({ giveBack: fc.nat(20) }) },
  ),
  { maxLength: 200, size: 'max' },
);

/** Every third one expires. */
const entryOf = (sequence: number, priority: number) =>
  new QueueEntry(message('x', priority < 0 ? {} : { priority }), sequence, sequence % 3 === 0 ? 1_000 : Number.POSITIVE_INFINITY);

/** Plays the commands; `first` says which of the ready ones a naive reader of the rules would take. */
function play(
  backlog: Backlog,
  list: readonly Command[],
  first: (ready: readonly QueueEntry[], returned: readonly QueueEntry[]) => QueueEntry,
) {
  const ready: QueueEntry[] = [];
  const returned: QueueEntry[] = [];
  const taken: QueueEntry[] = [];
  let sequence = 0;
  for (const command of list) {
    if (command === 'take') {
      const expected = ready.length === 0 ? undefined : first(ready, returned);
      // a backlog may make an entry anew of what it keeps of it
      const head = backlog.peek();
      expect(head).toEqual(expected);
      expect(head?.message).toBe(expected?.message);
      expect(backlog.shift()).toBe(head);
      if (head === undefined || expected === undefined) continue;
      ready.splice(ready.indexOf(expected), 1);
      if (returned.includes(expected)) returned.splice(returned.indexOf(expected), 1);
      taken.push(head);
    } else if ('push' in command) {
      const entry = entryOf(sequence++, command.push);
      backlog.push(entry);
      ready.push(entry);
    } else {
      const [entry] = taken.splice(command.giveBack % Math.max(taken.length, 1), 1);
      if (entry === undefined) continue;
      backlog.giveBack(entry);
      ready.push(entry);
      returned.push(entry);
    }
    expect(backlog.size).toBe(ready.length);
  }
}

const oldest = (entries: readonly QueueEntry[]) => entries.reduce((best, one) => (one.sequence < best.sequence ? one : best));
const levelOf = (highest: number, unset: number) => (entry: QueueEntry) =>
  Math.min(entry.message.priority < 0 ? unset : entry.message.priority, highest);
const highest = (entries: readonly QueueEntry[], level: (entry: QueueEntry) => number) => {
  const top = Math.max(...entries.map(level));
  return entries.filter((entry) => level(entry) === top);
};

test('a classic queue gives what came back its old place', () => {
  fc.assert(fc.property(commands, (list) => play(createClassicBacklog(), list, oldest)));
});

test('a priority queue takes the oldest of the highest priority; what is above its highest counts as that', () => {
  const level = levelOf(5, 0);
  fc.assert(fc.property(commands, (list) => play(new PriorityBacklog(5, 0), list, (ready) => oldest(highest(ready, level)))));
});

test('a quorum queue takes what came back first, in the order of its return, whatever its priority', () => {
  const level = levelOf(31, 4);
  const first = (ready: readonly QueueEntry[], returned: readonly QueueEntry[]) => returned[0] ?? oldest(highest(ready, level));
  fc.assert(fc.property(commands, (list) => play(createQuorumBacklog(), list, first)));
});

test('nothing is left after clear', () => {
  for (const backlog of [createClassicBacklog(), new PriorityBacklog(3, 0), createQuorumBacklog()]) {
    backlog.push(entryOf(0, 2));
    backlog.giveBack(entryOf(1, 1));
    backlog.clear();
    expect([backlog.size, backlog.peek(), backlog.shift()]).toEqual([0, undefined, undefined]);
  }
});
