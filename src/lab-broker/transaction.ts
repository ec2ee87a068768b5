import type { Channel, Settlement } from './channel.ts';
import type { Unacked } from './unacked-ledger.ts';

/** What a channel in tx mode has been told since its last commit: nothing of it has happened yet. */
export class TransactionLog {
  readonly #channel: Channel;
  #publishes: (() => void)[] = [];
  #settlements: { readonly taken: readonly Unacked[]; readonly how: Settlement }[] = [];

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  publish(run: () => void): void {
    this.#publishes.push(run);
  }

  settle(taken: readonly Unacked[], how: Settlement): void {
    this.#settlements.push({ taken, how });
  }

  /** Publishes first, then settles, in the order in which it was told. */
  commit(): void {
    const [publishes, settlements] = [this.#publishes, this.#settlements];
    this.#publishes = [];
    this.#settlements = [];
    for (const run of publishes) run();
    for (const { taken, how } of settlements) this.#channel.apply(taken, how);
  }

  /** Forgets the messages; the deliveries wait to be settled as before. */
  rollback(): void {
    const taken = this.#settlements.flatMap((settlement) => settlement.taken);
    this.#publishes = [];
    this.#settlements = [];
    if (taken.length > 0) this.#channel.unacked.restore(taken);
  }
}
