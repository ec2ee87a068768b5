import { connect } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { claim, discard, readIfThere } from './claim.ts';
import type { Host, RunningBroker } from './engine.ts';
import { runsBroker } from './process-table.ts';

/** What a broker that is up leaves in the state folder, so that others find it. */
export interface BrokerRecord extends RunningBroker {
  /** ISO 8601 */
  readonly startedAt: string;
  /** The machine, or container: a process number of another one means nothing here. */
  readonly host: string;
  /** Where it writes what happens; absent when that is a terminal. */
  readonly log?: string;
  /** What it was started with, for the next start. */
  readonly strict?: boolean;
  readonly memoryLimit?: number;
}

/** How long an address may take to accept a connection, in milliseconds: a busy broker is slow. */
const PATIENCE = 2_000;

/**
 * The broker of this state folder: undefined when there is none that accepts connections. The record of one that is gone is removed; that
 * of one which lives and does not answer is left.
 */
export async function findRunning(folder: string, host: Host): Promise<BrokerRecord | undefined> {
  const record = await findRecorded(folder, host);
  return record !== undefined && (await accepts(record.url)) ? record : undefined;
}

/** The broker of this state folder as long as its process lives, whether or not it answers. The record of one that is gone is removed. */
export async function findRecorded(folder: string, host: Host): Promise<BrokerRecord | undefined> {
  const file = fileOf(folder);
  const text = readIfThere(file);
  if (text === undefined) return undefined;
  const record = parseRecord(text);
  // one of another machine may live
  if (record !== undefined && record.host !== hostname()) return undefined;
  if (record !== undefined && (await runsBroker(record.pid, host))) return record;
  discard(file, text);
  return undefined;
}

/** Enters a broker. Answers undefined, or the one that is entered already and lives. @throws the error of the file system. */
export async function enter(folder: string, record: BrokerRecord, host: Host): Promise<BrokerRecord | undefined> {
  const found = await claim(fileOf(folder), formatRecord(record), async (text) => {
    const other = parseRecord(text);
    return other === undefined || other.host !== hostname() || !(await runsBroker(other.pid, host));
  });
  return found === undefined ? undefined : parseRecord(found);
}

/** Removes a broker's record, if it still is that one's. */
export function strike(folder: string, record: BrokerRecord): void {
  discard(fileOf(folder), formatRecord(record));
}

function fileOf(folder: string): string {
  return join(folder, 'broker.json');
}

function formatRecord(record: BrokerRecord): string {
  return `${JSON.stringify(record, undefined, 2)}\n`;
}

/** Undefined when this is no record: it is replaced then. */
export function parseRecord(text: string): BrokerRecord | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof json !== 'object' || json === null) return undefined;
  const { engine, url, api, pid, version, startedAt, host, log, strict, memoryLimit } = json as Record<string, unknown>;
  // a signal to 0, 1 or a negative number would reach others
  if (engine !== 'lab' || !Number.isSafeInteger(pid) || (pid as number) < 2) return undefined;
  if (!isAddress(url, 'amqp:') || !isAddress(api, 'http:')) return undefined;
  if (typeof version !== 'string' || typeof startedAt !== 'string' || typeof host !== 'string') return undefined;
  return {
    ...{ engine, url, api, pid: pid as number, version, startedAt, host },
    ...(typeof log === 'string' ? { log } : {}),
    ...(typeof strict === 'boolean' ? { strict } : {}),
    ...(typeof memoryLimit === 'number' ? { memoryLimit } : {}),
  };
}

/** Whether it is an address on loopback: whoever could write the file could otherwise send commands elsewhere. */
function isAddress(text: unknown, protocol: string): text is string {
  if (typeof text !== 'string' || !URL.canParse(text)) return false;
  const url = new URL(text);
  return url.protocol === protocol && url.hostname === '127.0.0.1' && url.port !== '';
}

function accepts(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port: Number(new URL(url).port) });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(PATIENCE, () => end(false));
    socket.on('error', () => end(false));
    socket.on('connect', () => end(true));
  });
}
