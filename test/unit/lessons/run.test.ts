import fc from 'fast-check';
import { KEYS } from '../../../src/lessons/input.ts';
import type { Shown } from '../../../src/lessons/request.ts';
import { SAMPLE } from './lesson-text.ts';
import { playWith } from './play.ts';

const kinds = (shown: readonly Shown[]) => shown.map(({ kind }) => kind);
const notes = (shown: readonly Shown[]) => shown.flatMap((what) => (what.kind === 'note' ? [what.text] : []));
const only = <K extends Shown['kind']>(shown: readonly Shown[], kind: K) =>
  shown.filter((what) => what.kind === kind) as Extract<Shown, { kind: K }>[];

describe('a learner', () => {
  test('goes through a lesson by Enter, a guess, and commands of their own', () => {
    const { played, ran, asked, shown, broker } = playWith(SAMPLE, ['', 'b', 'declare-queue r', 'rmq-lab publish -q r x']);
    expect(played).toEqual({ finished: true, skipped: 0, differences: [] });
    expect(asked).toEqual(['go', 'guess', 'task', 'task']);
    expect(ran).toEqual([
      'declare-queue q',
      'publish -q q one',
      'expect queue q --ready 1',
      'expect queue q --ready 0 --within 0',
      'declare-queue r',
      'expect queue r --ready 1 --within 0',
      'publish -q r x',
      'expect queue r --ready 1 --within 0',
    ]);
    expect(broker.queues).toEqual(
      new Map([
        ['q', 1],
        ['r', 1],
      ]),
    );
    expect(kinds(shown).slice(-2)).toEqual(['passed', 'text']);
  });

  test('sees the command before it runs, and what it printed after', () => {
    const { requests } = playWith(SAMPLE, ['']);
    expect(requests.map((request) => (request.do === 'show' ? request.what.kind : request.do)).slice(0, 7)).toEqual([
      'reached',
      'text',
      'commands',
      'ask',
      'run',
      'output',
      'look',
    ]);
  });

  test.each([
    ['a', { guess: 'a', holding: ['b'] }],
    ['B', { guess: 'b', holding: ['b'] }],
  ])('guesses %s and is shown the guess beside what the broker did', (typed, expected) => {
    const [verdict] = only(playWith(SAMPLE, ['', typed]).shown, 'verdict');
    expect(verdict?.guess).toBe(expected.guess);
    expect(verdict?.proved.filter(({ holds }) => holds).map(({ option }) => option.key)).toEqual(expected.holding);
    expect(verdict?.proved.find(({ option }) => option.key === 'a')?.complaint).toBe('expected 0, found 1');
  });

  test('cannot guess by Enter, nor ask for a hint, but may try something first', () => {
    const { asked, shown, ran } = playWith(SAMPLE, ['', '', 'h', 'expect queue q', 'b']);
    expect(asked).toEqual(['go', 'guess', 'guess', 'guess', 'guess', 'task']);
    expect(notes(shown)).toHaveLength(2);
    expect(ran[1]).toBe('expect queue q');
  });

  test('gets hints one after the other, and the solution at any time', () => {
    const { shown, played } = playWith(SAMPLE, ['', 'b', 'h', 'h', 'h', 'x', '']);
    expect(only(shown, 'hint').map(({ number, of }) => [number, of])).toEqual([
      [1, 2],
      [2, 2],
    ]);
    expect(notes(shown)).toEqual(['that was the last hint; x shows the solution']);
    expect(kinds(shown)).toContain('solution');
    expect(played).toEqual({ finished: true, skipped: 0, differences: [] });
  });

  test('gets the solution with a part of it done already', () => {
    const { played, requests, broker } = playWith(SAMPLE, ['', 'b', 'declare-queue r', 'x', '']);
    expect(played).toEqual({ finished: true, skipped: 0, differences: [] });
    expect(requests.some((request) => request.do === 'clear')).toBe(false);
    expect(broker.queues.get('r')).toBe(1);
  });

  test('who built something else has the lesson built anew for the solution', () => {
    const strict = SAMPLE.replace('rmq-lab declare-queue r\n', 'rmq-lab declare-queue r --max-length 5\n');
    const { requests, shown, played, broker } = playWith(strict, ['', 'b', 'declare-queue r', 'x', '']);
    expect(requests.filter((request) => request.do === 'clear')).toHaveLength(1);
    expect(notes(shown).join()).toMatch(/does not go with the solution; putting things back/);
    expect(played).toEqual({ finished: true, skipped: 0, differences: [] });
    expect(broker.queues).toEqual(
      new Map([
        ['q', 1],
        ['r', 1],
      ]),
    );
  });

  test('is told what is missing, after Enter with a word about hints', () => {
    const { shown, ran } = playWith(SAMPLE, ['', 'b', 'declare-queue r', '']);
    expect(only(shown, 'not-yet')).toEqual([
      { kind: 'not-yet', complaint: 'expected 1, found 0', asked: false, hintsLeft: false },
      { kind: 'not-yet', complaint: 'expected 1, found 0', asked: true, hintsLeft: true },
    ]);
    expect(ran.at(-1)).toBe('expect queue r --ready 1 --within 1s');
  });

  test('skips: the broker gets what the rest needs, and the skipped parts are counted', () => {
    const { played, broker, shown, requests } = playWith(SAMPLE, ['s', 's', 's']);
    expect(played).toEqual({ finished: true, skipped: 2, differences: [] });
    expect(broker.queues).toEqual(
      new Map([
        ['q', 1],
        ['r', 1],
      ]),
    );
    expect(kinds(shown)).not.toContain('passed');
    expect(requests.filter((request) => request.do === 'reached').map(({ skipped }) => skipped)).toEqual([0, 0, 1, 2]);
  });

  test.each([['q'], ['quit'], ['exit'], [undefined]])('leaves by %s', (typed) => {
    const { played, ran } = playWith(SAMPLE, typed === undefined ? [''] : ['', typed]);
    expect(played.finished).toBe(false);
    expect(ran).toEqual(['declare-queue q']);
  });

  test('looks at the list and at the keys without losing the step', () => {
    const { shown, asked } = playWith(SAMPLE, ['l', '?', 'help', 'rmq-lab', '', 'b']);
    expect(kinds(shown).filter((kind) => kind === 'list' || kind === 'keys')).toEqual(['list', 'keys', 'keys', 'keys']);
    expect(asked).toEqual(['go', 'go', 'go', 'go', 'go', 'guess', 'task']);
  });

  test.each([
    ["get 'q", /' is opened/],
    ['get q | head', /a pipe/],
    ['lesson start hello', /a lesson is running here already/],
    ['rmq-lab lesson list', /a lesson is running here already/],
  ])('who types %j is told what is wrong', (typed, message) => {
    const { shown, ran } = playWith(SAMPLE, [typed]);
    expect(notes(shown).join()).toMatch(message);
    expect(ran).toEqual([]);
  });

  test('a command that fails is shown, and the lesson goes on', () => {
    const { shown, played } = playWith(SAMPLE, ['nonsense', '', 'b', 's']);
    expect(only(shown, 'output')[0]?.ran).toMatchObject({ exitCode: 2 });
    expect(played).toEqual({ finished: true, skipped: 1, differences: [] });
  });

  test('whatever is typed, the lesson ends', () => {
    const words = [...KEYS.flatMap(({ words }) => words), 'a', 'b', 'declare-queue r', 'publish -q r x', 'delete-queue q', "'"];
    const line = fc.oneof(fc.constantFrom(...words), fc.string());
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), (typed) => {
        const { played, requests } = playWith(SAMPLE, typed);
        if (!played.finished) expect(requests.at(-1)?.do).toBe('ask');
      }),
    );
  });
});

describe('a lesson that is wrong', () => {
  const wrongKey = SAMPLE.replace('**b** Because', '**a** Because');
  const twoRight = SAMPLE.replace('--ready 0`', '--ready 1`');
  const noneRight = SAMPLE.replace('--ready 1`', '--ready 7`');

  test.each([
    ['a wrong key', wrongKey, /said to be a, but the broker did b/],
    ['two right options', twoRight, /said to be b, but the broker did b and a/],
    ['no right option', noneRight, /none of the options is what the broker did/],
  ])('%s: says so, and shows no verdict', (_, text, message) => {
    const { played, shown } = playWith(text, ['', 'b', 's']);
    expect(played.differences).toEqual([{ line: 22, message: expect.stringMatching(message) }]);
    expect(only(shown, 'wrong')).toHaveLength(1);
    expect(only(shown, 'verdict')).toEqual([]);
    expect(playWith(text, [], { auto: true }).played).toMatchObject({ finished: false, differences: [{ line: 22 }] });
  });

  test('a command that fails can be tried again, or passed over', () => {
    const text = SAMPLE.replace('rmq-lab declare-queue q', 'rmq-lab publish -q nowhere x');
    const { asked, shown } = playWith(text, ['', '', 's']);
    expect(asked).toEqual(['go', 'again', 'again', 'guess']);
    expect(only(shown, 'wrong')[0]?.difference).toEqual({
      line: 17,
      message: "'rmq-lab publish -q nowhere x' was to succeed, and exited with 3: no queue nowhere",
    });
  });

  test.each<[string, string, RegExp]>([
    ['a run that fails', SAMPLE.replace('declare-queue q\n', 'publish -q nowhere x\n'), /was to succeed, and exited with 3/],
    ['a run that was to fail', SAMPLE.replace('sh {run}', 'sh {run fails=406}'), /was to be refused with 406, and succeeded/],
    ['another exit code', SAMPLE.replace('sh {run}', 'sh {run exit=7}'), /was to exit with 7, and succeeded/],
    ['a check that passes before', SAMPLE.replace('queue r --ready 1', 'queue q --ready 1'), /passes before anything was done/],
    ['a solution that does not suffice', SAMPLE.replace('rmq-lab publish -q r x\n', ''), /fails after its solution: expected 1, found 0/],
    ['a solution that fails', SAMPLE.replace('rmq-lab declare-queue r\n', ''), /was to succeed, and exited with 3: no queue r/],
  ])('%s ends an unattended play', (_, text, message) => {
    const { played, asked } = playWith(text, [], { auto: true });
    expect(played).toEqual({
      finished: false,
      skipped: 0,
      differences: [{ line: expect.any(Number), message: expect.stringMatching(message) }],
    });
    expect(asked).toEqual([]);
  });
});

describe('unattended', () => {
  test('a lesson is played through with the authored answers', () => {
    const { played, asked, ran } = playWith(SAMPLE, [], { auto: true });
    expect(played).toEqual({ finished: true, skipped: 0, differences: [] });
    expect(asked).toEqual([]);
    expect(ran.slice(4)).toEqual(['expect queue r --ready 1 --within 0', 'declare-queue r', 'publish -q r x', 'expect queue r --ready 1']);
  });
});
