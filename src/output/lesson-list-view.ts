import type { LessonState } from '../lessons/progress.ts';
import { wrapLine } from './lesson-wrap.ts';
import { createStyle } from './style.ts';

/** One line of the list. */
export interface ListedLesson {
  readonly id: string;
  readonly order: number;
  readonly title: string;
  readonly minutes: number;
  readonly state: LessonState;
  /** The step that `resume` goes on with, from 1, of how many. */
  readonly step: number;
  readonly of: number;
}

/** The lessons with how far the learner is in each, and what to type next. */
export function lessonListView(lessons: readonly ListedLesson[], display: { readonly color: boolean; readonly ascii: boolean }): string {
  const style = createStyle(display.color);
  const [tick, half, skip] = display.ascii ? ['x', '>', '-'] : ['✔', '▸', '–'];
  const marks: Record<LessonState, string> = { new: ' ', started: style.yellow(half), done: style.green(tick), skipped: style.dim(skip) };
  const width = Math.max(...lessons.map(({ id }) => id.length));
  const titleWidth = Math.max(...lessons.map(({ title }) => title.length));
  const rows = lessons.map(({ id, order, title, minutes, state, step, of }) => {
    const said: Record<LessonState, string> = {
      new: '',
      started: `at step ${step} of ${of}`,
      done: 'done',
      skipped: 'done, with parts skipped',
    };
    const line = `  ${marks[state]} ${String(order).padStart(2)}  ${style.bold(id.padEnd(width))}  ${title.padEnd(titleWidth)}  ${style.dim(`${String(minutes).padStart(2)} min`)}  ${said[state]}`;
    return line.trimEnd();
  });
  return [...rows, '', nextLine(lessons)].join('\n');
}

/** The keys that a lesson understands. */
export function keysView(
  keys: readonly { readonly key: string; readonly meaning: string }[],
  display: { readonly color: boolean; readonly columns: number },
): string {
  const style = createStyle(display.color);
  const rows = keys.flatMap(({ key, meaning }) => {
    const [first = '', ...rest] = wrapLine(`  ${key.padEnd(6)} ${meaning}`, display.columns, 7);
    return [`  ${style.bold(first.slice(2, 8))}${first.slice(8)}`, ...rest];
  });
  return [...rows, ...wrapLine('  Anything else is a command, with or without rmq-lab in front: get hello', display.columns, 0)].join('\n');
}

function nextLine(lessons: readonly ListedLesson[]): string {
  if (lessons.some(({ state }) => state === 'started')) return 'rmq-lab lesson resume goes on where you left.';
  const next = lessons.find(({ state }) => state === 'new');
  return next === undefined ? 'All done. rmq-lab lesson start ID goes through one again.' : `rmq-lab lesson start ${next.id} begins.`;
}
