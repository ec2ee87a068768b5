import { createLoadingTeller } from '../../../src/commands/broker-loading.ts';

test('says how far the reading of a folder is, every two seconds at most', () => {
  let now = 0;
  const notes: string[] = [];
  const clock = { now: () => now, sleep: () => Promise.resolve() };
  const tell = createLoadingTeller({ clock, note: (line) => void notes.push(line) });
  for (let file = 1; file <= 10; file++) {
    now += 900;
    tell(file, 10);
  }
  expect(notes).toEqual([
    'reading what was kept: 3 of 10 files',
    'reading what was kept: 6 of 10 files',
    'reading what was kept: 9 of 10 files',
  ]);
  now += 2_100;
  tell(10, 10);
  expect(notes.at(-1)).toBe('putting back what was kept');
});
