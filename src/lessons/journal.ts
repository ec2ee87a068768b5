import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { LabError } from '../errors.ts';
import type { LockMark } from './lock.ts';
import type { Made } from './made.ts';
import { replaceFile } from './safe-file.ts';
import { makeFolder } from './state-folder.ts';

/** What a running lesson has made on a broker: written before it is made, so that it can be found after a crash. */
export interface JournalPage {
  readonly lesson: string;
  /** The broker's address without password and vhost. */
  readonly broker: string;
  readonly vhost: string;
  /** True: the vhost itself was made for the lesson and goes as a whole. */
  readonly temporary: boolean;
  /** In a vhost that was there before: what was made in it, in order. */
  readonly made: readonly Made[];
  readonly lock: LockMark;
}

/** The page of a lesson that runs now. */
export interface Journal {
  readonly made: readonly Made[];
  /** Returns once the entry is safely on disk: then it may be made. */
  record(made: Made): void;
  /** It is gone, or was never made. */
  forget(made: Made): void;
  /** Nothing is left: the page goes. */
  close(): void;
}

/** A page as it was found; `page` is undefined where it cannot be read. */
export interface FoundPage {
  readonly file: string;
  readonly page: JournalPage | undefined;
}

/** The names that vhosts of lessons have, and no others: nothing else is ever deleted as a vhost. */
export const TEMPORARY_VHOST = /^rmq-lab-[a-z0-9-]+-[a-z0-9]{6}$/;

const SUFFIX = '.journal.json';

/**
 * Begins a page, named `name`, in the folder; without a folder it is kept in memory only. Fails with a LabError when it cannot be
 * written.
 */
export function openJournal(folder: string | undefined, name: string, page: JournalPage): Journal {
  const file = folder === undefined ? undefined : join(folder, `${name}${SUFFIX}`);
  let made = [...page.made];
  const save = () => {
    if (file === undefined) return;
    try {
      replaceFile(file, `${JSON.stringify({ ...page, made })}\n`);
    } catch (cause) {
      throw new LabError('unexpected', `cannot write the journal ${file}: ${cause instanceof Error ? cause.message : String(cause)}`, {
        cause,
        hint: 'name a folder that can be written to: XDG_STATE_HOME=/path',
      });
    }
  };
  if (folder !== undefined) makeFolder(folder);
  save();
  return {
    get made() {
      return made;
    },
    record(entry) {
      if (made.some((other) => isSame(other, entry))) return;
      made = [...made, entry];
      save();
    },
    forget(entry) {
      made = made.filter((other) => !isSame(other, entry));
      save();
    },
    close() {
      if (file !== undefined) rmSync(file, { force: true });
    },
  };
}

/** All pages in the folder, by name; no folder means none. */
export function readJournals(folder: string): FoundPage[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  return names
    .filter((name) => name.endsWith(SUFFIX))
    .sort()
    .flatMap((name) => {
      const file = join(folder, name);
      try {
        return [{ file, page: parsePage(readFileSync(file, 'utf8')) }];
      } catch {
        // its lesson ended between the two reads
        return [];
      }
    });
}

/** Removes the page of a lesson that was cleaned up after. */
export function removePage(file: string): void {
  rmSync(file, { force: true });
}

/** A page from its text; undefined when it is not one, or names a vhost that no lesson makes. */
export function parsePage(text: string): JournalPage | undefined {
  let page: Partial<JournalPage> | null;
  try {
    page = JSON.parse(text) as Partial<JournalPage> | null;
  } catch {
    return undefined;
  }
  if (typeof page !== 'object' || page === null || !Array.isArray(page.made)) return undefined;
  const texts = [page.lesson, page.broker, page.vhost, page.lock?.host, page.lock?.token];
  if (texts.some((value) => typeof value !== 'string') || typeof page.lock?.port !== 'number') return undefined;
  if (!page.made.every((made) => (made?.kind === 'queue' || made?.kind === 'exchange') && typeof made.name === 'string')) return undefined;
  if (typeof page.temporary !== 'boolean' || (page.temporary && !TEMPORARY_VHOST.test(page.vhost as string))) return undefined;
  return page as JournalPage;
}

function isSame(a: Made, b: Made): boolean {
  return a.kind === b.kind && a.name === b.name;
}
