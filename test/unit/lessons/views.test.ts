import fc from 'fast-check';
import { parseCommandLines } from '../../../src/lessons/fence.ts';
import { KEYS } from '../../../src/lessons/input.ts';
import { parseLesson } from '../../../src/lessons/parse.ts';
import type { Shown } from '../../../src/lessons/request.ts';
import { complaintOf } from '../../../src/lessons/verdict.ts';
import { cleanedView } from '../../../src/output/lesson-clean-view.ts';
import { keysView, type ListedLesson, lessonListView } from '../../../src/output/lesson-list-view.ts';
import { markdownView } from '../../../src/output/lesson-markdown.ts';
import { headView, promptView, shownView } from '../../../src/output/lesson-view.ts';
import { SAMPLE } from './lesson-text.ts';

const plain = { color: false, ascii: false, columns: 40 };
const lesson = parseLesson('x.md', SAMPLE);
const [, { action: predict } = {}, { action: check } = {}] = lesson.steps;
if (predict?.kind !== 'predict' || check?.kind !== 'check') throw new Error('the sample has changed');

describe('Markdown', () => {
  test.each<[string, string]>([
    ['# Title `x`', 'Title x\n───────'],
    ['a\nb', 'a b'],
    ['one\n\ntwo', 'one\n\ntwo'],
    ['**bold** *soft* `code`', 'bold soft code'],
    ['**"`expect` is magic."** No.', '"expect is magic." No.'],
    ['[docs](https://x.y/z)', 'docs (https://x.y/z)'],
    ['<https://x.y/z>', 'https://x.y/z'],
    ['- one\n- two\n  goes on\n  - inside', '• one\n• two goes on\n  • inside'],
    ['1. one\n2. two', '1. one\n2. two'],
    ['> quoted', '│ quoted'],
    ['```json\n{"a": 1}\n\nb\n```\nafter', '    {"a": 1}\n    \n    b\n\nafter'],
    ['| a | b |\n|---|---|\n| `*` | one |', '  a  b\n  *  one'],
    ['a * b * c', 'a * b * c'],
    ['snake_case_name', 'snake_case_name'],
  ])('%j', (markdown, text) => expect(markdownView(markdown, plain)).toBe(text));

  test('wraps at the columns, and cuts no code', () => {
    const text = 'Twelve little words stand here, then `a long piece of code` and more.';
    expect(markdownView(text, { ...plain, columns: 34 })).toBe('Twelve little words stand here,\nthen a long piece of code and\nmore.');
    expect(markdownView(`- ${text}`, { ...plain, columns: 34 })).toBe(
      '• Twelve little words stand here,\n  then a long piece of code and\n  more.',
    );
  });

  test('in ASCII has no other character of ours', () => {
    expect(markdownView('- “a” – b… ‘c’ → d', { ...plain, ascii: true })).toBe(`* "a" - b... 'c' -> d`);
  });

  test('in colour has the same words', () => {
    const text = '# A\n\nsome **bold** words and `code`, *soft*';
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the colours are what is taken out
    expect(markdownView(text, { ...plain, color: true }).replace(/\x1b\[\d+m/g, '')).toBe(markdownView(text, plain).replace('─\n', ''));
  });

  test('any text is rendered, and lines of short words fit', () => {
    fc.assert(fc.property(fc.string(), (text) => void markdownView(text, plain)));
    const words = fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1 });
    fc.assert(
      fc.property(words, fc.integer({ min: 20, max: 100 }), (all, columns) => {
        const lines = markdownView(all.join(' '), { ...plain, columns }).split('\n');
        expect(lines.join(' ')).toBe(all.join(' '));
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns);
      }),
    );
  });
});

describe('what a lesson shows', () => {
  const proved = predict.options
    .map((option) => ({ option, holds: option.key === 'b', ...(option.key === 'b' ? {} : { complaint: 'found 1' }) }))
    .reverse();

  test.each<[Exclude<Shown, { kind: 'list' | 'keys' }>, string]>([
    [{ kind: 'text', markdown: '## A\n\nb' }, '\nA\n─\n\nb\n'],
    [{ kind: 'commands', commands: predict.commands }, '\n  $ rmq-lab publish -q q one\n'],
    [{ kind: 'question', action: predict }, '\nHow many are there?\n\n  a  None.\n  b  One, which is not many.\n'],
    [{ kind: 'verdict', action: predict, proved }, "\nThe broker's answer: b.\n  ✔ b  rmq-lab expect queue q --ready 1\n"],
    [{ kind: 'verdict', action: predict, guess: 'b', proved }, '\nYou said b: right.\n  ✔ b  rmq-lab expect queue q --ready 1\n'],
    [
      { kind: 'verdict', action: predict, guess: 'a', proved },
      '\nYou said a. The broker did b.\n  ✔ b  rmq-lab expect queue q --ready 1\n  ✘ a  rmq-lab expect queue q --ready 0\n       found 1\n',
    ],
    [{ kind: 'task', action: check }, '\nIt is done when this passes:\n  $ rmq-lab expect queue r --ready 1\n'],
    [{ kind: 'solution', solution: check.solution }, '\nA solution:\n  $ rmq-lab declare-queue r\n  $ rmq-lab publish -q r x\n'],
    [{ kind: 'hint', markdown: 'Try `get`.', number: 1, of: 2 }, 'Hint 1 of 2: Try get.\n'],
    [{ kind: 'not-yet', complaint: 'no', asked: true, hintsLeft: true }, '✘ not yet: no (h gives a hint)\n'],
    [{ kind: 'not-yet', complaint: 'no', asked: false, hintsLeft: false }, '\n· not yet: no\n'],
    [{ kind: 'passed' }, '\n✔ the check passes\n'],
    [{ kind: 'note', text: 'a note that is rather longer than forty columns' }, 'a note that is rather longer than forty\n  columns\n'],
    [{ kind: 'output', ran: { exitCode: 0, stdout: 'one\ntwo\n', stderr: '' } }, '  one\n  two\n'],
    [{ kind: 'output', ran: { exitCode: 0, stdout: '', stderr: '' } }, ''],
    [{ kind: 'lane', lane: 'slow' }, '  slow │ goes on in the background\n'],
    [{ kind: 'lane', lane: 'slow', ran: { exitCode: 0, stdout: '', stderr: '' } }, ''],
    [
      { kind: 'lane', lane: 'slow', ran: { exitCode: 130, stdout: 'one\n\ntwo\n', stderr: 'consumed two, and gave back none of them\n' } },
      '\n  slow │ one\n  slow │ \n  slow │ two\n  slow │ consumed two, and gave back\n  slow │   none of them\n',
    ],
    [
      { kind: 'output', ran: { exitCode: 6, stdout: '', stderr: 'error: it is not what it was said to be here\ntry: x\n' } },
      '  error: it is not what it was said to\n    be here\n  try: x\n',
    ],
  ])('%#', (what, text) => expect(shownView(what, plain, 'x.md')).toBe(text));

  test('passes no control character of a message on to the terminal', () => {
    const ran = { exitCode: 0, stdout: 'a\x1b[2Jb\x07\n', stderr: '\x1b]0;title\x07\n' };
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(shownView({ kind: 'output', ran }, plain, 'x.md')).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f]/);
  });

  test('names the place where a lesson is wrong', () => {
    expect(shownView({ kind: 'wrong', difference: { line: 22, message: 'it did b' } }, plain, 'lessons/01/en.md')).toMatch(
      /The lesson is wrong here[\s\S]*it did b\n {2}lessons\/01\/en\.md:22\n$/,
    );
  });

  test('wraps at words what is longer than the screen', () => {
    const display = { ...plain, columns: 40 };
    const long = 'this is said in many words so that it does not fit on one line';
    const shown = [
      shownView({ kind: 'wrong', difference: { line: 22, message: long } }, display, 'x.md'),
      shownView({ kind: 'not-yet', complaint: long, asked: true, hintsLeft: true }, display, 'x.md'),
      shownView({ kind: 'note', text: long }, display, 'x.md'),
      shownView(
        { kind: 'verdict', action: predict, guess: 'a', proved: proved.map((entry) => ({ ...entry, complaint: long })) },
        display,
        'x.md',
      ),
      keysView(KEYS, display),
    ].join('');
    // the verdict's commands are pasted into a shell: they stay in one piece
    for (const line of shown.split('\n').filter((text) => !text.includes('rmq-lab expect'))) expect(line.length).toBeLessThanOrEqual(40);
    expect(keysView(KEYS, display)).toMatch(/\n {2}s {6}skip this step; the broker\n {9}still gets/);
  });

  test('in ASCII the marks stand above what follows', () => {
    const two = { ...predict, options: predict.options };
    const doubled = proved.map((entry) => ({
      ...entry,
      option: { ...entry.option, proofs: [...entry.option.proofs, ...entry.option.proofs] },
    }));
    for (const ascii of [true, false]) {
      const text = shownView({ kind: 'verdict', action: two, guess: 'a', proved: doubled }, { ...plain, columns: 80, ascii }, 'x.md');
      expect(new Set(text.split('\n').flatMap((line) => (line.includes('rmq-lab') ? [line.indexOf('rmq-lab')] : []))).size).toBe(1);
    }
  });

  test('says how a second terminal joins only where there can be one', () => {
    const head = { order: 1, title: 'A', minutes: 5, broker: 'B', place: 'C' };
    expect(headView(head, ['export X=1'], plain)).toMatch(/A second terminal joins with:\n {2}export X=1\n$/);
    expect(headView(head, [], plain)).not.toContain('second terminal');
  });

  test('in ASCII is ASCII', () => {
    const shown = [
      shownView({ kind: 'passed' }, { ...plain, ascii: true }, 'x.md'),
      shownView({ kind: 'not-yet', complaint: 'no', asked: false, hintsLeft: false }, { ...plain, ascii: true }, 'x.md'),
      shownView({ kind: 'verdict', action: predict, guess: 'a', proved }, { ...plain, ascii: true }, 'x.md'),
      headView({ order: 1, title: 'A', minutes: 5, broker: 'B', place: 'C' }, ['export X=1'], { ...plain, ascii: true }),
      lessonListView([listed('done'), listed('started'), listed('skipped')], { color: false, ascii: true }),
    ].join('');
    expect(shown).toMatch(/^[\x20-\x7e\n]*$/);
  });

  test.each([
    ['go', 'Enter runs it'],
    ['guess', 'your guess (a, b)'],
    ['task', 'your turn (Enter checks)'],
    ['solution', 'Enter runs the solution'],
    ['again', 'Enter tries again, s goes on'],
  ] as const)('asks at %s', (kind, text) => {
    expect(promptView({ kind, step: 2, of: 5, keys: ['a', 'b'] }, plain)).toBe(`\n[2/5] ${text}, ? helps > `);
  });
});

function listed(state: ListedLesson['state']): ListedLesson {
  return { id: 'hello', order: 1, title: 'Hello', minutes: 8, state, step: 2, of: 6 };
}

test.each<[ListedLesson['state'], string]>([
  ['new', '     1  hello  Hello   8 min\n\nrmq-lab lesson start hello begins.'],
  ['started', '  ▸  1  hello  Hello   8 min  at step 2 of 6\n\nrmq-lab lesson resume goes on where you left.'],
  ['done', '  ✔  1  hello  Hello   8 min  done\n\nAll done. rmq-lab lesson start ID goes through one again.'],
  ['skipped', '  –  1  hello  Hello   8 min  done, with parts skipped\n\nAll done. rmq-lab lesson start ID goes through one again.'],
])('a list with a lesson that is %s', (state, text) => expect(lessonListView([listed(state)], plain)).toBe(text));

test('the keys are all there', () => {
  for (const { key, meaning } of KEYS) expect(keysView(KEYS, { ...plain, columns: 88 })).toContain(`${key.padEnd(6)} ${meaning}`);
});

test('what was cleaned up, a line each', () => {
  const entry = { lesson: 'hello', vhost: 'v', broker: 'amqp://b', detail: 'queue q' };
  expect(cleanedView([])).toMatch(/^nothing to clean/);
  expect(
    cleanedView([
      { ...entry, state: 'removed' },
      { ...entry, state: 'running' },
      { ...entry, state: 'elsewhere' },
      { ...entry, state: 'failed' },
    ]),
  ).toBe(
    [
      'removed what lesson hello left: queue q',
      'left alone: lesson hello in v is still running',
      'left alone: lesson hello in v on amqp://b: queue q',
      'could not remove what lesson hello left in v: queue q',
    ].join('\n'),
  );
});

test('a long command is continued as a shell allows', () => {
  const text = `rmq-lab bind reports urgent -H format=pdf -H 'a b=c d' --match all-with-x`;
  const shown = shownView({ kind: 'command', command: { line: 1, text, argv: [] } }, plain, 'x.md');
  expect(shown).toBe(`\n  $ rmq-lab bind reports urgent \\\n      -H format=pdf -H 'a b=c d' \\\n      --match all-with-x\n`);
  for (const line of shown.split('\n')) expect(line.length).toBeLessThanOrEqual(plain.columns);
  expect(parseCommandLines('x.md', shown.replace('  $ ', '').trim().split('\n'), 1)[0]?.argv.join(' ')).toBe(
    'bind reports urgent -H format=pdf -H a b=c d --match all-with-x',
  );
});

test.each([
  ['error: no\ntry: x\n', 'no'],
  ['a note\nerror: it is another:\n  key a\ntry: x\n', 'it is another: key a'],
  ['error: what there is:\n  one\n  two\n  three\n  four\ntry: x\n', 'what there is: one; two; three; and 1 more'],
  ['', 'exit code 7'],
  ['something else\n', 'something else'],
])('what %j complains of', (stderr, complaint) => expect(complaintOf({ exitCode: 7, stdout: '', stderr })).toBe(complaint));
