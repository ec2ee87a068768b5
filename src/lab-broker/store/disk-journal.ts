import type { BrokerClock } from '../clock.ts';
import type { DefinitionKey, Journal, QueueJournal, SafetyWaiter } from '../entities/journal.ts';
import type { QueueIdentity } from '../entities/queue-port.ts';
import { encodeQueue, queueNumberOf } from './definitions.ts';
import type { Log } from './log.ts';
import { QueueRecords } from './queue-records.ts';
import { RECORD } from './record-types.ts';
import { parseKey, type StoredState } from './stored-state.ts';

/** Bytes of records below which nothing is tidied up, and how many times what lives they may be. */
const [TIDY_FROM, FACTOR] = [33_554_432, 3];

/** Messages written again in one turn, and bytes that may wait to be written meanwhile. */
const [SOME, MOST_WAITING] = [512, 8_388_608];

/** The journal of a broker that has a folder. It tidies up by telling all that lives once more, and dropping what was told before. */
export class DiskJournal implements Journal {
  readonly #log: Log;
  readonly #clock: BrokerClock;
  readonly #definitions: Map<string, Buffer>;
  readonly #found: Map<number, ReturnType<StoredState['queues']['get']>>;
  readonly #queues = new Set<QueueRecords>();
  readonly #tidyFrom: number;
  /** Bytes that the log had when all that lived was told the last time. */
  #tidiedAt = 0;
  /** So it is until all that was found is here: what is not would not be told again. */
  #tidying = true;
  readonly #waiters = new Set<SafetyWaiter>();
  #nextQueue: number;
  #decided = 0;
  #closed = false;

  /** `older`: bytes that the log had already. `tidyFrom`: bytes of records below which it is not tidied up. */
  constructor(log: Log, state: StoredState, clock: BrokerClock, older: number, tidyFrom = TIDY_FROM) {
    this.#log = log;
    this.#tidyFrom = tidyFrom;
    this.#clock = clock;
    this.#definitions = state.definitions;
    this.#found = state.queues;
    this.#nextQueue = state.lastQueue + 1;
    this.#tidiedAt = -older;
    this.#append(RECORD.opened, 0, () => undefined);
  }

  get told(): number {
    return this.#log.appended;
  }

  get safe(): number {
    return this.#log.safe;
  }

  get decided(): number {
    return this.#decided;
  }

  /** Whether all that lives is being told once more. */
  get tidying(): boolean {
    return this.#tidying;
  }

  define(key: DefinitionKey, content: Buffer): void {
    const name = JSON.stringify(key);
    if (this.#closed || this.#definitions.get(name)?.equals(content)) return;
    this.#definitions.set(name, content);
    this.#writeDefinition(name, content);
  }

  forget(key: DefinitionKey): void {
    const name = JSON.stringify(key);
    if (this.#closed || !this.#definitions.delete(name)) return;
    this.#append(RECORD.forgotten, Buffer.byteLength(name), (buffer, at) => buffer.write(name, at));
    this.#decided = this.told;
  }

  forgetAll(matches: (key: DefinitionKey) => boolean): void {
    for (const name of [...this.#definitions.keys()]) {
      const key = parseKey(name);
      if (matches(key)) this.forget(key);
    }
  }

  openQueue(vhost: string, identity: QueueIdentity): QueueJournal {
    const key: DefinitionKey = ['queue', vhost, identity.name];
    const known = this.#definitions.get(JSON.stringify(key));
    const id = known === undefined ? this.#nextQueue++ : queueNumberOf(known);
    this.define(key, encodeQueue(id, identity));
    const live = this.#found.get(id) ?? new Map();
    this.#found.delete(id);
    const queue = new QueueRecords(id, identity.type, this.#log, live, () => {
      this.#queues.delete(queue);
      this.forget(key);
    });
    this.#queues.add(queue);
    return queue;
  }

  wait(waiter: SafetyWaiter): void {
    this.#waiters.add(waiter);
  }

  /** All that was found has been taken in. */
  ready(): void {
    this.#found.clear();
    this.#tidying = false;
  }

  /** To be called when something more is safe. */
  progress(): void {
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    for (const waiter of waiters) waiter.flush();
    this.#tidy();
  }

  #tidy(): void {
    if (this.#tidying || this.#closed) return;
    let live = 0;
    for (const queue of this.#queues) live += queue.weight;
    if (this.#log.bytes - this.#tidiedAt < Math.max(this.#tidyFrom, FACTOR * live)) return;
    this.#tidying = true;
    const place = this.#log.roll();
    this.#tidiedAt = this.#log.bytes;
    for (const [name, content] of this.#definitions) this.#writeDefinition(name, content);
    this.#tellAgain(this.#everything(), () => {
      if (place.segment === undefined) return;
      this.#log.dropBefore(place.segment).catch(() => undefined); // what could not be removed only takes room
    });
  }

  /** Marks that the broker ended in good order. Whatever it is told after that is not kept. */
  close(): void {
    if (this.#closed) return;
    for (const queue of this.#queues) queue.mark();
    this.#append(RECORD.closed, 0, () => undefined);
    this.#closed = true;
    for (const queue of this.#queues) queue.close();
  }

  *#everything(): Generator<void> {
    for (const queue of [...this.#queues]) yield* queue.again();
  }

  #tellAgain(all: Generator<void>, done: () => void): void {
    if (this.#closed) return;
    let ended = false;
    for (let left = SOME; left > 0 && !ended && this.#log.waiting < MOST_WAITING; left--) ended = all.next().done === true;
    const last = this.told;
    const next = () => {
      if (!ended) return this.#tellAgain(all, done);
      if (this.#closed) return;
      if (this.safe < last) return void this.#clock.setTimer(10, next);
      this.#tidying = false;
      done();
    };
    if (ended || this.#log.waiting >= MOST_WAITING) this.#clock.setTimer(1, next);
    else this.#clock.later(next);
  }

  #writeDefinition(name: string, content: Buffer): void {
    const size = Buffer.byteLength(name);
    this.#append(RECORD.defined, 4 + size + content.length, (buffer, at) => {
      buffer.writeUInt32BE(size, at);
      buffer.write(name, at + 4);
      content.copy(buffer, at + 4 + size);
    });
    this.#decided = this.told;
  }

  #append(type: number, size: number, fill: (buffer: Buffer, at: number) => void): void {
    this.#log.append(1 + size, (buffer, at) => {
      buffer[at] = type;
      fill(buffer, at + 1);
    });
  }
}
