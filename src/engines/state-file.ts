import { readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { besides, claim, discard, readIfThere } from '../lab-broker/store/claim.ts';
import { type BrokerRecord, formatRecord, type NodeRecord, parseRecord } from './broker-record.ts';
import type { EngineName, Host } from './engine.ts';
import { isAlive } from './process-table.ts';

/** A place in the state folder, which holds one broker: that of each engine has its own, and so has that of each process that plays a lesson. */
export type Slot = EngineName | `lesson-${number}`;

/** How long an address may take to accept a connection, in milliseconds: a busy broker is slow. */
const PATIENCE = 2_000;

/**
 * All brokers of this state folder that accept connections; the first is the one that commands use. Those that somebody started come
 * first, the oldest before the others; then those of lessons, the newest first. Records of those gone are removed.
 */
export async function findAllRunning(folder: string, host: Host): Promise<BrokerRecord[]> {
  const found = await Promise.all(slotsIn(folder).map((slot) => findRunning(folder, slot, host)));
  return found.filter((record) => record !== undefined).sort(inOrder);
}

/** The engines that somebody started a broker of, whose processes live, whether or not it answers. Records of those gone are removed. */
export async function findEngines(folder: string, host: Host): Promise<EngineName[]> {
  const found = await Promise.all(slotsIn(folder).map((slot) => findRecorded(folder, slot, host)));
  return found
    .filter((record) => record !== undefined)
    .filter(({ lesson }) => lesson === undefined)
    .sort(inOrder)
    .map(({ engine }) => engine);
}

function inOrder(a: BrokerRecord, b: BrokerRecord): number {
  if ((a.lesson === undefined) !== (b.lesson === undefined)) return a.lesson === undefined ? -1 : 1;
  return (a.startedAt < b.startedAt ? -1 : 1) * (a.lesson === undefined ? 1 : -1);
}

/**
 * The broker in this place: undefined when there is none that accepts connections. The record of one that is gone is removed; that of one
 * which lives and does not answer is left.
 */
export async function findRunning(folder: string, slot: Slot, host: Host): Promise<BrokerRecord | undefined> {
  const record = await findRecorded(folder, slot, host);
  if (record?.nodes === undefined) return record !== undefined && (await accepts(record.url)) ? record : undefined;
  const accepting = await Promise.all(record.nodes.map(async (node) => node.pid !== undefined && (await accepts(node.url))));
  const first = record.nodes.find((_, at) => accepting[at]);
  return first === undefined ? undefined : headedBy(record, first);
}

/** The broker in this place as long as a process of it lives, whether or not it answers. The record of one that is gone is removed. */
export async function findRecorded(folder: string, slot: Slot, host: Host): Promise<BrokerRecord | undefined> {
  const file = fileOf(folder, slot);
  const text = readIfThere(file);
  if (text === undefined) return undefined;
  const record = parseRecord(text);
  // one of another machine may live
  if (record !== undefined && record.host !== hostname()) return undefined;
  const living = record === undefined ? undefined : await livingPart(record, host);
  if (living !== undefined) return living;
  removeStale(file, text);
  return undefined;
}

/** What cannot be removed is in nobody's way: it is stale for the next one, too. */
function removeStale(file: string, text: string): void {
  try {
    discard(file, text);
  } catch {
    // a folder that takes nothing
  }
}

/** Enters a broker. Answers undefined, or the one that is entered already and lives. @throws the error of the file system. */
export async function enter(folder: string, slot: Slot, record: BrokerRecord, host: Host): Promise<BrokerRecord | undefined> {
  const found = await claim(fileOf(folder, slot), formatRecord(record), async (text) => {
    const other = parseRecord(text);
    return other === undefined || other.host !== hostname() || (await livingPart(other, host)) === undefined;
  });
  return found === undefined ? undefined : parseRecord(found);
}

/** Writes a record anew, at once and whole. Only for whoever keeps all others out by the engine's lock. @throws the error of the file system. */
export function amend(folder: string, slot: Slot, record: BrokerRecord): void {
  const file = fileOf(folder, slot);
  const aside = besides(file);
  try {
    writeFileSync(aside, formatRecord(record), { flag: 'wx', mode: 0o600 });
    renameSync(aside, file);
  } catch (cause) {
    rmSync(aside, { force: true });
    throw cause;
  }
}

/** Removes a broker's record, if it still is that one's. */
export function strike(folder: string, slot: Slot, record: BrokerRecord): void {
  discard(fileOf(folder, slot), formatRecord(record));
}

/** Removes whatever record is there. Only for whoever keeps all others out by the engine's lock. */
export function clear(folder: string, slot: Slot): void {
  rmSync(fileOf(folder, slot), { force: true });
}

/** The lock of those who start and stop the broker in this place. */
export function lockOf(folder: string, slot: Slot): string {
  return join(folder, `broker-${slot}.lock`);
}

/** Where the broker in this place writes what happens. */
export function logOf(folder: string, slot: Slot): string {
  return join(folder, `broker-${slot}.log`);
}

function fileOf(folder: string, slot: Slot): string {
  return join(folder, `broker-${slot}.json`);
}

function slotsIn(folder: string): Slot[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  return names.flatMap((name) => (/^broker-([a-z0-9-]+)\.json$/.exec(name)?.[1] as Slot | undefined) ?? []);
}

/** The record with only those processes that live; undefined when none does. */
async function livingPart(record: BrokerRecord, host: Host): Promise<BrokerRecord | undefined> {
  // only its engine can say more, and asks another program
  if (record.container !== undefined) return record;
  if (record.nodes === undefined) return (await isAlive(record, host)) ? record : undefined;
  const nodes = await Promise.all(
    record.nodes.map(async ({ pid, born, ...node }): Promise<NodeRecord> => {
      const mark = pid === undefined ? undefined : { pid, ...(born === undefined ? {} : { born }) };
      return mark !== undefined && (await isAlive(mark, host)) ? { ...node, ...mark } : node;
    }),
  );
  const first = nodes.find((node) => node.pid !== undefined);
  return first === undefined ? undefined : headedBy({ ...record, nodes }, first);
}

/** The record with this node's addresses for the whole broker's. */
function headedBy(record: BrokerRecord, { url, api, pid = record.pid, born }: NodeRecord): BrokerRecord {
  const { born: _, ...rest } = record;
  return { ...rest, url, api, pid, ...(born === undefined ? {} : { born }) };
}

/** Whether connections are accepted at an address of this machine. */
export function accepts(url: string): Promise<boolean> {
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
