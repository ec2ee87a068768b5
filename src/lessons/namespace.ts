import { randomInt } from 'node:crypto';
import type { Management } from '../client/management.ts';
import { showAddress, type Target } from '../client/target.ts';
import { LabError } from '../errors.ts';
import { environmentFor } from './join.ts';
import { type Journal, openJournal } from './journal.ts';
import type { Lesson } from './lesson.ts';
import { createLock } from './lock.ts';
import { type Made, madeBy, madeByLesson } from './made.ts';
import type { Ran } from './request.ts';

/** The place on a broker in which a lesson works. */
export interface Namespace {
  readonly vhost: string;
  readonly temporary: boolean;
  /** Of what is in it, what is the lesson's; undefined: everything. */
  readonly made: readonly Made[] | undefined;
  /** Runs a command line in it; what the line makes is on record before. `signal`, when given, ends it in place of Ctrl-C. */
  run(argv: readonly string[], signal?: AbortSignal): Promise<Ran>;
  /** Removes what is in it, not itself. */
  clear(): Promise<void>;
}

/** Runs a command line with an environment laid over this one's; `signal`, when given, ends it in place of Ctrl-C. */
export type RunWith = (argv: readonly string[], env: Record<string, string>, signal?: AbortSignal) => Promise<Ran>;

/** What is needed to make one. */
export interface NamespaceOptions {
  readonly lesson: Lesson;
  readonly target: Target;
  /** Where the journal is kept; undefined where a crash leaves nothing, since the broker ends with it. */
  readonly folder: string | undefined;
  /** Runs a command line with an environment laid over this one's; `signal`, when given, ends it in place of Ctrl-C. */
  readonly run: RunWith;
  /** Told when something could not be removed. */
  readonly warn: (line: string) => void;
}

/** Gives the lesson a vhost of its own, made for it and removed after it, whatever happens. */
export async function withTemporaryVhost<T>(
  options: NamespaceOptions & { readonly management: () => Promise<Management> },
  use: (namespace: Namespace) => Promise<T>,
): Promise<T> {
  const vhost = `rmq-lab-${options.lesson.id}-${randomName()}`;
  const path = `/api/vhosts/${encodeURIComponent(vhost)}`;
  const username = options.target.addresses[0]?.username ?? 'guest';
  const management = await options.management();
  // asked before anything is made: who cannot be reached has nothing to be removed
  await management.get('/api/overview').catch(adviseHere);
  let there = true;
  const make = async () => {
    await management.put(path).catch((cause: unknown) => {
      // a plain no: then there is nothing to remove either
      there = !(cause instanceof LabError && (cause.kind === 'access-refused' || cause.kind === 'refused'));
      throw cause;
    });
    const permissions = `/api/permissions/${encodeURIComponent(vhost)}/${encodeURIComponent(username)}`;
    await management.put(permissions, { configure: '.*', write: '.*', read: '.*' });
  };
  const env = environmentFor(options.target, vhost);
  return withJournal(options, { vhost, temporary: true }, async () => ({
    begin: () => make().catch(adviseHere),
    end: async () => {
      if (there) await management.delete(path);
    },
    use: () =>
      use({
        vhost,
        temporary: true,
        made: undefined,
        run: (argv, signal) => options.run(argv, env, signal),
        clear: async () => {
          await management.delete(path);
          await make();
        },
      }),
  }));
}

/** Lets the lesson work in the vhost as it is, with the names as written: refuses when one exists, removes exactly what it made. */
export async function withGivenVhost<T>(options: NamespaceOptions, use: (namespace: Namespace) => Promise<T>): Promise<T> {
  const vhost = options.target.addresses[0]?.vhost ?? '/';
  const env = environmentFor(options.target, vhost);
  const run: Namespace['run'] = (argv, signal) => options.run(argv, env, signal);
  const taken: Made[] = [];
  for (const made of madeByLesson(options.lesson)) if (!(await isAbsent(run, made))) taken.push(made);
  if (taken.length > 0) {
    const names = taken.map(({ kind, name }) => `${kind} '${name}'`).join(', ');
    throw new LabError('condition', `the lesson makes ${names}, and that exists in the vhost ${vhost} already`, {
      hint: 'without --here the lesson gets a vhost of its own; or name another one: --vhost NAME',
    });
  }
  return withJournal(options, { vhost, temporary: false }, async (journal) => {
    const remove = async () => {
      for (const made of [...journal.made].reverse()) {
        await removeMade(options.run, env, made);
        journal.forget(made);
      }
    };
    return {
      begin: async () => undefined,
      end: remove,
      use: () =>
        use({
          vhost,
          temporary: false,
          get made() {
            return journal.made;
          },
          async run(argv, signal) {
            const all: Made[] = [];
            for (const made of madeBy(argv)) if (await isAbsent(run, made)) all.push(made);
            for (const made of all) journal.record(made);
            const ran = await run(argv, signal);
            for (const made of all) if (ran.exitCode !== 0 && (await isAbsent(run, made))) journal.forget(made);
            return ran;
          },
          clear: remove,
        }),
    };
  });
}

/** Deletes a queue or an exchange, with all that is in it. Ctrl-C does not stop it: it is what Ctrl-C asks for. */
export async function removeMade(run: RunWith, env: Record<string, string>, { kind, name }: Made): Promise<void> {
  const ran = await run([`delete-${kind}`, '--yes', '--', name], env, new AbortController().signal);
  if (ran.exitCode !== 0) throw failureOf(ran, `cannot delete ${kind} '${name}'`);
}

interface Stage<T> {
  readonly begin: () => Promise<void>;
  readonly use: () => Promise<T>;
  readonly end: () => Promise<void>;
}

/** Holds lock and journal around a stage; when its end fails, the journal stays for `rmq-lab clean`. */
async function withJournal<T>(
  { lesson, target, folder, warn }: NamespaceOptions,
  place: { readonly vhost: string; readonly temporary: boolean },
  stage: (journal: Journal) => Promise<Stage<T>>,
): Promise<T> {
  const broker = brokerOf(target);
  const lock = await createLock();
  try {
    const journal = openJournal(folder, `${lesson.id}-${randomName()}`, { lesson: lesson.id, broker, ...place, made: [], lock: lock.mark });
    const { begin, use, end } = await stage(journal);
    try {
      await begin();
      return await use();
    } finally {
      await end().then(journal.close, (cause: unknown) => {
        warn(`could not remove what the lesson made: ${cause instanceof Error ? cause.message : String(cause)}`);
        warn('try: rmq-lab clean, once the broker can be reached');
      });
    }
  } finally {
    await lock.release();
  }
}

/** The address of a broker as journals write it: without password and vhost. */
export function brokerOf(target: Target): string {
  return target.addresses.map((address) => showAddress({ ...address, vhost: '/' })).join(',');
}

async function isAbsent(run: Namespace['run'], { kind, name }: Made): Promise<boolean> {
  const ran = await run(['expect', kind, '--absent', '--within', '0', '--', name]);
  if (ran.exitCode === 0 || ran.exitCode === 7) return ran.exitCode === 0;
  throw failureOf(ran, `cannot find out whether ${kind} '${name}' exists`);
}

function failureOf(ran: Ran, what: string): LabError {
  const why =
    ran.stderr
      .trim()
      .split('\n')[0]
      ?.replace(/^error: /, '') ?? '';
  return new LabError(ran.exitCode === 4 ? 'access-refused' : ran.exitCode === 5 ? 'unreachable' : 'refused', `${what}: ${why}`);
}

function adviseHere(cause: unknown): never {
  if (!(cause instanceof LabError) || cause.kind === 'unexpected') throw cause;
  throw new LabError(cause.kind, `a lesson needs a vhost of its own, and it could not be made: ${cause.message}`, {
    cause,
    hint: `add --here to work in the given vhost instead${cause.hint === undefined ? '' : `; or: ${cause.hint}`}`,
  });
}

/** Six letters and digits: enough that two lessons at once do not meet. */
function randomName(): string {
  return Array.from({ length: 6 }, () => randomInt(36).toString(36)).join('');
}
