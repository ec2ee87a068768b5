import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { promisify } from 'node:util';
import type { Host } from './engine.ts';

const run = promisify(execFile);

/**
 * Whether the process runs a lab broker. Its number alone says nothing, for it may be another's by now; and a process that has ended
 * keeps it for as long as nobody has asked how.
 */
export async function runsBroker(pid: number, host: Host): Promise<boolean> {
  if (!host.signal(pid, 0)) return false;
  const words = await commandLine(pid);
  // where nobody can say what it is, it is taken for what it was
  return words === undefined || (words.includes('broker') && words.includes('run'));
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
