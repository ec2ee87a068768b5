import { type BrokerAddress, isLoopback, parseAddress, type Target } from './client/target.ts';
import type { BrokerRecord } from './engines/broker-record.ts';
import type { Host } from './engines/engine.ts';
import { findAllRunning } from './engines/state-file.ts';
import { stateFolder } from './lessons/state-folder.ts';
import type { GlobalOptions } from './settings.ts';

/**
 * A target that nobody named, with the broker that is up on this machine in its place: the one that `rmq-lab broker start` brought up, else
 * that of a lesson, save where `lessons` is false. As it is when none is up.
 */
export async function preferRunning(
  target: Target,
  { vhost, api }: GlobalOptions,
  host: Host,
  { lessons = true }: { readonly lessons?: boolean } = {},
): Promise<Target> {
  const all = await findAllRunning(stateFolder(host.env), host);
  const running = all.find(({ lesson }) => lessons || lesson === undefined);
  if (running === undefined) return target;
  const reason = reasonOf(running, all);
  const { nodes = [running] } = running;
  const place = vhost ?? running.lesson?.vhost;
  // the nodes that are up come first, so that nobody waits for the others
  const inOrder = nodes.toSorted(({ pid: a }, { pid: b }) => Number(a === undefined) - Number(b === undefined));
  const addresses = inOrder.map(({ url }) => {
    const address = parseAddress(url, reason);
    return place === undefined ? address : { ...address, vhost: place };
  });
  const apis = api === undefined && inOrder.length > 1 ? { apis: inOrder.map((node) => node.api) } : {};
  return { addresses, api: api === undefined ? running.api : target.api, ...apis, reason, asked: false };
}

/** The management API of a broker that is up on this machine at this address: somebody may have named it, and not its API. */
export async function findApi(address: BrokerAddress, host: Host): Promise<string | undefined> {
  if (address.secure || !isLoopback(address)) return undefined;
  const all = await findAllRunning(stateFolder(host.env), host);
  const nodes = all.flatMap((record): readonly { readonly url: string; readonly api: string }[] => record.nodes ?? [record]);
  return nodes.find(({ url }) => Number(new URL(url).port) === address.port)?.api;
}

function reasonOf({ lesson, pid }: BrokerRecord, all: readonly BrokerRecord[]): string {
  const others = all.filter((record) => record.lesson !== undefined).length;
  if (lesson === undefined) return `rmq-lab broker has it up${others === 0 ? '' : '; a lesson has one of its own'}`;
  return `the lesson ${lesson.id} has it up, process ${pid}${others > 1 ? '; it is the last of several that began' : ''}`;
}
