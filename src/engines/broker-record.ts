import type { EngineName, RunningBroker, RunningNode, StartOptions } from './engine.ts';

/** A process by its number and the moment it began, as the system tells it: numbers are given out again. */
export interface ProcessMark {
  readonly pid: number;
  /** Absent where the system does not tell. */
  readonly born?: string;
}

/** A node as it is recorded. */
export interface NodeRecord extends RunningNode {
  /** Absent while it is down, and where the system does not tell. */
  readonly born?: string;
}

/** What a broker that is up leaves in the state folder, so that others find it. */
export interface BrokerRecord extends RunningBroker, ProcessMark {
  /** ISO 8601 */
  readonly startedAt: string;
  /** The machine, or container: a process number of another one means nothing here. */
  readonly host: string;
  /** Where it writes what happens; absent when that is a terminal. */
  readonly log?: string;
  /** What it was started with, for the next start; its ports are the ones that it has. */
  readonly options: StartOptions;
  readonly nodes?: readonly NodeRecord[];
  /** The container that it runs in: its process may be another machine's then. */
  readonly container?: string;
}

/** A record as a file holds it. */
export function formatRecord(record: BrokerRecord): string {
  return `${JSON.stringify(record, undefined, 2)}\n`;
}

const ENGINES: readonly unknown[] = ['lab', 'rabbitmq', 'docker'] satisfies EngineName[];

/** Undefined when this is no record: it is replaced then. */
export function parseRecord(text: string): BrokerRecord | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(json)) return undefined;
  const { engine, url, api, pid, version, startedAt, host, log, options, nodes, born, container, lesson } = json;
  if (!ENGINES.includes(engine) || !isPid(pid) || !isAddress(url, 'amqp:') || !isAddress(api, 'http:')) return undefined;
  if (typeof version !== 'string' || typeof startedAt !== 'string' || typeof host !== 'string' || !isObject(options)) return undefined;
  const parsedNodes = nodes === undefined ? undefined : parseNodes(nodes);
  if (nodes !== undefined && parsedNodes === undefined) return undefined;
  if (lesson !== undefined && !isLesson(lesson)) return undefined;
  return {
    ...{ engine: engine as EngineName, url, api, pid, version, startedAt, host },
    ...(typeof log === 'string' ? { log } : {}),
    options: Object.fromEntries(Object.entries(options).filter(([, value]) => typeof value !== 'object')),
    ...(parsedNodes === undefined ? {} : { nodes: parsedNodes }),
    ...(lesson !== undefined ? { lesson: { id: lesson.id, vhost: lesson.vhost } } : {}),
    ...(typeof born === 'string' ? { born } : {}),
    ...(typeof container === 'string' ? { container } : {}),
  };
}

function parseNodes(json: unknown): NodeRecord[] | undefined {
  if (!Array.isArray(json) || json.length === 0) return undefined;
  const nodes = json.map(parseNode);
  return nodes.every((node) => node !== undefined) ? nodes : undefined;
}

function parseNode(json: unknown): NodeRecord | undefined {
  if (!isObject(json)) return undefined;
  const { node, name, url, api, pid, born } = json;
  if (!Number.isSafeInteger(node) || typeof name !== 'string' || !isAddress(url, 'amqp:') || !isAddress(api, 'http:')) return undefined;
  if (pid !== undefined && !isPid(pid)) return undefined;
  return { node: node as number, name, url, api, ...(pid === undefined ? {} : { pid }), ...(typeof born === 'string' ? { born } : {}) };
}

function isLesson(json: unknown): json is { readonly id: string; readonly vhost: string } {
  return isObject(json) && typeof json.id === 'string' && typeof json.vhost === 'string';
}

function isObject(json: unknown): json is Record<string, unknown> {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

/** A signal to 0, 1 or a negative number would reach others. */
function isPid(pid: unknown): pid is number {
  return Number.isSafeInteger(pid) && (pid as number) >= 2;
}

/** Whether it is an address on loopback: whoever could write the file could otherwise send commands elsewhere. */
function isAddress(text: unknown, protocol: string): text is string {
  if (typeof text !== 'string' || !URL.canParse(text)) return false;
  const url = new URL(text);
  return url.protocol === protocol && url.hostname === '127.0.0.1' && url.port !== '';
}
