import { parseAddress, type Target } from './client/target.ts';
import type { Host } from './engines/engine.ts';
import { findAllRunning } from './engines/state-file.ts';
import { stateFolder } from './lessons/state-folder.ts';
import type { GlobalOptions } from './settings.ts';

/** A target that nobody named, with the broker that `rmq-lab broker start` has up in its place; as it is when none is up. */
export async function preferRunning(target: Target, { vhost, api }: GlobalOptions, host: Host): Promise<Target> {
  const [running] = await findAllRunning(stateFolder(host.env), host);
  if (running === undefined) return target;
  const reason = 'rmq-lab broker has it up';
  const { nodes = [running] } = running;
  // the nodes that are up come first, so that nobody waits for the others
  const addresses = nodes
    .toSorted(({ pid: a }, { pid: b }) => Number(a === undefined) - Number(b === undefined))
    .map(({ url }) => {
      const address = parseAddress(url, reason);
      return vhost === undefined ? address : { ...address, vhost };
    });
  return { addresses, api: api === undefined ? running.api : target.api, reason, asked: false };
}
