import type { Management } from '../client/management.ts';
import type { Target } from '../client/target.ts';
import { environmentFor } from './join.ts';
import { type FoundPage, readJournals, removePage } from './journal.ts';
import { askLock } from './lock.ts';
import { brokerOf, type RunWith, removeMade } from './namespace.ts';

/** What became of what one lesson left. */
export interface Cleaned {
  readonly lesson: string;
  readonly vhost: string;
  readonly broker: string;
  /** `running`: the lesson goes on. `elsewhere`: on another broker, or begun on another machine. */
  readonly state: 'removed' | 'running' | 'elsewhere' | 'failed';
  /** What was removed, or why nothing was. */
  readonly detail: string;
}

/** What is needed to clean up. */
export interface CleanOptions {
  readonly target: Target;
  readonly folder: string;
  readonly management: () => Promise<Management>;
  readonly run: RunWith;
}

/** Removes what interrupted lessons left on this broker; what a lesson still uses stays. */
export async function cleanUp(options: CleanOptions): Promise<Cleaned[]> {
  const cleaned: Cleaned[] = [];
  for (const found of readJournals(options.folder)) cleaned.push(await cleanPage(options, found));
  return cleaned;
}

async function cleanPage(options: CleanOptions, { file, page }: FoundPage): Promise<Cleaned> {
  if (page === undefined)
    return { lesson: '', vhost: '', broker: '', state: 'failed', detail: `${file} is damaged: look at it, then remove it` };
  const { lesson, vhost, broker, temporary, made, lock } = page;
  const result = (state: Cleaned['state'], detail: string): Cleaned => ({ lesson, vhost, broker, state, detail });
  const held = await askLock(lock);
  if (held === 'held') return result('running', 'the lesson is still running');
  if (held === 'elsewhere') return result('elsewhere', `begun on ${lock.host}: run rmq-lab clean there, or remove ${file}`);
  if (broker !== brokerOf(options.target)) return result('elsewhere', `run rmq-lab clean --url ${broker} (with its password)`);
  try {
    if (temporary) {
      await (await options.management()).delete(`/api/vhosts/${encodeURIComponent(vhost)}`);
    } else {
      const env = environmentFor(options.target, vhost);
      for (const entry of [...made].reverse()) await removeMade(options.run, env, entry);
    }
  } catch (cause) {
    return result('failed', cause instanceof Error ? cause.message : String(cause));
  }
  removePage(file);
  return result('removed', temporary ? `vhost ${vhost}` : made.map(({ kind, name }) => `${kind} ${name}`).join(', '));
}

/** How many lessons left something behind, on whatever broker: those that ended without an end. */
export async function countLeftovers(folder: string): Promise<number> {
  let count = 0;
  for (const { page } of readJournals(folder)) {
    if (page === undefined || (await askLock(page.lock)) === 'free') count += 1;
  }
  return count;
}
