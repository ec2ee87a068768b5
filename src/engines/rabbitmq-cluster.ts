import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { LabError } from '../errors.ts';
import { readIfThere } from '../lab-broker/store/claim.ts';
import type { BrokerRecord, NodeRecord } from './broker-record.ts';
import { endProcess } from './end-process.ts';
import type { Host, Started, StartOptions } from './engine.ts';
import { endEpmd } from './epmd.ts';
import { AMQP_PORT, apiPortOf, expectFree, freePorts } from './ports.ts';
import { awaitNode, type ClusterPlan, configureNode, launchNode, nodeLog } from './rabbitmq-node.ts';
import { findServer } from './rabbitmq-server.ts';
import { accepts, amend, clear, enter } from './state-file.ts';

const SLOT = 'rabbitmq';
/** How long a killed node may take to be gone, in milliseconds. */
const KILL_TIME = 5_000;

/** Where a cluster is run. */
export interface Surroundings {
  /** The state folder. */
  readonly folder: string;
  readonly host: Host;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Gives up a start, and takes back what it has begun. */
  readonly signal: AbortSignal;
}

/** Brings up all nodes, founding the cluster if it never was; `places` is where they have been, none of them up. Fails with a LabError; nothing is left running then. */
export async function createCluster(
  options: StartOptions,
  surroundings: Surroundings,
  places?: readonly NodeRecord[],
): Promise<BrokerRecord> {
  const { folder, host, now } = surroundings;
  const { nodes: size = 1, home = host.env.RABBITMQ_HOME ?? '', port = AMQP_PORT, apiPort = apiPortOf(port) } = options;
  // checked before anything is made
  findServer(options.home, host.env);
  const nodes = places?.length === size ? places : await placeNodes(size, port, apiPort);
  const [first] = nodes;
  if (first === undefined) throw new LabError('usage', 'a cluster has one node or more');
  const record: BrokerRecord = {
    engine: SLOT,
    ...{ url: first.url, api: first.api },
    // this one's, until there is another
    pid: host.pid,
    version: '',
    startedAt: new Date(now()).toISOString(),
    host: hostname(),
    options: { ...options, ...(home === '' ? {} : { home }), nodes: size, port: portOf(first.url), apiPort: portOf(first.api) },
    nodes,
  };
  const data = dataFolder(folder, size);
  const formed = formedFile(data);
  // half a cluster holds nothing that was confirmed, and would not let the rest in
  if (!existsSync(formed)) rmSync(data, { recursive: true, force: true });
  mkdirSync(data, { recursive: true, mode: 0o700 });
  await endStrayEpmd(folder);
  const [epmdPort = 0] = await freePorts(1);
  writeFileSync(epmdFile(folder), String(epmdPort));
  // the others need one to join
  let broker = existsSync(formed) ? record : await startNodes([first], record, surroundings, 1);
  const others = broker.nodes?.filter(({ pid }) => pid === undefined) ?? [];
  if (others.length > 0) {
    broker = await startNodes(others, broker, surroundings).catch(async (cause) => {
      const founder = broker.nodes?.find(({ pid }) => pid !== undefined);
      if (founder?.pid !== undefined) {
        await endProcess({ ...founder, pid: founder.pid }, 'kill', KILL_TIME, host);
        clear(folder, SLOT);
        await endStrayEpmd(folder);
      }
      throw cause;
    });
  }
  writeFileSync(formed, '');
  return broker;
}

/**
 * Goes on where a start was cut off: waits for those of these nodes that are coming up, as whoever launched them would have, and brings up
 * those that are down. Fails with a LabError; what was coming up is left to itself then.
 */
export async function completeNodes(wanted: readonly NodeRecord[], before: BrokerRecord, surroundings: Surroundings): Promise<Started> {
  const { folder, host, signal } = surroundings;
  const up = wanted.filter(({ pid }) => pid !== undefined);
  const ready = await Promise.all(up.map(({ url }) => accepts(url)));
  // nobody has seen the whole of it yet: it may listen before it knows its users
  const coming = before.version === '' ? up : up.filter((_, at) => ready[at] === false);
  const missing = wanted.filter(({ pid }) => pid === undefined);
  let broker = before;
  if (coming.length > 0) {
    const running = before.nodes?.filter(({ pid }) => pid !== undefined).length ?? 1;
    const waits = coming.map((node) => awaitNode(node, running, nodeLog(folder, node.node), host, signal));
    const versions = await Promise.all(waits).catch((cause: unknown) => {
      if (!(cause instanceof LabError)) throw cause;
      const { kind, message, detail } = cause;
      const hint = 'rmq-lab broker kill --engine rabbitmq, then start it again';
      throw new LabError(kind, message, { cause, hint, ...(detail === undefined ? {} : { detail }) });
    });
    broker = { ...broker, version: versions[0] ?? broker.version };
    amend(folder, SLOT, broker);
  }
  if (missing.length > 0) broker = await startNodes(missing, broker, surroundings);
  await noteFormed(broker, folder);
  return { already: coming.length + missing.length === 0, broker };
}

/** Notes that a cluster was whole once, if all of its nodes are up: its data are never thrown away from then on. */
export async function noteFormed({ nodes = [] }: BrokerRecord, folder: string): Promise<void> {
  const formed = formedFile(dataFolder(folder, nodes.length));
  if (existsSync(formed)) return;
  const ready = await Promise.all(nodes.map(async ({ pid, url }) => pid !== undefined && (await accepts(url))));
  if (ready.every((yes) => yes)) writeFileSync(formed, '');
}

/**
 * Starts nodes of a broker and waits until they accept connections. Fails with a LabError; those that it started are ended then, and with
 * a broker that has no other, its record. `size`: how many nodes must run, all of them unless given.
 */
export async function startNodes(
  wanted: readonly NodeRecord[],
  before: BrokerRecord,
  { folder, host, signal }: Surroundings,
  size?: number,
): Promise<BrokerRecord> {
  const all = before.nodes ?? [];
  const { memoryLimit } = before.options;
  const plan: ClusterPlan = {
    folder: dataFolder(folder, all.length),
    program: findServer(before.options.home, host.env),
    epmdPort: Number(readIfThere(epmdFile(folder)) ?? 0),
    ...(memoryLimit === undefined ? {} : { memoryLimit }),
  };
  const distPorts = await freePorts(wanted.length);
  const launched: NodeRecord[] = [];
  let record = before;
  try {
    for (const [at, node] of wanted.entries()) {
      await expectFree(portOf(node.url), '--port');
      await expectFree(portOf(node.api), '--api-port');
      configureNode(node, all[0]?.name ?? node.name, plan);
      const up = await launchNode(node, plan, distPorts[at] ?? 0, nodeLog(folder, node.node), host);
      launched.push(up);
      record = withNode(record, up);
      // told at once: whoever stops it must know of it, even if this process dies
      if (at > 0 || before.version !== '') amend(folder, SLOT, record);
      else await enter(folder, SLOT, record, host);
    }
    const running = size ?? record.nodes?.filter(({ pid }) => pid !== undefined).length ?? 1;
    const versions = await Promise.all(launched.map((node) => awaitNode(node, running, nodeLog(folder, node.node), host, signal)));
    record = { ...record, version: versions[0] ?? record.version };
    amend(folder, SLOT, record);
    return record;
  } catch (cause) {
    await Promise.all(launched.map((node) => endProcess({ ...node, pid: node.pid ?? 0 }, 'kill', KILL_TIME, host)));
    if (all.some(({ pid }) => pid !== undefined)) amend(folder, SLOT, before);
    else {
      clear(folder, SLOT);
      await endStrayEpmd(folder);
    }
    throw cause;
  }
}

/** Ends the port mapper that the nodes had among them, if it is still there and no node is. */
export async function endStrayEpmd(folder: string): Promise<void> {
  const file = epmdFile(folder);
  const port = Number(readIfThere(file) ?? 0);
  if (port > 0) await endEpmd(port);
  rmSync(file, { force: true });
}

function epmdFile(folder: string): string {
  return join(folder, 'broker-rabbitmq.epmd');
}

/** There once all nodes of a cluster were up. */
function formedFile(data: string): string {
  return join(data, 'formed');
}

/** Clusters of another size have other data: a node waits for all that it ever knew. */
function dataFolder(folder: string, size: number): string {
  return join(folder, `rabbitmq-${size}`);
}

function withNode(record: BrokerRecord, up: NodeRecord): BrokerRecord {
  const nodes = (record.nodes ?? []).map((node) => (node.node === up.node ? up : node));
  const first = nodes.find(({ pid }) => pid !== undefined) ?? up;
  const { url, api, pid = record.pid, born } = first;
  return { ...record, url, api, pid, ...(born === undefined ? {} : { born }), nodes };
}

/** Where the nodes will be: at the ports given and above, or where there is room. */
async function placeNodes(size: number, port: number, apiPort: number): Promise<NodeRecord[]> {
  const [last, lastApi] = [port + size - 1, apiPort + size - 1];
  if (Math.max(last, lastApi) > 65_535) {
    throw new LabError('usage', `${size} nodes have no room above ${last > 65_535 ? `--port ${port}` : `--api-port ${apiPort}`}`, {
      hint: 'give a lower one: each node has the next port',
    });
  }
  if (port > 0 && apiPort > 0 && Math.abs(port - apiPort) < size) {
    throw new LabError(
      'usage',
      `--port ${port} and --api-port ${apiPort} are too near each other: each of ${size} nodes has the next ports`,
      {
        hint: `leave out --api-port: it is ${apiPortOf(port)} then`,
      },
    );
  }
  const free = await freePorts(2 * size);
  return Array.from({ length: size }, (_, at) => ({
    node: at + 1,
    name: `rmq-lab-${at + 1}@localhost`,
    url: `amqp://127.0.0.1:${port === 0 ? free[2 * at] : port + at}`,
    api: `http://127.0.0.1:${apiPort === 0 ? free[2 * at + 1] : apiPort + at}`,
  }));
}

function portOf(address: string): number {
  return Number(new URL(address).port);
}
