import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Lesson } from './lesson.ts';
import { lessonError } from './lesson-error.ts';
import { parseLesson } from './parse.ts';

/** Where the lessons are, and in which language they are wanted. */
export interface CatalogueOptions {
  /** The folder with one folder `NN-name` for each lesson. */
  readonly folder: string;
  /** Best first; English, which every lesson has, stands in for what is missing. */
  readonly languages: readonly string[];
  /** Told of a translation that is out of date. */
  readonly warn: (line: string) => void;
}

/** All lessons in teaching order. A defect in any of them is a UsageError with `file:line`. */
export function readCatalogue({ folder, languages, warn }: CatalogueOptions): Lesson[] {
  const names = readdirSync(folder).filter((name) => /^\d\d-/.test(name));
  const lessons = names.map((name) => readTranslated(folder, name, languages, warn));
  lessons.sort((a, b) => a.order - b.order);
  checkOrder(lessons);
  return lessons;
}

/** A single lesson file, by its path. */
export function readLesson(file: string): Lesson {
  return parseLesson(file, readFileSync(file, 'utf8'));
}

/** Checks what only lessons together can show: no id or place twice, and no concept used before it is introduced. */
export function checkOrder(lessons: readonly Lesson[]): void {
  const introduced = new Set<string>();
  for (const [index, lesson] of lessons.entries()) {
    const twin = lessons.slice(0, index).find((other) => other.id === lesson.id || other.order === lesson.order);
    if (twin !== undefined) throw lessonError(lesson.file, 1, `the id or the order is that of ${twin.file}`);
    for (const concept of lesson.introduces) introduced.add(concept);
    const unknown = lesson.uses.find((concept) => !introduced.has(concept));
    if (unknown !== undefined) throw lessonError(lesson.file, 1, `uses '${unknown}', which no lesson before it introduces`);
  }
}

function readTranslated(folder: string, name: string, languages: readonly string[], warn: (line: string) => void): Lesson {
  const english = parseLesson(`lessons/${name}/en.md`, readFileSync(join(folder, name, 'en.md'), 'utf8'));
  for (const language of languages) {
    if (language === 'en') return english;
    let text: string;
    try {
      text = readFileSync(join(folder, name, `${language}.md`), 'utf8');
    } catch {
      continue;
    }
    const translated = parseLesson(`lessons/${name}/${language}.md`, text);
    if (translated.translates === english.textHash && translated.hash === english.hash) return translated;
    warn(`${translated.file} is not of the present English text (translates: ${english.textHash}): lesson ${english.id} comes in English`);
  }
  return english;
}
