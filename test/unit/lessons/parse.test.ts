import { parseLesson } from '../../../src/lessons/parse.ts';
import { HEAD, SAMPLE } from './lesson-text.ts';

const parse = (text: string) => parseLesson('x.md', text);

test('a lesson is its head and its steps', () => {
  const lesson = parse(SAMPLE);
  expect(lesson).toMatchObject({ id: 'sample', order: 1, minutes: 5, introduces: ['queue', 'publish'], requires: '>=3.10', needs: [] });
  expect(lesson.steps.map(({ text, action }) => [text.split('\n').at(-1), action?.kind])).toEqual([
    ['Words before.', 'run'],
    ['## Guess', 'predict'],
    ['Make a second queue.', 'check'],
    ['That was it.', undefined],
  ]);
});

test('a prediction has options with proofs, an answer and its explanation', () => {
  const action = parse(SAMPLE).steps[1]?.action;
  expect(action).toMatchObject({
    question: 'How many are there?',
    answer: 'b',
    explanation: 'Because one was sent.',
    commands: [{ argv: ['publish', '-q', 'q', 'one'] }],
    options: [
      { key: 'a', text: 'None.', proofs: [{ argv: ['expect', 'queue', 'q', '--ready', '0'] }] },
      { key: 'b', text: 'One, which is not many.', proofs: [{ argv: ['expect', 'queue', 'q', '--ready', '1'] }] },
    ],
  });
});

test('a check has hints in tiers, and a solution', () => {
  expect(parse(SAMPLE).steps[2]?.action).toMatchObject({
    id: 'second',
    hints: ['Two commands.', 'The name is r.'],
    solution: [{ commands: [{ argv: ['declare-queue', 'r'] }, { argv: ['publish', '-q', 'r', 'x'] }] }],
  });
});

test('an option may be proved by the exit code, which is part of what a lesson does', () => {
  const text = SAMPLE.replace('{predict}', '{predict exit=3}').replace('`rmq-lab expect queue q --ready 0`', '`exit 3`');
  const { steps, hash } = parse(text);
  expect(steps[1]?.action).toMatchObject({ options: [{ proofs: [{ line: 29, text: 'exit 3', exit: 3 }] }, {}] });
  expect(parse(text.replace('`exit 3`', '`exit 4`')).hash).not.toBe(hash);
  expect(() => parse(text.replace('exit=3', 'fails=406'))).toThrow(/^x\.md:29: .*the fence names it, too: exit=6 in place of fails/);
});

test('a part of a solution may go on in the background', () => {
  const text = SAMPLE.replace('{solution=second}', '{solution=second as=worker}').replace('rmq-lab declare-queue r\n', '');
  expect(parse(text).steps[2]?.action).toMatchObject({ solution: [{ as: 'worker', commands: [{ argv: ['publish', '-q', 'r', 'x'] }] }] });
});

test('the lines of commands are those of the file', () => {
  const lines = SAMPLE.split('\n');
  for (const { action } of parse(SAMPLE).steps) {
    for (const command of action !== undefined && 'commands' in action ? action.commands : []) {
      expect(lines[command.line - 1]).toBe(command.text);
    }
  }
});

test('a plain fence is text, and a continued line is one command', () => {
  const { steps } = parse(
    `${HEAD}\`\`\`json\n{"a": 1}\n\`\`\`\n\n\`\`\`sh {run}\n# first\nrmq-lab bind x \\\n  q red\n\nrmq-lab get q\n\`\`\`\n`,
  );
  expect(steps).toMatchObject([
    { text: '```json\n{"a": 1}\n```', action: { commands: [{ argv: ['bind', 'x', 'q', 'red'], line: 20 }, { argv: ['get', 'q'] }] } },
  ]);
});

test.each<[string, object]>([
  ['run when=">=4.0"', { when: '>=4.0' }],
  ['run fails=406', { fails: 406 }],
  ['run exit=3', { exit: 3 }],
  ['run as=slow', { as: 'slow' }],
])('{%s}', (info, expected) => {
  expect(parse(`${HEAD}\`\`\`sh {${info}}\nrmq-lab get q\n\`\`\`\n`).steps[0]?.action).toMatchObject({ kind: 'run', ...expected });
});

test('{stop} names a lane', () => {
  const { steps } = parse(`${HEAD}\`\`\`sh {run as=slow}\nrmq-lab consume q\n\`\`\`\n\n\`\`\`sh {stop slow}\n# Ctrl-C\n\`\`\`\n`);
  expect(steps[1]?.action).toEqual({ kind: 'stop', line: 18, lane: 'slow' });
});

test('what a lesson does decides its hash, its words do not', () => {
  const { hash, textHash } = parse(SAMPLE);
  const reworded = parse(SAMPLE.replaceAll('Words before.', 'Other words,\nand more.').replace('Two commands.', 'It takes two.'));
  expect(reworded.hash).toBe(hash);
  expect(reworded.textHash).not.toBe(textHash);
  for (const [from, to] of [
    ['declare-queue q', 'declare-queue qq'],
    ['**b** Because', '**a** Because'],
    ['id=second', 'id=other'],
    ['--ready 0', '--ready 2'],
  ] as const) {
    const changed = SAMPLE.replace(from, to).replace('solution=second', from === 'id=second' ? 'solution=other' : 'solution=second');
    expect(parse(changed).hash).not.toBe(hash);
  }
});

test('Windows line ends change nothing but the text', () => {
  expect(parse(SAMPLE.replaceAll('\n', '\r\n')).hash).toBe(parse(SAMPLE).hash);
});

/** What is replaced in the sample, by what, and the error with its line. */
test.each<[string, string, RegExp]>([
  ['---\nid', 'id', /^x\.md:1: a lesson begins with a line ---/],
  ['needs: []\n---', 'needs: []', /^x\.md:1: the front matter is not closed/],
  ['id: sample', 'id: Sample', /^x\.md:2: the id 'Sample'/],
  ['order: 1', 'order: first', /^x\.md:3: 'order' is 'first'/],
  ['order: 1', '', /^x\.md:1: the front matter lacks 'order'/],
  ['minutes: 5', 'minutes: 5\nminutes: 6', /^x\.md:6: 'minutes' stands there twice/],
  ['uses: []', 'use: []', /^x\.md:7: unknown key 'use'/],
  ['uses: []', 'uses: queue', /^x\.md:7: 'uses' needs a list/],
  ['uses: []', 'uses: [a', /^x\.md:7: a list is opened/],
  ['uses: []', 'uses: [a,]', /^x\.md:7: a list has an empty entry/],
  ['uses: []', 'uses []', /^x\.md:7: 'uses \[\]' is not key: value/],
  ['">=3.10"', 'new', /^x\.md:8: 'new' is not a condition/],
  ['">=3.10"', '">=3.10', /^x\.md:8: a " is opened/],
  ['needs: []', 'needs: [luck]', /^x\.md:9: unknown need 'luck'/],
  ['# A sample', '# Another', /^x\.md:12: the heading is 'Another'/],
  ['# A sample\n\n', '', /^x\.md:12: the text begins with the heading/],
  ['sh {run}', 'sh {walk}', /^x\.md:16: unknown kind of fence 'walk'/],
  ['sh {run}', 'sh {run speed=9}', /^x\.md:16: unknown attribute 'speed' of run/],
  ['sh {run}', 'sh {run fails=abc}', /^x\.md:16: fails='abc' is not an AMQP reply code/],
  ['sh {run}', 'sh {run exit=0}', /^x\.md:16: exit='0' is not/],
  ['sh {run}', 'sh {run when=4}', /^x\.md:16: when='4' is not/],
  ['sh {run}', 'sh {run exit=3 exit=3}', /^x\.md:16: 'exit' stands there twice/],
  ['sh {run}', 'sh {run exit=3 fails=406}', /^x\.md:16: fails and exit exclude/],
  ['sh {run}', 'sh {run=x}', /^x\.md:16: run takes no =/],
  ['sh {run}', 'bash {run}', /^x\.md:16: an executable fence is written sh/],
  ['sh {run}', 'sh {run', /^x\.md:16: 'sh \{run' is not of the form/],
  ['sh {run}', 'sh {stop}', /^x\.md:16: stop names what it belongs to/],
  ['sh {run}', 'sh {stop x}', /^x\.md:16: a stop fence holds comments only/],
  ['sh {run}', 'sh {solution=second}', /^x\.md:16: a solution stands in a <details>/],
  ['rmq-lab declare-queue q', 'declare-queue q', /^x\.md:17: 'declare-queue' is not rmq-lab/],
  ['rmq-lab declare-queue q', 'rmq-lab', /^x\.md:17: rmq-lab stands without a command/],
  ['rmq-lab declare-queue q', '# nothing', /^x\.md:16: the run fence has no command/],
  ['rmq-lab declare-queue q', 'rmq-lab get q | head', /^x\.md:17: \| \(a pipe\)/],
  ['rmq-lab declare-queue q', "rmq-lab get 'q", /^x\.md:17: a ' is opened/],
  ['rmq-lab declare-queue q\n```', 'rmq-lab declare-queue q', /^x\.md:\d+: /],
  [
    '```sh {run}\nrmq-lab declare-queue q\n```',
    '  ```sh {run}\nrmq-lab get q\n```',
    /^x\.md:16: an executable fence must begin in the first column/,
  ],
  [
    '```sh {run}\nrmq-lab declare-queue q',
    '```sh {run exit=3}\nrmq-lab get q\nrmq-lab get q',
    /^x\.md:16: a fence with exit= has exactly one/,
  ],
  ['How many are there?\n', '', /^x\.md:27: a prediction needs a question/],
  ['- **a** None.\n  - `rmq-lab expect queue q --ready 0`\n', '', /^x\.md:26: a prediction needs at least two options/],
  ['- **b** One', '- **a** One', /^x\.md:30: there are two options a/],
  ['  - `rmq-lab expect queue q --ready 0`\n', '', /^x\.md:28: option a has no proof/],
  ['`rmq-lab expect queue q --ready 0`', '`rmq-lab get q`', /^x\.md:29: a proof is an rmq-lab expect command/],
  ['`rmq-lab expect queue q --ready 0`', '`exit three`', /^x\.md:29: 'exit' is not rmq-lab/],
  ['**b** Because one was sent.', '**c** Because.', /^x\.md:37: the answer c is not among the options a, b/],
  ['**b** Because one was sent.', 'Because.', /^x\.md:37: the answer begins with its key/],
  ['**b** Because one was sent.', '**b**', /^x\.md:37: the answer has no explanation/],
  [
    '<details>\n<summary>Answer</summary>\n\n**b** Because one was sent.\n\n</details>',
    '',
    /^x\.md:36: '## Do it' is neither an option nor its proof; the answer/,
  ],
  ['{check id=second}', '{check}', /^x\.md:45: a check has a name/],
  [
    '{check id=second}',
    '{check id=second}\nrmq-lab expect queue r\n```\n\n```sh {check id=second}',
    /^x\.md:45: the check 'second' has no solution/,
  ],
  ['{solution=second}', '{solution=third}', /^x\.md:61: this is the solution of 'third'/],
  ['1. Two commands.\n2. The name\n   is r.', 'Try.', /^x\.md:52: hints are a numbered list/],
  ['1. Two commands.\n2. The name\n   is r.\n', '', /^x\.md:49: this <details> holds neither/],
  [
    '<details>\n<summary>Hints</summary>\n\n1. Two commands.\n2. The name\n   is r.\n\n</details>\n',
    '',
    /^x\.md:45: the check 'second' has no hints/,
  ],
  ['<summary>Hints</summary>', 'Hints', /^x\.md:50: after <details> comes one line <summary>/],
  ['That was it.', '<details>\n<summary>More</summary>\n\nAn aside.\n\n</details>', /^x\.md:71: hints are a numbered list/],
  ['That was it.', '</details>', /^x\.md:68: <\/details> closes nothing/],
  ['That was it.', '<details>\n<summary>x</summary>', /^x\.md:68: <details> is not closed/],
])('%j → %j', (from, to, message) => {
  expect(SAMPLE).toContain(from);
  let thrown: unknown;
  try {
    parse(SAMPLE.replace(from, () => to));
  } catch (cause) {
    thrown = cause;
  }
  expect((thrown as Error).message).toMatch(message);
  expect(thrown).toMatchObject({ kind: 'usage' });
});

test('two checks of one name are refused', () => {
  const check = SAMPLE.slice(SAMPLE.indexOf('```sh {check'), SAMPLE.indexOf('That was it.'));
  expect(() => parse(SAMPLE + check)).toThrow(/^x\.md:69: there are two checks 'second'/);
});

test('details that belong to nothing are refused', () => {
  const { length } = SAMPLE.split('\n');
  const text = `${SAMPLE}\n<details>\n<summary>More</summary>\n\nAn aside.\n\n</details>\n`;
  expect(() => parse(text)).toThrow(`x.md:${length + 1}: a <details> belongs to a prediction`);
});

test('a lesson that does nothing is refused', () => {
  expect(() => parse(`${HEAD}Only words.\n`)).toThrow(/^x\.md:11: the lesson does nothing/);
});
