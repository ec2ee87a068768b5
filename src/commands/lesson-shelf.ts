import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UsageError } from '../errors.ts';
import { readCatalogue, readLesson } from '../lessons/catalogue.ts';
import { countLeftovers } from '../lessons/clean.ts';
import { preferredLanguages } from '../lessons/language.ts';
import { countSteps, type Lesson } from '../lessons/lesson.ts';
import { openProgress, type Progress } from '../lessons/progress.ts';
import { stateFolder } from '../lessons/state-folder.ts';
import type { ListedLesson } from '../output/lesson-list-view.ts';
import { closest } from '../suggest.ts';
import type { Lab } from './lab.ts';

/** The lessons, and how far the learner is in them. */
export interface Shelf {
  readonly lessons: readonly Lesson[];
  readonly progress: Progress;
}

/** Opens the lessons that come with the program, in the language asked for. */
export function openShelf(lab: Lab, lang: string | undefined): Shelf {
  const folder = fileURLToPath(new URL('../../lessons/', import.meta.url));
  return {
    lessons: readCatalogue({ folder, languages: preferredLanguages(lang, lab.env), warn: lab.warn }),
    progress: openProgress(stateFolder(lab.env), lab.clock.now, lab.warn),
  };
}

/** The folder in which running lessons keep their journals. */
export function journalFolder(lab: Lab): string {
  return join(stateFolder(lab.env), 'journal');
}

/** Says so where interrupted lessons left something behind. */
export async function noteLeftovers(lab: Lab): Promise<void> {
  const count = await countLeftovers(journalFolder(lab));
  if (count === 0) return;
  lab.note(`${count === 1 ? 'an interrupted lesson' : `${count} interrupted lessons`} left something behind: rmq-lab clean removes it`);
}

/** The lesson with that id, or in that file (`./my-lesson.md`). */
export function findLesson({ lessons }: Shelf, id: string): Lesson {
  if (id.endsWith('.md')) return readFile(id);
  const lesson = lessons.find((candidate) => candidate.id === id || String(candidate.order) === id);
  if (lesson !== undefined) return lesson;
  const ids = lessons.map((candidate) => candidate.id);
  const meant = closest(id, ids);
  throw new UsageError(`there is no lesson '${id}'${meant === undefined ? '' : `: did you mean ${meant}?`}`, {
    hint: `the lessons are ${ids.join(', ')}`,
  });
}

/** The lessons as `lesson list` shows them. */
export function listLessons({ lessons, progress }: Shelf): ListedLesson[] {
  return lessons.map((lesson) => {
    const { id, order, title, minutes } = lesson;
    const { state, step } = progress.of(lesson);
    return { id, order, title, minutes, state, step: step + 1, of: countSteps(lesson) };
  });
}

function readFile(file: string): Lesson {
  try {
    return readLesson(file);
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    throw new UsageError(`cannot read the lesson ${file}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}
