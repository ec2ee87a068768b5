import type { Channel, Settlement } from './channel.ts';
import { type Message, weightOf } from './entities/message.ts';
import type { Unacked } from './unacked-ledger.ts';

/** Publishes, or deliveries to settle, that a commit carries out in one go. */
const SOME = 512;

interface Publish {
  readonly message: Message;
  /** Answers whether the message was taken by all its queues. */
  readonly run: () => boolean;
}

/** What a commit has to do, and how far it has come. */
interface Commit {
  readonly publishes: readonly Publish[];
  readonly settlements: readonly { readonly taken: readonly Unacked[]; readonly how: Settlement }[];
  published: number;
  settled: number;
  /** Of the settlement that comes next, how many deliveries are done with. */
  within: number;
}

/** What a channel in tx mode has been told since its last commit: nothing of it has happened yet, but it takes memory. */
export class TransactionLog {
  readonly #channel: Channel;
  #publishes: Publish[] = [];
  #settlements: { readonly taken: readonly Unacked[]; readonly how: Settlement }[] = [];
  #commit: Commit | undefined;
  #refused = false;

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  /** Whether a full queue refused a message of the last commit. */
  get refused(): boolean {
    return this.#refused;
  }

  publish(message: Message, run: () => boolean): void {
    this.#channel.vhost.hold(weightOf(message));
    this.#publishes.push({ message, run });
  }

  settle(taken: readonly Unacked[], how: Settlement): void {
    this.#settlements.push({ taken, how });
  }

  /** All up to now is to happen: publishes first, then settlements, in the order in which it was told. `carryOut` does it. */
  commit(): void {
    this.#commit = { publishes: this.#publishes, settlements: this.#settlements, published: 0, settled: 0, within: 0 };
    this.#publishes = [];
    this.#settlements = [];
    this.#refused = false;
  }

  /** Does a part of the commit; answers whether there is more to do. */
  carryOut(): boolean {
    const commit = this.#commit;
    if (commit === undefined) return false;
    if (commit.published < commit.publishes.length) this.#publishSome(commit);
    else if (commit.settled < commit.settlements.length) this.#settleSome(commit);
    if (commit.published === commit.publishes.length && commit.settled === commit.settlements.length) this.#commit = undefined;
    return this.#commit !== undefined;
  }

  /** Forgets the messages; the deliveries wait to be settled as before. A commit that has begun is carried out. */
  rollback(): void {
    while (this.carryOut());
    const taken = this.#settlements.flatMap((settlement) => settlement.taken);
    for (const { message } of this.#publishes) this.#channel.vhost.hold(-weightOf(message));
    this.#publishes = [];
    this.#settlements = [];
    if (taken.length > 0) this.#channel.unacked.restore(taken);
  }

  #publishSome(commit: Commit): void {
    const some = commit.publishes.slice(commit.published, commit.published + SOME);
    commit.published += some.length;
    for (const { message, run } of some) {
      if (!run()) this.#refused = true;
      this.#channel.vhost.hold(-weightOf(message));
    }
  }

  #settleSome(commit: Commit): void {
    const { taken, how } = commit.settlements[commit.settled] as Commit['settlements'][number];
    const some = taken.slice(commit.within, commit.within + SOME);
    commit.within += some.length;
    if (commit.within === taken.length) {
      commit.settled++;
      commit.within = 0;
    }
    this.#channel.apply(some, how);
  }
}
