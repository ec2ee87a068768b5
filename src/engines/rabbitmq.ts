import { LabError } from '../errors.ts';
import type { BrokerRecord, NodeRecord } from './broker-record.ts';
import { mergeLogs } from './cluster-logs.ts';
import { endProcess } from './end-process.ts';
import type { Engine, Host, RunningBroker, Started, StartOptions } from './engine.ts';
import { withLockFile, withLockFileIfPossible } from './lock-file.ts';
import { readLog } from './log-file.ts';
import { expectSameOptions } from './other-options.ts';
import { isAlive } from './process-table.ts';
import { completeNodes, createCluster, endStrayEpmd, noteFormed, type Surroundings } from './rabbitmq-cluster.ts';
import { nodeLog } from './rabbitmq-node.ts';
import { amend, clear, findRecorded, findRunning, lockOf } from './state-file.ts';

const SLOT = 'rabbitmq';
/** How long a node may take to end in good order, in milliseconds. */
const STOP_TIME = 20_000;
/** How long others may start or stop it, in milliseconds. */
const LOCK_TIME = 300_000;

/** An installed RabbitMQ server as one or several nodes of its own, apart from every other. `folder` is the state folder, and exists. */
export function createRabbitmqEngine(folder: string, host: Host, given: Omit<Surroundings, 'folder' | 'host'>): Engine {
  const surroundings = { ...given, folder, host };
  const locked = <T>(use: () => Promise<T>) => withLockFile(lockOf(folder, SLOT), host, use, LOCK_TIME);

  const start = async (options: StartOptions, node?: number, places?: readonly NodeRecord[]): Promise<Started> => {
    const found = await findRecorded(folder, SLOT, host);
    if (found === undefined) {
      if (node !== undefined) throw noBroker();
      return { already: false, broker: await createCluster(options, surroundings, places) };
    }
    expectSameOptions(options, found);
    return completeNodes(nodesOf(found, node), found, surroundings);
  };

  /** On a full disk the record stays as it was, and is read without the processes that are gone. */
  const noteDown = (record: BrokerRecord): void => {
    try {
      amend(folder, SLOT, record);
    } catch {
      // see above
    }
  };

  const stop = async (how: 'stop' | 'kill' = 'stop', node?: number): Promise<RunningBroker | undefined> => {
    const found = await findRecorded(folder, SLOT, host);
    if (found === undefined) {
      if (node !== undefined) throw noBroker();
      await endStrayEpmd(folder);
      return undefined;
    }
    const ending = nodesOf(found, node).filter(isUp);
    // what a full disk keeps from being noted is no reason to let it run
    await noteFormed(found, folder).catch(() => undefined);
    await Promise.all(ending.map((mark) => endProcess(mark, how, STOP_TIME, host)));
    const nodes = (found.nodes ?? []).map(
      (other): NodeRecord => (ending.some(({ node: ended }) => ended === other.node) ? down(other) : other),
    );
    const first = nodes.find(isUp);
    if (first === undefined) {
      clear(folder, SLOT);
      await endStrayEpmd(folder);
    } else noteDown({ ...found, ...head(first), nodes });
    const [ended = found] = node === undefined ? [found] : ending;
    return node !== undefined && ending.length === 0 ? undefined : { ...found, ...head(ended), nodes };
  };

  return {
    name: SLOT,
    start: (options, node) => locked(() => start(options, node)),
    stop: (how, node) => withLockFileIfPossible(lockOf(folder, SLOT), host, () => stop(how, node), LOCK_TIME),
    restart: (options, node) =>
      locked(async () => {
        const before = await findRecorded(folder, SLOT, host);
        // a node of a cluster that stays up must be as the others are
        if (node !== undefined && before?.nodes?.some((other) => other.node !== node && isUp(other))) expectSameOptions(options, before);
        await stop('stop', node);
        const moved = options.port !== undefined || options.apiPort !== undefined;
        // the last of them takes the record with it
        const only = (await findRecorded(folder, SLOT, host)) === undefined ? undefined : node;
        return start({ ...before?.options, ...options }, only, moved ? undefined : before?.nodes?.map(down));
      }),
    status: () => findRunning(folder, SLOT, host),
    async *logs(follow, signal, node) {
      const found = await findRecorded(folder, SLOT, host);
      const nodes = found === undefined ? [] : nodesOf(found, node);
      const logs = new Map<number, AsyncIterable<Buffer>>();
      for (const mark of nodes.length === 0 ? [{ node: node ?? 1 }] : nodes) {
        const isGone = async () => !isUp(mark) || !(await isAlive(mark, host));
        // of all nodes: one that is down may come back, as long as there is another
        const hasEnded = node === undefined ? async () => (await findRecorded(folder, SLOT, host)) === undefined : isGone;
        const ended = async () => !follow || (await hasEnded());
        logs.set(mark.node, readLog(nodeLog(folder, mark.node), ended, signal));
      }
      const [only] = logs.values();
      yield* logs.size === 1 && only !== undefined ? only : mergeLogs(logs);
    },
  };
}

/** A node without its process. */
function down({ node, name, url, api }: NodeRecord): NodeRecord {
  return { node, name, url, api };
}

function isUp(node: {
  readonly node: number;
  readonly pid?: number;
  readonly born?: string;
}): node is NodeRecord & { readonly pid: number } {
  return node.pid !== undefined;
}

function head({ url, api, pid, born }: NodeRecord | BrokerRecord): Partial<BrokerRecord> {
  return { url, api, ...(pid === undefined ? {} : { pid }), ...(born === undefined ? {} : { born }) };
}

function nodesOf({ nodes = [] }: BrokerRecord, node: number | undefined): readonly NodeRecord[] {
  if (node === undefined) return nodes;
  const found = nodes.filter((other) => other.node === node);
  if (found.length > 0) return found;
  throw new LabError('condition', `there is no node ${node}: this broker has ${nodes.map((other) => other.node).join(', ')}`, {
    hint: 'rmq-lab broker status',
  });
}

function noBroker(): LabError {
  return new LabError('condition', 'no broker of the engine rabbitmq is up', { hint: 'rmq-lab broker start --engine rabbitmq --nodes 3' });
}
