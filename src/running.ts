import { parseAddress, type Target } from './client/target.ts';
import type { Host } from './engines/engine.ts';
import { findRunning } from './engines/state-file.ts';
import { stateFolder } from './lessons/state-folder.ts';
import type { GlobalOptions } from './settings.ts';

/** A target that nobody named, with the broker that `rmq-lab broker start` has up in its place; as it is when none is up. */
export async function preferRunning(target: Target, { vhost, api }: GlobalOptions, host: Host): Promise<Target> {
  const running = await findRunning(stateFolder(host.env), host);
  if (running === undefined) return target;
  const reason = 'rmq-lab broker has it up';
  const address = parseAddress(running.url, reason);
  return {
    addresses: [vhost === undefined ? address : { ...address, vhost }],
    api: api === undefined ? running.api : target.api,
    reason,
    asked: false,
  };
}
