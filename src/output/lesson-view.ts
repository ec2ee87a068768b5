import type { Commands, LessonCommand, PredictAction } from '../lessons/lesson.ts';
import type { Difference, Proved, Question, Ran, Shown } from '../lessons/request.ts';
import { escapeText } from './escape.ts';
import { markdownView, toAscii } from './lesson-markdown.ts';
import { wrapLine, wrapText } from './lesson-wrap.ts';
import { createStyle } from './style.ts';

/** How a lesson may look. */
export interface LessonDisplay {
  readonly color: boolean;
  readonly ascii: boolean;
  readonly columns: number;
}

/** What a lesson shows, save the list of lessons and the keys, as text that ends in a newline. `file` is the lesson's. */
export function shownView(what: Exclude<Shown, { kind: 'list' | 'keys' }>, display: LessonDisplay, file: string): string {
  const style = createStyle(display.color);
  const mark = (good: boolean) => (good ? style.green(display.ascii ? 'ok' : '✔') : style.red(display.ascii ? 'no' : '✘'));
  const read = (markdown: string) => markdownView(markdown, display);
  const lines = (text: string, paint = (part: string) => part) =>
    wrapLine(display.ascii ? toAscii(text) : text, display.columns)
      .map((part) => `${paint(part)}\n`)
      .join('');
  switch (what.kind) {
    case 'text':
      return `\n${read(what.markdown)}\n`;
    case 'commands':
      return `\n${what.commands.map((command) => commandLine(command, display)).join('')}`;
    case 'command':
      return `\n${commandLine(what.command, display)}`;
    case 'output':
      return outputView(what.ran, display);
    case 'lane':
      return laneView(what.lane, what.ran, display);
    case 'question':
      return questionView(what.action, display);
    case 'verdict':
      return verdictView(what.action, what.guess, what.proved, display, mark);
    case 'task': {
      const done = what.action.commands.length === 1 ? 'It is done when this passes:' : 'It is done when these pass:';
      return `\n${style.bold(done)}\n${what.action.commands.map((command) => commandLine(command, display)).join('')}`;
    }
    case 'not-yet':
      return lines(
        `${what.asked ? mark(false) : `\n${style.dim(display.ascii ? '-' : '·')}`} not yet: ${escapeText(what.complaint)}${what.hintsLeft ? ' (h gives a hint)' : ''}`,
      );
    case 'passed':
      return lines(`\n${mark(true)} ${style.green('the check passes')}`);
    case 'hint':
      return `${read(`**Hint ${what.number} of ${what.of}:** ${what.markdown}`)}\n`;
    case 'solution':
      return `\n${style.bold('A solution:')}\n${solutionView(what.solution, display)}`;
    case 'wrong':
      return wrongView(what.difference, file, style, display.columns);
    case 'note':
      return lines(escapeText(what.text), style.dim);
  }
}

/** The question that stands at the prompt. */
export function promptView({ kind, step, of, keys }: Question, display: LessonDisplay): string {
  const style = createStyle(display.color);
  const what = {
    go: 'Enter runs it',
    guess: `your guess (${keys.join(', ')})`,
    task: 'your turn (Enter checks)',
    solution: 'Enter runs the solution',
    again: 'Enter tries again, s goes on',
  }[kind];
  return `\n${style.bold(`[${step}/${of}]`)} ${what}, ${style.dim('? helps')} > `;
}

/** What stands above a lesson as it begins. */
export function headView(
  head: { readonly order: number; readonly title: string; readonly minutes: number; readonly broker: string; readonly place: string },
  join: readonly string[],
  display: LessonDisplay,
): string {
  const style = createStyle(display.color);
  const title = `Lesson ${head.order}: ${head.title}`;
  const rule = (display.ascii ? '=' : '━').repeat(Math.min(display.columns, 78));
  const lines = [
    style.bold(title),
    style.dim(rule),
    ...markdownView(`About ${head.minutes} minutes, on ${head.broker}. ${head.place}`, display).split('\n'),
    ...(join.length === 0 ? [] : ['A second terminal joins with:', ...join.map((text) => `  ${style.cyan(text)}`)]),
  ];
  return `${lines.join('\n')}\n`;
}

function questionView(action: PredictAction, display: LessonDisplay): string {
  const style = createStyle(display.color);
  const options = action.options.map(({ key, text }) => {
    const [first = '', ...rest] = markdownView(text, { ...display, columns: display.columns - 5 }).split('\n');
    return [`  ${style.bold(key)}  ${first}`, ...rest.map((more) => `     ${more}`)].join('\n');
  });
  return `\n${markdownView(action.question, display)}\n\n${options.join('\n')}\n`;
}

/** The guess beside what the broker did, with the commands that tell. */
function verdictView(
  { answer }: PredictAction,
  guess: string | undefined,
  proved: readonly Proved[],
  display: LessonDisplay,
  mark: (good: boolean) => string,
): string {
  const style = createStyle(display.color);
  const verdict =
    guess === undefined
      ? `The broker's answer: ${answer}.`
      : guess === answer
        ? `You said ${answer}: right.`
        : `You said ${guess}. The broker did ${answer}.`;
  const shown = proved.filter(({ option, holds }) => holds || option.key === guess);
  const lines = shown.flatMap(({ option, holds, complaint }) => {
    // under the first proof: the marks of ASCII are wider
    const indent = ' '.repeat(display.ascii ? 8 : 7);
    const proofs = option.proofs.map(({ text }) => style.cyan(text)).join(`\n${indent}`);
    return [
      `  ${mark(holds)} ${option.key}  ${proofs}`,
      ...(complaint === undefined ? [] : wrapLine(indent + escapeText(complaint), display.columns).map((part) => style.dim(part))),
    ];
  });
  return `\n${style.bold(verdict)}\n${lines.join('\n')}\n`;
}

/** What a command printed, indented; errors stand out, notes stand back. Long lines of stderr are wrapped: they are made to be read. */
function outputView({ stdout, stderr }: Ran, { color, columns }: LessonDisplay): string {
  const style = createStyle(color);
  const lines = (text: string) => (text === '' ? [] : escapeText(text.replace(/\n$/, '')).split('\n'));
  const paint = (line: string) => (line.startsWith('error:') ? style.red : line.startsWith('try:') ? style.yellow : style.dim);
  const words = lines(stderr).flatMap((line) => wrapLine(line, columns - 2).map((part) => paint(line)(part)));
  return [...lines(stdout), ...words].map((line) => `  ${line}\n`).join('');
}

/** What a background actor gave, each line behind its name; without `ran` it has just begun. */
function laneView(lane: string, ran: Ran | undefined, display: LessonDisplay): string {
  const style = createStyle(display.color);
  const edge = `  ${style.cyan(`${lane} ${display.ascii ? '|' : '│'}`)}`;
  if (ran === undefined) return `${edge} ${style.dim('goes on in the background')}\n`;
  const width = lane.length + 3;
  const lines = outputView(ran, { ...display, columns: display.columns - width })
    .split('\n')
    .slice(0, -1);
  return lines.length === 0 ? '' : `\n${lines.map((line) => `${edge} ${line.slice(2)}\n`).join('')}`;
}

function wrongView({ line, message }: Difference, file: string, style: ReturnType<typeof createStyle>, columns: number): string {
  const head = wrapLine('The lesson is wrong here, or the broker is not as it should be; believe the broker.', columns, 0);
  const where = style.dim(`  ${file}:${line}`);
  return `\n${head.map((part) => style.red(part)).join('\n')}\n${wrapText(`  ${escapeText(message)}`, columns, 0)}\n${where}\n`;
}

function solutionView(solution: readonly Commands[], display: LessonDisplay): string {
  return solution.flatMap(({ commands }) => commands.map((command) => commandLine(command, display))).join('');
}

/** A command line as it may be pasted into a shell; one that is too long is continued on further lines, as a shell allows. */
function commandLine({ text }: LessonCommand, { color, columns }: LessonDisplay): string {
  const style = createStyle(color);
  const lines: string[] = [];
  // an option stays with the word after it, most likely its value
  for (const word of text.match(/(?:-\S+ +(?!-))?(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? []) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length + 7 <= columns) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(last === undefined ? word : `  ${word}`);
  }
  return `  ${style.dim('$')} ${lines.map((line) => style.bold(line)).join(' \\\n    ')}\n`;
}
