import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { promisify } from 'node:util';
import type { ProcessMark } from './broker-record.ts';
import type { Host } from './engine.ts';

const run = promisify(execFile);

/**
 * Whether it is still there: a process that has ended keeps its number for as long as nobody has asked how, and then the number may be
 * another's.
 */
export async function isAlive({ pid, born }: ProcessMark, host: Host): Promise<boolean> {
  if (!host.signal(pid, 0)) return false;
  const now = await beginningOf(pid);
  // where nobody can say what it is, it is taken for what it was
  return now === undefined || (now !== ENDED && (born === undefined || born === now));
}

/** A running process, by what tells it from all others. */
export async function markOf(pid: number): Promise<ProcessMark> {
  const born = await beginningOf(pid);
  return born === undefined || born === ENDED ? { pid } : { pid, born };
}

const ENDED = 'ended';

/** When a process began, in the system's own words: 'ended' of one that has ended, undefined when it cannot be found out. */
async function beginningOf(pid: number): Promise<string | undefined> {
  try {
    // the second word is the program's name, in brackets, and may hold anything
    const words = readFileSync(`/proc/${pid}/stat`, 'utf8').split(')').at(-1)?.trim().split(' ') ?? [];
    return words[0] === 'Z' || words[0] === 'X' ? ENDED : words[19];
  } catch {
    // no /proc (macOS), or none for us
  }
  try {
    const { stdout } = await run('ps', ['-o', 'stat=', '-o', 'lstart=', '-p', String(pid)]);
    const [state = '', ...began] = stdout.trim().split(/\s+/);
    return state.startsWith('Z') ? ENDED : began.join(' ');
  } catch {
    return undefined;
  }
}

/** Who listens on a port, for people: `beam.smp (pid 812)`. Undefined when that cannot be found out: it may be another user's. */
export async function portHolder(port: number): Promise<string | undefined> {
  const pid = (await holderFromProc(port)) ?? (await holderFromLsof(port));
  if (pid === undefined) return undefined;
  const words = await commandLine(pid);
  return words === undefined || words.length === 0 ? `process ${pid}` : `${shortName(words)} (pid ${pid})`;
}

/** The words of a process's command line: none of one that has ended, undefined when it cannot be found out. */
async function commandLine(pid: number): Promise<readonly string[] | undefined> {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      .split('\0')
      .filter((word) => word !== '');
  } catch {
    // no /proc (macOS), or none for us
  }
  try {
    const { stdout } = await run('ps', ['-ww', '-o', 'command=', '-p', String(pid)]);
    return stdout.split(/\s+/).filter((word) => word !== '');
  } catch {
    return undefined;
  }
}

/** A program by its name, and what a runtime runs, but no further arguments: passwords may be among them. */
function shortName([program = '', script = '']: readonly string[]): string {
  const name = program.split('/').at(-1) ?? program;
  return /^(node|python|ruby|java)/.test(name) && /^[^-]/.test(script) ? `${name} ${script.split('/').at(-1)}` : name;
}

async function holderFromProc(port: number): Promise<number | undefined> {
  const sockets = new Set(['tcp', 'tcp6'].flatMap((table) => listening(table, port)));
  if (sockets.size === 0) return undefined;
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).find((pid) => linksOf(pid).some((link) => sockets.has(link)));
}

/** The sockets that listen on a port, as they are called among a process's open files. */
function listening(table: string, port: number): string[] {
  try {
    const rows = readFileSync(`/proc/net/${table}`, 'utf8').split('\n').slice(1);
    const hex = port.toString(16).toUpperCase().padStart(4, '0');
    return rows.flatMap((row) => {
      const [, local = '', , state, , , , , , inode] = row.trim().split(/\s+/);
      return local.endsWith(`:${hex}`) && state === '0A' ? [`socket:[${inode}]`] : [];
    });
  } catch {
    return [];
  }
}

function linksOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((name) => linkOf(`/proc/${pid}/fd/${name}`));
  } catch {
    return [];
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

async function holderFromLsof(port: number): Promise<number | undefined> {
  try {
    const { stdout } = await run('lsof', ['-nP', '-t', `-iTCP:${port}`, '-sTCP:LISTEN']);
    return Number.parseInt(stdout, 10) || undefined;
  } catch {
    return undefined;
  }
}
