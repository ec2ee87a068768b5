import type { Shown } from '../../../src/lessons/request.ts';
import { HEAD, SAMPLE } from './lesson-text.ts';
import { playWith } from './play.ts';

const kinds = (shown: readonly Shown[]) => shown.map(({ kind }) => kind);
const notes = (shown: readonly Shown[]) => shown.flatMap((what) => (what.kind === 'note' ? [what.text] : []));

describe('a run', () => {
  const step = (info: string, ...lines: string[]) => `${HEAD}\`\`\`sh {${info}}\n${lines.join('\n')}\n\`\`\`\n`;

  test('that must be refused asks for the reply code', () => {
    const text =
      step('run', 'rmq-lab declare-queue q') + step('run fails=406', 'rmq-lab declare-queue q --max-length 1').slice(HEAD.length);
    const { played, requests } = playWith(text, [], { auto: true });
    expect(played.differences).toEqual([]);
    expect(requests.flatMap((request) => (request.do === 'run' ? [request.refused] : []))).toEqual([false, true]);
    const wrong = playWith(text.replace('fails=406', 'fails=404'), [], { auto: true });
    expect(wrong.played.differences[0]?.message).toMatch(/was to be refused with 404, and failed otherwise: PRECONDITION/);
  });

  test('that must end with an exit code', () => {
    expect(playWith(step('run exit=3', 'rmq-lab publish -q nowhere x'), [], { auto: true }).played.finished).toBe(true);
  });

  test('of several commands shows each with what it prints, and one look at the end', () => {
    const { requests } = playWith(step('run', 'rmq-lab declare-queue a', 'rmq-lab declare-queue b'), ['']);
    expect(requests.map((request) => (request.do === 'show' ? request.what.kind : request.do))).toEqual([
      'reached',
      'commands',
      'ask',
      ...['command', 'run', 'output'],
      ...['command', 'run', 'output'],
      'look',
    ]);
  });

  test.each([
    ['3.10.8', 0],
    ['4.0.5', 1],
  ])('for 4.0 and later on %s', (version, runs) => {
    const { ran, shown, played } = playWith(step('run when=">=4.0"', 'rmq-lab declare-queue a'), [''], { version });
    expect(ran).toHaveLength(runs);
    expect(notes(shown)).toHaveLength(1 - runs);
    expect(played.finished).toBe(true);
  });

  test('in the background is started, not waited for, and stopped', () => {
    const text = `${step('run as=slow', 'rmq-lab consume q')}\n\`\`\`sh {stop slow}\n# Ctrl-C\n\`\`\`\n`;
    const { requests, played, shown } = playWith(text, ['']);
    expect(shown.filter(({ kind }) => kind === 'lane')).toMatchObject([{ lane: 'slow' }, { lane: 'slow', ran: { exitCode: 130 } }]);
    expect(requests.filter((request) => request.do === 'start' || request.do === 'stop')).toEqual([
      { do: 'start', lane: 'slow', argv: ['consume', 'q'] },
      { do: 'stop', lane: 'slow' },
    ]);
    expect(played.finished).toBe(true);
  });
});

describe('a prediction proved by the exit code', () => {
  const text = SAMPLE.replace('sh {predict}', 'sh {predict exit=3}')
    .replace('publish -q q one', 'publish -q nowhere one')
    .replace('`rmq-lab expect queue q --ready 0`', '`exit 0`\n  - `rmq-lab expect queue q --ready 0`')
    .replace('`rmq-lab expect queue q --ready 1`', '`exit 3`\n  - `rmq-lab expect queue q --ready 0`');

  test('goes by what the command ended with', () => {
    const { played, shown } = playWith(text, ['', 'a']);
    expect(played.differences).toEqual([]);
    const [verdict] = shown.filter((what) => what.kind === 'verdict');
    expect(verdict).toMatchObject({ guess: 'a', proved: [{ holds: true }, { holds: false, complaint: 'the exit code was 3' }] });
  });

  test('is wrong where the key is', () => {
    const { played } = playWith(text.replace('**b** Because', '**a** Because'), [], { auto: true });
    expect(played.differences[0]?.message).toBe('the answer is said to be a, but the broker did b (the exit code was 3)');
  });
});

test('a solution starts its background actor, and does not wait for it', () => {
  const text = SAMPLE.replace('{solution=second}', '{solution=second as=worker}')
    .replace('rmq-lab declare-queue r\n', '')
    .replace('rmq-lab expect queue r --ready 1', 'rmq-lab get q')
    .replace('publish -q q one', 'publish -q q one\nrmq-lab expect queue q --ready 1');
  const { requests } = playWith(text, ['', 'b', 'x', '']);
  expect(requests.filter(({ do: what }) => what === 'start')).toEqual([{ do: 'start', lane: 'worker', argv: ['publish', '-q', 'r', 'x'] }]);
});

describe('a command with & behind it', () => {
  const typed = ['', 'b', 'consume r --hold &', '', 'declare-queue r', 'publish -q r x'];
  const doings = (requests: ReturnType<typeof playWith>['requests']) =>
    requests.filter(({ do: what }) => what === 'start' || what === 'stop' || what === 'glance');

  test('goes on while the check is tried, and ends with the step', () => {
    const { requests, ran, played, shown } = playWith(SAMPLE, typed);
    const glance = { do: 'glance', lane: 'yours' };
    expect(doings(requests)).toEqual([
      { do: 'start', lane: 'yours', argv: ['consume', 'r', '--hold'] },
      ...[glance, glance, glance],
      { do: 'stop', lane: 'yours' },
    ]);
    // as long for what has just begun as for who asks by Enter
    expect(ran.filter((line) => line === 'expect queue r --ready 1 --within 1s')).toHaveLength(2);
    expect(shown.filter(({ kind }) => kind === 'lane')).toHaveLength(2);
    expect(played).toEqual({ finished: true, skipped: 0, differences: [] });
  });

  test('that has ended by itself is shown at once', () => {
    const { requests } = playWith(SAMPLE, typed, { ended: true });
    expect(doings(requests).map(({ do: what }) => what)).toEqual(['start', 'glance', 'stop']);
  });

  test('ends before the solution is run', () => {
    const { requests } = playWith(SAMPLE, ['', 'b', 'consume r &', 'x', '']);
    const kinds = requests.map((request) => (request.do === 'run' ? request.argv.join(' ') : request.do));
    expect(kinds.indexOf('stop')).toBeLessThan(kinds.indexOf('declare-queue r'));
  });

  test('before a run makes the lesson put things back', () => {
    const { requests } = playWith(SAMPLE, ['consume r&', '', 'b']);
    expect(doings(requests)[0]).toEqual({ do: 'start', lane: 'yours', argv: ['consume', 'r'] });
    expect(requests.some(({ do: what }) => what === 'clear')).toBe(true);
  });

  test.each([
    ["publish -q r 'a &'", 'publish -q r a &'],
    ['publish -q r a\\&', 'publish -q r a&'],
  ])('is not %s', (line, ran) => expect(playWith(SAMPLE, ['', 'b', line]).ran).toContain(ran));

  test.each([
    ['broker run &', /a broker is here already/],
    ['get q &&', /& \(a background job\)/],
    ['&', /& \(a background job\)/],
  ])('cannot be %s', (line, why) => {
    const { shown, requests } = playWith(SAMPLE, ['', 'b', line]);
    expect(notes(shown).join()).toMatch(why);
    expect(doings(requests)).toEqual([]);
  });
});

describe('coming back', () => {
  test('does what was before over in silence, and goes on', () => {
    const { ran, shown, broker, played } = playWith(SAMPLE, ['declare-queue r', 'publish -q r x'], { from: 2, skipped: 1 });
    expect(ran.slice(0, 2)).toEqual(['declare-queue q', 'publish -q q one']);
    expect(kinds(shown).slice(0, 3)).toEqual(['note', 'text', 'task']);
    expect(notes(shown)).toEqual(['back at step 3: the steps before it are done; what you typed in this one is gone']);
    expect(broker.queues.get('q')).toBe(1);
    expect(played).toEqual({ finished: true, skipped: 1, differences: [] });
  });

  test('to the end does the solutions, too', () => {
    const { ran, asked } = playWith(SAMPLE, [], { from: 3 });
    expect(ran).toEqual(['declare-queue q', 'publish -q q one', 'declare-queue r', 'publish -q r x']);
    expect(asked).toEqual([]);
  });

  test('begins at the beginning where that fails', () => {
    const text = SAMPLE.replace('sh {run}', 'sh {run fails=406}');
    const { shown, requests, asked } = playWith(text, [], { from: 2 });
    expect(notes(shown).join()).toMatch(/could not come back to step 3 .*beginning at step 1/);
    expect(requests.some((request) => request.do === 'clear')).toBe(true);
    expect(asked).toEqual(['go']);
  });

  test('to a step that is not there any more stops at the last', () => {
    expect(playWith(SAMPLE, [], { from: 99 }).played.finished).toBe(true);
  });
});
