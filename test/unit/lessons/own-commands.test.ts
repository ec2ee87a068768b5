import type { Shown } from '../../../src/lessons/request.ts';
import { HEAD, SAMPLE } from './lesson-text.ts';
import { playWith } from './play.ts';

const kinds = (shown: readonly Shown[]) => shown.map(({ kind }) => kind);
const notes = (shown: readonly Shown[]) => shown.flatMap((what) => (what.kind === 'note' ? [what.text] : []));
const clears = ({ requests }: ReturnType<typeof playWith>) => requests.filter((request) => request.do === 'clear').length;

const step = (info: string, ...lines: string[]) => `\`\`\`sh {${info}}\n${lines.join('\n')}\n\`\`\`\n`;
const FETCH = HEAD + step('run', 'rmq-lab declare-queue q', 'rmq-lab publish -q q one') + step('run', 'rmq-lab get q');
const finished = { finished: true, skipped: 0, differences: [] };

describe('the command that stands above, typed', () => {
  test.each(['get q', 'rmq-lab get q', ' rmq-lab  get "q"'])('as %j is the step', (typed) => {
    const play = playWith(FETCH, ['', typed]);
    expect(play.played).toEqual(finished);
    expect(play.ran).toEqual(['declare-queue q', 'publish -q q one', 'get q']);
    expect(clears(play)).toBe(0);
    expect(play.requests.filter((request) => request.do === 'run' && request.typed)).toHaveLength(1);
  });

  test('with others after it leaves those to Enter', () => {
    const play = playWith(FETCH, ['rmq-lab declare-queue q', '', '']);
    expect(play.ran).toEqual(['declare-queue q', 'publish -q q one', 'get q']);
    expect(notes(play.shown)).toEqual(['one command is left: type on, or Enter runs the rest']);
    expect(play.played).toEqual(finished);
  });

  test('one after the other does the whole step', () => {
    const play = playWith(FETCH, ['declare-queue q', 'publish -q q one', 'get q']);
    expect(play.ran).toEqual(['declare-queue q', 'publish -q q one', 'get q']);
    expect(play.played).toEqual(finished);
    expect(clears(play)).toBe(0);
  });

  test('that is to be refused is asked for its reply code', () => {
    const text = HEAD + step('run', 'rmq-lab declare-queue q') + step('run fails=406', 'rmq-lab declare-queue q --max-length 1');
    const play = playWith(text, ['', 'declare-queue q --max-length 1']);
    expect(play.requests.flatMap((request) => (request.do === 'run' ? [request.refused] : []))).toEqual([false, true]);
    expect(play.played).toEqual(finished);
  });

  test('before the guess waits for the guess', () => {
    const play = playWith(SAMPLE, ['', 'publish -q q one', 'b', 's']);
    expect(notes(play.shown)).toEqual(['first type the letter of your guess (a, b); then what stands above is run']);
    expect(play.ran.filter((line) => line.startsWith('publish -q q'))).toHaveLength(1);
    expect(clears(play)).toBe(0);
  });

  test('and gone wrong blames nobody: Enter puts things back and runs it', () => {
    const play = playWith(FETCH, ['', 'get  q --json', 'get q', '']);
    expect(kinds(play.shown)).not.toContain('wrong');
    expect(notes(play.shown)).toEqual([
      expect.stringMatching(/not what the lesson expected; commands of your own may have changed the queues\. Enter puts things back/),
      expect.stringMatching(/putting things back as the lesson has them/),
    ]);
    expect(clears(play)).toBe(1);
    expect(play.played).toEqual(finished);
  });
});

describe('commands of the learner’s own', () => {
  test('before a run are undone for it, which is said first', () => {
    const play = playWith(FETCH, ['', 'get q --json', '']);
    expect(play.ran).toEqual([
      ...['declare-queue q', 'publish -q q one', 'get q --json'],
      ...['declare-queue q', 'publish -q q one', 'get q'],
    ]);
    expect(notes(play.shown)).toEqual(['your own commands may have changed the queues; putting things back as the lesson has them …']);
    const order = play.requests.flatMap((request) => (request.do === 'clear' || request.do === 'show' ? [request.do] : []));
    expect(order[order.indexOf('clear') - 1]).toBe('show');
    expect(play.played).toEqual(finished);
  });

  test('before a guess are undone for it', () => {
    const play = playWith(SAMPLE, ['', 'publish -q q extra', 'b', 's']);
    expect(kinds(play.shown)).toContain('verdict');
    expect(clears(play)).toBe(1);
    expect(play.played.differences).toEqual([]);
  });

  test.each(['expect queue q', 'peek q', 'nonsense', 'get --help'])('that change nothing, such as %s, are left alone', (typed) => {
    expect(clears(playWith(FETCH, ['', typed, '']))).toBe(0);
  });

  test('beside the command that stands above, typed, are undone before the next step', () => {
    const play = playWith(SAMPLE, ['publish -q nowhere x', 'declare-queue q', 'b', 's']);
    expect(clears(play)).toBe(1);
    expect(play.played.differences).toEqual([]);
  });

  test('from another terminal are not taken for a fault of the lesson', () => {
    const broker = playWith(FETCH, ['']).broker;
    broker.queues.set('q', 7);
    const play = playWith(SAMPLE, ['', 'b', 's'], { broker });
    expect(kinds(play.shown)).not.toContain('wrong');
    expect(notes(play.shown)[0]).toMatch(
      /not what the lesson expected; commands of your own may have changed the queues\. Putting things back/,
    );
    expect(play.played).toEqual({ finished: true, skipped: 1, differences: [] });
  });

  test('unattended there are none: a difference is the lesson’s', () => {
    const broker = playWith(FETCH, ['']).broker;
    broker.queues.set('q', 7);
    const play = playWith(SAMPLE, [], { broker, auto: true });
    expect(clears(play)).toBe(0);
    expect(play.played.differences).toHaveLength(1);
  });
});

describe('a solution that was shown', () => {
  test('is finished by Enter where it was begun by hand', () => {
    const play = playWith(SAMPLE, ['', 'b', 'x', 'declare-queue r', '']);
    expect(play.ran.filter((line) => line === 'declare-queue r')).toHaveLength(1);
    expect(play.played).toEqual(finished);
  });

  test('typed as it stands passes on a lesson built anew', () => {
    // with one message gone, what the solution adds does not suffice
    const text = SAMPLE.replace('rmq-lab expect queue r --ready 1', 'rmq-lab expect queue q --ready 2').replace(
      'rmq-lab declare-queue r\nrmq-lab publish -q r x',
      'rmq-lab publish -q q two',
    );
    const stuck = playWith(text, ['', 'b', 'x', 'get q', 'publish -q q two']);
    expect(stuck.played).toEqual(finished);
    expect(clears(stuck)).toBe(1);
    expect(notes(stuck.shown).at(-1)).toMatch(/does not go with the solution; putting things back/);
  });
});

describe('a guess', () => {
  test.each([
    ['1', 'a'],
    ['2', 'b'],
    ['B', 'b'],
  ])('typed as %s is %s', (typed, guess) => {
    const { shown } = playWith(SAMPLE, ['', typed]);
    expect(shown.flatMap((what) => (what.kind === 'verdict' ? [what.guess] : []))).toEqual([guess]);
  });

  test.each(['3', '0', 'z', '.', "'"])('is not %s, which is no command either', (typed) => {
    const { shown, ran } = playWith(SAMPLE, ['', typed]);
    expect(notes(shown)).toEqual([expect.stringMatching(/^type the letter of your guess \(a, b\)/)]);
    expect(ran).toEqual(['declare-queue q']);
  });
});
