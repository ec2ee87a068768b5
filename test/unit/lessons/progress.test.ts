import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { openProgress } from '../../../src/lessons/progress.ts';
import { stateFolder } from '../../../src/lessons/state-folder.ts';
import { useTemporaryFolder } from './temporary-folder.ts';

const folder = useTemporaryFolder();
const hello = { id: 'hello', hash: 'h1' };
const started = { state: 'started', step: 3, skipped: 1, at: 5 } as const;

function open() {
  const warnings: string[] = [];
  return {
    progress: openProgress(
      join(folder(), 'state'),
      () => 77,
      (line) => warnings.push(line),
    ),
    warnings,
  };
}

test('is new without a file, and makes none by being asked', () => {
  expect(open().progress.of(hello)).toEqual({ state: 'new', step: 0, skipped: 0, at: 0 });
  expect(existsSync(join(folder(), 'state'))).toBe(false);
});

test('is kept from one opening to the next', () => {
  open().progress.save(hello, started);
  expect(open().progress.of(hello)).toEqual(started);
  expect(readdirSync(join(folder(), 'state'))).toEqual(['progress.json']);
});

test('belongs to the content: a changed lesson is new', () => {
  const { progress } = open();
  progress.save(hello, started);
  expect(progress.of({ id: 'hello', hash: 'h2' }).state).toBe('new');
  expect(progress.of({ id: 'hell', hash: 'h1' }).state).toBe('new');
});

test('of two that write in turn none is lost', () => {
  const [one, two] = [open().progress, open().progress];
  one.save(hello, started);
  two.save({ id: 'topic', hash: 'x' }, { ...started, state: 'done' });
  expect([one.of(hello).state, one.of({ id: 'topic', hash: 'x' }).state]).toEqual(['started', 'done']);
});

test('is reset for one lesson in all its versions, or for all', () => {
  const { progress } = open();
  for (const key of [hello, { id: 'hello', hash: 'h2' }, { id: 'topic', hash: 'x' }]) progress.save(key, started);
  progress.reset('hello');
  expect([progress.of(hello).state, progress.of({ id: 'hello', hash: 'h2' }).state]).toEqual(['new', 'new']);
  expect(progress.of({ id: 'topic', hash: 'x' }).state).toBe('started');
  progress.reset();
  expect(progress.of({ id: 'topic', hash: 'x' }).state).toBe('new');
});

test.each([
  '',
  '{',
  'null',
  '[]',
  '{"version":2,"lessons":{}}',
  '{"version":1,"lessons":null}',
  '{"version":1,"lessons":{"hello@h1":{"state":"lost","step":0,"skipped":0,"at":0}}}',
  '{"version":1,"lessons":{"hello@h1":{"state":"done","step":-1,"skipped":0,"at":0}}}',
  '{"version":1,"lessons":{"hello@h1":7}}',
])('damaged as %j is set aside with one warning, and begins anew', (text) => {
  mkdirSync(join(folder(), 'state'));
  const file = join(folder(), 'state', 'progress.json');
  writeFileSync(file, text);
  const { progress, warnings } = open();
  expect(progress.of(hello).state).toBe('new');
  progress.save(hello, started);
  expect(progress.of(hello)).toEqual(started);
  expect(warnings).toEqual([expect.stringContaining(`${file}.damaged-77`)]);
  expect(readFileSync(`${file}.damaged-77`, 'utf8')).toBe(text);
});

test('that is a folder is set aside, too', () => {
  mkdirSync(join(folder(), 'state', 'progress.json'), { recursive: true });
  const { progress, warnings } = open();
  progress.save(hello, started);
  expect(progress.of(hello)).toEqual(started);
  expect(warnings).toHaveLength(1);
});

test.each([
  [{ XDG_STATE_HOME: '/s', HOME: '/h' }, '/s/rmq-lab'],
  [{ HOME: '/h' }, '/h/.local/state/rmq-lab'],
  [{ XDG_STATE_HOME: '', HOME: '/h' }, '/h/.local/state/rmq-lab'],
  [{ XDG_STATE_HOME: 'not/absolute', HOME: '/h' }, '/h/.local/state/rmq-lab'],
  [{ HOME: '' }, join(userInfo().homedir, '.local/state/rmq-lab')],
])('with %j the state is in %s', (env, expected) => expect(stateFolder(env)).toBe(expected));
