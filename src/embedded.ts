import { createManagement } from './client/management.ts';
import { parseAddress, type Target } from './client/target.ts';
import { LabError } from './errors.ts';
import type { LabBroker } from './lab-broker/lab-broker.ts';

/** The lab broker of this process. It starts with the first who needs it, and there is only one. */
export interface Embedded {
  /**
   * A target whose broker is the embedded one, now with its address and that of its management API. The vhost is made if there is none
   * of that name. Fails with a LabError when the broker cannot start.
   */
  place(target: Target): Promise<Target>;
  /** Ends it if it runs, and with it all connections to it. Never rejects. */
  close(): Promise<void>;
}

/** Nothing is loaded or started yet. */
export function createEmbedded(): Embedded {
  let running: Promise<LabBroker> | undefined;
  return {
    async place(target) {
      running ??= start();
      const { url, api } = await running;
      const addresses = target.addresses.map((address) => ({ ...parseAddress(url, target.reason), vhost: address.vhost }));
      for (const { vhost, username, password } of addresses) {
        // PUT leaves one that is there as it is; whoever makes one may use it
        await createManagement({ address: api, username, password, timeout: 10_000 }).put(`/api/vhosts/${encodeURIComponent(vhost)}`);
      }
      return { ...target, addresses, api };
    },
    async close() {
      const broker = await running?.catch(() => undefined);
      running = undefined;
      await broker?.close();
    },
  };
}

async function start(): Promise<LabBroker> {
  try {
    const { createLabBroker } = await import('./lab-broker/lab-broker.ts');
    return await createLabBroker();
  } catch (cause) {
    throw new LabError('unreachable', `the lab broker could not be started: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
      hint: 'it listens on a free port of 127.0.0.1; name another broker with --url',
    });
  }
}
