import { Histogram, type SavedHistogram } from './histogram.ts';

const COUNTS = [
  ...(['sent', 'sentBytes', 'confirmed', 'returned', 'nacked', 'unanswered'] as const),
  ...(['received', 'receivedBytes', 'acked', 'redelivered', 'foreign'] as const),
] as const;

/** What is counted: messages, or their bytes. `unanswered` were sent, and the channel went before they were answered. */
export type Counts = Record<(typeof COUNTS)[number], number>;

/** Nanoseconds, from when a message was due, and (`sent`) from when it was really sent. */
export interface SavedLatency {
  readonly due: SavedHistogram;
  readonly sent: SavedHistogram;
}

/** What a meter took down since it was last asked, in a form that can be sent to another thread. */
export interface Tally {
  /** Of messages that were due before the measuring began. */
  readonly warmUp: Readonly<Counts>;
  /** Of the others; the latencies are theirs. */
  readonly measured: Readonly<Counts>;
  /** From a message to its delivery. */
  readonly endToEnd: SavedLatency;
  /** From a message to its confirm. */
  readonly confirm: SavedLatency;
  /** When the last measured message came, on the clock of the run; 0: none ever did. */
  readonly lastReceivedAt: number;
}

/** Counts of nothing. */
export function noCounts(): Counts {
  return Object.fromEntries(COUNTS.map((name) => [name, 0])) as Counts;
}

/** Adds counts to others. */
export function addCounts(to: Counts, more: Readonly<Counts>): void {
  for (const name of COUNTS) to[name] += more[name];
}

/** A latency that is being recorded. */
export class Latency {
  readonly #due = new Histogram();
  readonly #sent = new Histogram();
  /** Of what was sent when it was due: it counts in both. */
  readonly #both = new Histogram();

  record(now: number, dueAt: number, sentAt: number): void {
    if (dueAt === sentAt) {
      this.#both.record(now - sentAt);
      return;
    }
    this.#due.record(now - dueAt);
    this.#sent.record(now - sentAt);
  }

  add({ due, sent }: SavedLatency): void {
    this.#due.add(due);
    this.#sent.add(sent);
  }

  save(): SavedLatency {
    const both = this.#both.save();
    this.#due.add(both);
    this.#sent.add(both);
    this.#both.clear();
    return { due: this.#due.save(), sent: this.#sent.save() };
  }

  clear(): void {
    this.#due.clear();
    this.#sent.clear();
    this.#both.clear();
  }
}

/** Where all producers and consumers of a thread take down what they did. A message is of the warm-up, or measured, by when it was due. */
export class Meter {
  /** On the clock of the run, in nanoseconds: what is due from then on is measured. */
  measureFrom = 0;
  lastReceivedAt = 0;
  readonly endToEnd = new Latency();
  readonly confirm = new Latency();
  #warmUp = noCounts();
  #measured = noCounts();

  isMeasured(dueAt: number): boolean {
    return dueAt >= this.measureFrom;
  }

  /** Where to count what concerns a message that was due then. */
  countsOf(dueAt: number): Counts {
    return dueAt >= this.measureFrom ? this.#measured : this.#warmUp;
  }

  /** What was taken down since the last time. */
  take(): Tally {
    const latencies = { endToEnd: this.endToEnd.save(), confirm: this.confirm.save() };
    const tally = { warmUp: this.#warmUp, measured: this.#measured, ...latencies, lastReceivedAt: this.lastReceivedAt };
    this.#warmUp = noCounts();
    this.#measured = noCounts();
    this.endToEnd.clear();
    this.confirm.clear();
    return tally;
  }
}
