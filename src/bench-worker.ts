import { parentPort, workerData } from 'node:worker_threads';
import { openHost } from './bench/host.ts';
import { serveHost } from './bench/remote-host.ts';
import { benchClock } from './bench-clock.ts';
import { connectTo } from './bench-connections.ts';
import type { WorkerTask } from './bench-threads.ts';

// a thread of `rmq-lab bench`, with some of its connections
const { connections, addresses, timeout } = workerData as WorkerTask;
const port = parentPort;
if (port === null) throw new Error('this is a thread of rmq-lab bench');
await serveHost({ send: (message) => port.postMessage(message), listen: (listener) => void port.on('message', listener) }, () =>
  openHost(connections, (number) => connectTo(addresses, number, timeout), benchClock),
);
port.close();
