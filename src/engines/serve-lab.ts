import { hostname } from 'node:os';
import { LabError } from '../errors.ts';
import { MEMORY_LIMIT } from '../lab-broker/entities/realm.ts';
import { REFERENCE_VERSION } from '../lab-broker/greeting.ts';
import { createLabBroker, type LabBroker, type LabBrokerOptions } from '../lab-broker/lab-broker.ts';
import { FolderInUse } from '../lab-broker/store/folder-lock.ts';
import { ForeignLog } from '../lab-broker/store/log.ts';
import { NewerFormat } from '../lab-broker/store/record-types.ts';
import type { BrokerRecord } from './broker-record.ts';
import type { Host, StartOptions } from './engine.ts';
import { AMQP_PORT, apiPortOf, expectFree, portFailure } from './ports.ts';
import { markOf } from './process-table.ts';
import { folderFailure, stateFailure } from './state-failure.ts';
import { enter, strike } from './state-file.ts';

/** A lab broker that runs in this process and is entered in the state folder. */
export interface Served {
  readonly broker: BrokerRecord;
  readonly events: LabBroker['events'];
  /** What it found in its folder, if it has one. */
  readonly recovery: LabBroker['recovery'];
  /** The one that commands use in its place, because it was there first. */
  readonly other: BrokerRecord | undefined;
  /** Ends it in good order, and with it its record. */
  close(): Promise<void>;
}

/** Where a lab broker is entered, and who is told of it. */
interface ServePlace {
  readonly folder: string;
  readonly host: Host;
  readonly now: number;
  readonly log?: string;
  readonly loading: NonNullable<LabBrokerOptions['loading']>;
}

/**
 * Runs a lab broker in this process, where others find it. Fails with a LabError when a port is taken, saying by whom. `log` is the file
 * that its output goes to.
 */
export async function serveLab(options: StartOptions, { folder, host, now, log, loading }: ServePlace): Promise<Served> {
  const { port = AMQP_PORT, apiPort = apiPortOf(port), dataDir = '', ...rest } = options;
  if (port === apiPort && port !== 0) {
    throw new LabError('usage', `--port and --api-port are both ${port}`, { hint: `leave out --api-port: it is ${apiPortOf(port)} then` });
  }
  await expectFree(port, '--port');
  await expectFree(apiPort, '--api-port');
  const lab = await createLabBroker({ port, apiPort, ...rest, ...(dataDir === '' ? {} : { dataDir, loading }) }).catch(
    async (cause: NodeJS.ErrnoException & { readonly port?: number }) => {
      if (cause instanceof FolderInUse)
        throw new LabError('unreachable', cause.message, { cause, hint: 'stop it, or give another --data-dir' });
      if (cause instanceof ForeignLog) {
        throw new LabError('unexpected', `${dataDir}: ${cause.message}`, {
          cause,
          hint: 'give another --data-dir, or move that file away',
        });
      }
      if (cause instanceof NewerFormat) {
        throw new LabError('unexpected', `${dataDir} is left as it is: ${cause.message}`, {
          cause,
          hint: 'use the newer rmq-lab that wrote it, or give another --data-dir, or --no-data-dir',
        });
      }
      if (cause.syscall === 'listen') throw await portFailure(cause, '--port', cause.port ?? port);
      throw folderFailure(cause, 'messages', dataDir, 'give another --data-dir, or --no-data-dir to keep them in memory');
    },
  );
  const broker: BrokerRecord = {
    engine: 'lab',
    // whoever gives no user is taken for guest, by every client
    url: lab.url.replace(/\/\/.*@/, '//'),
    api: lab.api,
    ...(await markOf(host.pid)),
    version: REFERENCE_VERSION,
    startedAt: new Date(now).toISOString(),
    host: hostname(),
    ...(log === undefined ? {} : { log }),
    options: { memoryLimit: MEMORY_LIMIT, ...rest, dataDir, port: portOf(lab.url), apiPort: portOf(lab.api) },
  };
  try {
    const other = await enter(folder, 'lab', broker, host);
    return {
      broker,
      events: lab.events,
      recovery: lab.recovery,
      other,
      async close() {
        // before the ports close: nobody is to be sent to them
        try {
          strike(folder, 'lab', broker);
        } finally {
          await lab.close();
        }
      },
    };
  } catch (cause) {
    await lab.close();
    throw stateFailure(cause, folder);
  }
}

function portOf(address: string): number {
  return Number(new URL(address).port);
}
