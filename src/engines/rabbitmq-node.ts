import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createManagement, type Management } from '../client/management.ts';
import { LabError } from '../errors.ts';
import type { NodeRecord } from './broker-record.ts';
import type { Host } from './engine.ts';
import { isAlive, markOf } from './process-table.ts';
import { accepts } from './state-file.ts';

/** How long a node may take to accept connections, in milliseconds: it may have to read much, or to wait for others. */
const START_TIME = 120_000;
const PAUSE = 100;
/** How long an API that is coming up may take for one answer, in milliseconds. */
const ANSWER_TIME = 2_000;
/** Lines of a log that stand in an error. */
const LAST_LINES = 12;

/** What nodes of one cluster have in common. */
export interface ClusterPlan {
  /** The folder of their data. */
  readonly folder: string;
  /** The program that runs a server. */
  readonly program: string;
  readonly epmdPort: number;
  readonly memoryLimit?: number;
}

/** Makes what a node is configured by, in a folder of its own. */
export function configureNode({ node, name, url, api }: NodeRecord, first: string, plan: ClusterPlan): void {
  const folder = folderOf(plan, node);
  mkdirSync(join(folder, 'data'), { recursive: true, mode: 0o700 });
  const lines = [
    `listeners.tcp.default = ${new URL(url).host}`,
    'management.tcp.ip = 127.0.0.1',
    `management.tcp.port = ${new URL(api).port}`,
    'cluster_name = rmq-lab',
    ...(plan.memoryLimit === undefined ? [] : [`vm_memory_high_watermark.absolute = ${plan.memoryLimit}`]),
    // the first founds the cluster, the others join it
    ...(name === first
      ? []
      : [
          'cluster_formation.peer_discovery_backend = classic_config',
          `cluster_formation.classic_config.nodes.1 = ${first}`,
          `cluster_formation.classic_config.nodes.2 = ${name}`,
        ]),
  ];
  writeFileSync(join(folder, 'rabbitmq.conf'), `${lines.join('\n')}\n`);
  writeFileSync(join(folder, 'enabled_plugins'), '[rabbitmq_management].\n');
  writeCookie(plan);
}

/** Starts a node, which outlives this process; `log` gets what it writes. Answers before it accepts connections. */
export async function launchNode(node: NodeRecord, plan: ClusterPlan, distPort: number, log: string, host: Host): Promise<NodeRecord> {
  const folder = folderOf(plan, node.node);
  const output = openSync(log, 'w', 0o600);
  try {
    const child = spawn(plan.program, [], {
      detached: true,
      cwd: folder,
      env: nodeEnvironment(node.name, folder, plan, distPort, host.env),
      stdio: ['ignore', output, output],
    });
    await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject));
    child.unref();
    // it becomes the server without changing its number
    return { ...node, ...(await markOf(child.pid ?? 0)) };
  } catch (cause) {
    throw new LabError('unreachable', `${plan.program} cannot be run: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  } finally {
    closeSync(output);
  }
}

/** Waits until a node accepts connections, as one of so many that run. Answers its version. Fails with a LabError and its last words. */
export async function awaitNode(node: NodeRecord, size: number, log: string, host: Host, signal: AbortSignal): Promise<string> {
  const { pid = 0, born, url, api, name } = node;
  const management = createManagement({ address: api, username: 'guest', password: 'guest', timeout: ANSWER_TIME });
  const mark = { pid, ...(born === undefined ? {} : { born }) };
  for (const deadline = performance.now() + START_TIME; performance.now() < deadline; await sleep(PAUSE)) {
    if (signal.aborted) throw signal.reason;
    if (!(await isAlive(mark, host))) throw failure(`${name} ended before it accepted connections`, log);
    if (!(await accepts(api))) continue;
    // it listens before it knows its users
    const found = await lookAt(management);
    if (found === undefined) continue;
    const { version, answering, listeners, running } = found;
    if (answering !== name) throw taken(api, answering);
    const port = Number(new URL(url).port);
    const listens = listeners.some((listener) => listener.node === name && listener.protocol === 'amqp' && listener.port === port);
    if (running >= size && listens && (await accepts(url))) return version;
  }
  throw failure(`${name} did not accept connections within ${START_TIME / 1000} s`, log);
}

/** What answers an API: a node with its version, where all nodes listen, and how many of them run. */
interface Found {
  readonly version: string;
  readonly answering: string;
  readonly listeners: readonly { readonly node?: unknown; readonly protocol?: unknown; readonly port?: unknown }[];
  readonly running: number;
}

/** Undefined as long as it does not answer as it should. */
async function lookAt(management: Management): Promise<Found | undefined> {
  try {
    const { rabbitmq_version: version, node: answering, listeners = [] } = (await management.get<Overview>('/api/overview')) ?? {};
    const nodes = (await management.get<readonly { readonly running?: unknown }[]>('/api/nodes')) ?? [];
    if (typeof version !== 'string' || typeof answering !== 'string') return undefined;
    return { version, answering, listeners, running: nodes.filter(({ running }) => running === true).length };
  } catch (cause) {
    if (!(cause instanceof LabError)) throw cause;
    return undefined;
  }
}

interface Overview {
  readonly rabbitmq_version?: unknown;
  readonly node?: unknown;
  readonly listeners?: Found['listeners'];
}

/** While it booted, somebody else took a port that had been free. */
function taken(api: string, answering: string): LabError {
  return new LabError('unreachable', `another broker answers at ${api}: ${answering}`, {
    hint: 'give other ports: --port 5673 --api-port 15673',
  });
}

function failure(message: string, log: string): LabError {
  const lines = existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n').slice(-LAST_LINES) : [];
  return new LabError('unreachable', message, { detail: lines.join('\n'), hint: `look at all of it: ${log}` });
}

/** Where a node writes what happens, in the state folder. */
export function nodeLog(folder: string, node: number): string {
  return join(folder, `broker-rabbitmq-${node}.log`);
}

function folderOf(plan: ClusterPlan, node: number): string {
  return join(plan.folder, `node-${node}`);
}

/** Only nodes that know the same word let each other in. The home folder of a cluster is where they look for it. */
function writeCookie({ folder }: ClusterPlan): void {
  const file = join(folder, '.erlang.cookie');
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString('base64url'), { mode: 0o400 });
}

/** Nothing that speaks of another server is handed on. */
function nodeEnvironment(name: string, folder: string, plan: ClusterPlan, distPort: number, env: Host['env']): NodeJS.ProcessEnv {
  const { PATH, TMPDIR, LANG = 'C.UTF-8' } = env;
  return {
    ...(PATH === undefined ? {} : { PATH }),
    ...(TMPDIR === undefined ? {} : { TMPDIR }),
    LANG,
    HOME: plan.folder,
    ERL_EPMD_ADDRESS: '127.0.0.1',
    ERL_EPMD_PORT: String(plan.epmdPort),
    ERL_CRASH_DUMP_SECONDS: '0',
    ERL_AFLAGS: '-kernel inet_dist_use_interface {127,0,0,1}',
    RABBITMQ_NODENAME: name,
    RABBITMQ_DIST_PORT: String(distPort),
    RABBITMQ_CONF_ENV_FILE: '/dev/null',
    RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq.conf'),
    RABBITMQ_CONFIG_FILES: join(folder, 'conf.d'),
    RABBITMQ_ADVANCED_CONFIG_FILE: join(folder, 'advanced.config'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'enabled_plugins'),
    RABBITMQ_MNESIA_BASE: join(folder, 'data'),
    RABBITMQ_LOG_BASE: folder,
    RABBITMQ_LOGS: '-',
    // it takes signals itself then, with no shell between
    RUNNING_UNDER_SYSTEMD: 'true',
    // a server for learning shares its machine
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '+S 2:2 +stbt u +sbwt none +sbwtdcpu none +sbwtdio none',
  };
}
