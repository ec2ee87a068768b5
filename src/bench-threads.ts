import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type BenchHost, openHost } from './bench/host.ts';
import type { PlannedConnection } from './bench/plan.ts';
import { remoteHost } from './bench/remote-host.ts';
import { benchClock } from './bench-clock.ts';
import { connectTo } from './bench-connections.ts';
import type { BrokerAddress } from './client/target.ts';
import { LabError } from './errors.ts';

/** What a thread is told. */
export interface WorkerTask {
  readonly connections: readonly PlannedConnection[];
  readonly addresses: readonly BrokerAddress[];
  /** Milliseconds, to connect, and for each reply. */
  readonly timeout: number;
}

/** A host on this thread. */
export function openHere({ connections, addresses, timeout }: WorkerTask): Promise<BenchHost> {
  return openHost(connections, (number) => connectTo(addresses, number, timeout), benchClock);
}

/** A host on a thread of its own, which ends with it. */
export async function openOnThread(task: WorkerTask): Promise<BenchHost> {
  const worker = new Worker(join(import.meta.dirname, 'bench-worker.js'), { workerData: task });
  const ended = new Promise<LabError>((resolve) => {
    worker.once('error', (cause) => resolve(new LabError('unexpected', `a thread of the bench ended: ${cause.message}`, { cause })));
    worker.once('exit', (code) => resolve(new LabError('unexpected', `a thread of the bench ended with ${code}`)));
  });
  try {
    const host = await remoteHost(
      { send: (message) => worker.postMessage(message), listen: (listener) => void worker.on('message', listener) },
      ended,
    );
    return {
      ...host,
      async close() {
        await host.close();
        await worker.terminate();
      },
    };
  } catch (cause) {
    await worker.terminate();
    throw cause;
  }
}
