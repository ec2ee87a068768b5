import type { Channel, Settlement } from './channel.ts';
import { BrokerFault } from './faults.ts';
import type { Unacked } from './unacked-ledger.ts';

/** What a channel in tx mode has been told since its last commit: nothing of it has happened yet. */
export class TransactionLog {
  readonly #channel: Channel;
  #publishes: (() => boolean)[] = [];
  #settlements: { readonly taken: readonly Unacked[]; readonly how: Settlement }[] = [];

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  /** `run` answers whether the message was taken by all its queues. */
  publish(run: () => boolean): void {
    this.#publishes.push(run);
  }

  settle(taken: readonly Unacked[], how: Settlement): void {
    this.#settlements.push({ taken, how });
  }

  /** Publishes first, then settles, in the order in which it was told. @throws BrokerFault when a full queue refused a message. */
  commit(): void {
    const [publishes, settlements] = [this.#publishes, this.#settlements];
    this.#publishes = [];
    this.#settlements = [];
    const refused = publishes.filter((run) => !run());
    for (const { taken, how } of settlements) this.#channel.apply(taken, how);
    if (refused.length > 0) throw new BrokerFault('partial-commit');
  }

  /** Forgets the messages; the deliveries wait to be settled as before. */
  rollback(): void {
    const taken = this.#settlements.flatMap((settlement) => settlement.taken);
    this.#publishes = [];
    this.#settlements = [];
    if (taken.length > 0) this.#channel.unacked.restore(taken);
  }
}
