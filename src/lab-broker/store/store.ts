import type { BrokerClock } from '../clock.ts';
import type { Realm } from '../entities/realm.ts';
import { DiskJournal } from './disk-journal.ts';
import type { FilePort } from './file-port.ts';
import { lockFolder } from './folder-lock.ts';
import { type DamageReport, type Loading, Log } from './log.ts';
import { makeFolder } from './make-folder.ts';
import { openFolder } from './node-files.ts';
import { formatRecord } from './record-types.ts';
import { restoreRealm } from './restore.ts';
import { StoredState } from './stored-state.ts';

/** Milliseconds until what could not be written is tried again. */
const RETRY = 1_000;

/** What a broker found in its folder. */
export interface Recovery {
  readonly messages: number;
  readonly queues: number;
  /** Whether the broker before ended in good order. If not, or if anything is damaged, all messages count as redelivered. */
  readonly clean: boolean;
  /** Places in files that could not be read; what stood there is lost. */
  readonly damage: readonly DamageReport[];
  /** Records that could be read, but say nothing that is known. */
  readonly unknown: number;
  /** Messages that could be read, but whose queue could not: they are lost. */
  readonly homeless: number;
}

/** Told that the disk does not take what is to be kept, or does so again (undefined). */
export type Stuck = (error: Error | undefined) => void;

/** What a broker keeps beyond its end. */
export interface Store {
  readonly journal: DiskJournal;
  /** Whether nothing was ever kept in it. */
  readonly fresh: boolean;
  /** Puts what was found into a realm that has this journal. */
  restore(realm: Realm): Recovery;
  /** Ends it in good order: all that it was told is safe then. */
  close(): Promise<void>;
}

/** Opens a folder, which is made when it is not there. @throws FolderInUse, ForeignLog, NewerFormat, the error of the file system. */
export async function openStore(folder: string, clock: BrokerClock, stuck: Stuck, loading?: Loading): Promise<Store> {
  makeFolder(folder);
  const unlock = await lockFolder(folder);
  try {
    const store = await readStore(openFolder(folder), clock, stuck, loading === undefined ? {} : { loading });
    return {
      ...store,
      async close() {
        await store.close();
        unlock();
      },
    };
  } catch (cause) {
    unlock();
    throw cause;
  }
}

/** When a store does what, in bytes, for tests that have little time; and who is told how far the reading has come. */
export interface StoreOptions {
  readonly loading?: Loading;
  /** From which on a file is followed by the next one. */
  readonly segment?: number;
  /** Below which nothing is tidied up. */
  readonly tidyFrom?: number;
}

/** The same on files that nobody else has. */
export async function readStore(files: FilePort, clock: BrokerClock, stuck: Stuck, options: StoreOptions = {}): Promise<Store> {
  let isStuck = false;
  let begun: () => void = () => undefined;
  const hasBegun = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const log = new Log(
    files,
    {
      progress() {
        if (isStuck) stuck(undefined);
        isStuck = false;
        begun();
        journal.progress();
      },
      failed(error, retry) {
        isStuck = true;
        begun();
        stuck(error);
        clock.setTimer(RETRY, retry);
      },
    },
    options.segment,
    formatRecord(),
  );
  const state = new StoredState();
  let older = 0;
  const damage = await log.recover((record) => {
    older += record.length;
    state.apply(record);
  }, options.loading);
  const { empty: fresh, clean } = state;
  const journal = new DiskJournal(log, state, clock, older, options.tidyFrom);
  // a client must not be given anything as long as a crash would leave a log that says that all ended well
  await hasBegun;
  return {
    journal,
    fresh,
    restore(realm) {
      const { unknown } = state;
      const found = restoreRealm(realm, state, { clean, damaged: damage.length > 0 || unknown > 0 });
      journal.ready();
      return { ...found, clean, damage, unknown };
    },
    async close() {
      journal.close();
      await log.close();
    },
  };
}
