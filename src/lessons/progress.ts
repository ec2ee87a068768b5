import { readFileSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { replaceFile } from './safe-file.ts';
import { makeFolder } from './state-folder.ts';

/** How far a learner has come with a lesson; `skipped`: gone through, with predictions or checks left out. */
export type LessonState = 'new' | 'started' | 'done' | 'skipped';

/** What is remembered of one lesson. */
export interface LessonProgress {
  readonly state: LessonState;
  /** The step to resume with, from 0. */
  readonly step: number;
  /** Predictions and checks that were skipped. */
  readonly skipped: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** What identifies a lesson's content: when what it does changes, it is a new lesson. */
export interface LessonKey {
  readonly id: string;
  readonly hash: string;
}

/** What is remembered of all lessons. Every write reads the file anew and replaces it as a whole. */
export interface Progress {
  of(lesson: LessonKey): LessonProgress;
  save(lesson: LessonKey, progress: LessonProgress): void;
  /** Forgets one lesson, in every version of its content, or all of them. */
  reset(id?: string): void;
}

const NEW: LessonProgress = { state: 'new', step: 0, skipped: 0, at: 0 };
const STATES: readonly unknown[] = ['new', 'started', 'done', 'skipped'] satisfies LessonState[];

type Entries = Readonly<Record<string, LessonProgress>>;

/**
 * The progress kept in a folder. A file that cannot be understood is set aside under another name, and `warn` told so.
 * `now` is the time in milliseconds since 1970.
 */
export function openProgress(folder: string, now: () => number, warn: (line: string) => void): Progress {
  const file = join(folder, 'progress.json');
  const read = (): Entries => {
    let entries: Entries | undefined;
    try {
      entries = parseProgress(readFileSync(file, 'utf8'));
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return {};
    }
    return entries ?? setAside();
  };
  const setAside = (): Entries => {
    const aside = `${file}.damaged-${now()}`;
    try {
      renameSync(file, aside);
      warn(`the record of your progress was damaged; it is kept as ${aside}, and a new one begins`);
    } catch (cause) {
      warn(`the record of your progress (${file}) cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`);
    }
    return {};
  };
  const write = (entries: Entries) => {
    makeFolder(dirname(file));
    replaceFile(file, `${JSON.stringify({ version: 1, lessons: entries }, undefined, 2)}\n`);
  };
  return {
    of: (lesson) => read()[keyOf(lesson)] ?? NEW,
    save: (lesson, progress) => write({ ...read(), [keyOf(lesson)]: progress }),
    reset(id) {
      const kept = Object.entries(read()).filter(([key]) => id !== undefined && !key.startsWith(`${id}@`));
      write(Object.fromEntries(kept));
    },
  };
}

/** The entries in the file's text; undefined when it is damaged. */
export function parseProgress(text: string): Entries | undefined {
  try {
    const { version, lessons } = JSON.parse(text) as { version?: unknown; lessons?: unknown };
    if (version !== 1 || typeof lessons !== 'object' || lessons === null) return undefined;
    return Object.values(lessons).every(isProgress) ? (lessons as Entries) : undefined;
  } catch {
    return undefined;
  }
}

function isProgress(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { state, step, skipped, at } = value as Partial<LessonProgress>;
  return STATES.includes(state) && [step, skipped].every(isCount) && typeof at === 'number';
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function keyOf({ id, hash }: LessonKey): string {
  return `${id}@${hash}`;
}
