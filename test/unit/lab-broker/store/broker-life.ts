import type { BrokerClock } from '../../../../src/lab-broker/clock.ts';
import type { QueueEntry } from '../../../../src/lab-broker/entities/message.ts';
import type { QueueIdentity, QueueType, VhostQueue } from '../../../../src/lab-broker/entities/queue-port.ts';
import { Realm } from '../../../../src/lab-broker/entities/realm.ts';
import type { Vhost } from '../../../../src/lab-broker/entities/vhost.ts';
import { type Recovery, readStore, type Store } from '../../../../src/lab-broker/store/store.ts';
import { longstr, type Table } from '../../../../src/lab-broker/wire/field.ts';
import type { LossyFiles } from './lossy-files.ts';

/** Small enough for a history of some dozens of steps to fill segments, and to have them tidied up. */
const SIZES = { segment: 300, tidyFrom: 400 };

export const turn = () => new Promise(setImmediate);

/** A message that is in a queue after a start. */
export interface Found {
  readonly body: string;
  readonly redelivered: boolean;
}

/** A broker without sockets, from its start to its end. */
export class BrokerLife {
  readonly vhost: Vhost;
  readonly recovery: Recovery;
  readonly store: Store;
  readonly held: { readonly queue: VhostQueue; readonly entry: QueueEntry }[] = [];

  private constructor(store: Store, realm: Realm) {
    this.store = store;
    this.recovery = store.restore(realm);
    this.vhost = realm.addVhost('/');
  }

  static async begin(files: LossyFiles): Promise<BrokerLife> {
    const store = await readStore(files, CLOCK, () => undefined, SIZES);
    return new BrokerLife(store, new Realm(CLOCK, Number.POSITIVE_INFINITY, store.journal));
  }

  /** What a broker would find in these files, which stay as they are. */
  static async look(files: LossyFiles): Promise<{ readonly messages: Map<string, Found[]>; readonly things: Set<string> }> {
    const life = await BrokerLife.begin(files.afterCrash(1));
    const { exchanges, queues } = life.vhost.topology;
    const declared = [...exchanges.values()].filter(({ name }) => name !== '' && !name.startsWith('amq.'));
    const things = declared.flatMap((exchange) => [
      `exchange ${exchange.name}`,
      ...[...exchange.bindings.values()].map(({ destination, routingKey }) => `binding ${exchange.name} ${destination.name} ${routingKey}`),
    ]);
    const messages = new Map([...queues.values()].map((queue) => [queue.name, drained(queue)]));
    return { messages, things: new Set([...things, ...[...queues.keys()].map((name) => `queue ${name}`)]) };
  }

  queue(name: string): VhostQueue | undefined {
    return this.vhost.topology.queues.get(name);
  }

  declareQueue(name: string, type: QueueType, table: Table): void {
    const identity: QueueIdentity = { name, type, durable: true, autoDelete: false, owner: undefined, arguments: table };
    if (this.queue(name) === undefined) this.vhost.createQueue(identity);
  }

  declareExchange(name: string, type: 'fanout' | 'topic'): void {
    if (this.vhost.topology.exchanges.has(name)) return;
    this.vhost.createExchange({ name, type, durable: true, autoDelete: false, internal: false, arguments: [] });
  }

  /** Takes a message of a queue, which is held from then on; answers its body. */
  take(name: string): string | undefined {
    const queue = this.queue(name);
    const taken = queue?.take(false);
    if (queue === undefined || taken === undefined) return undefined;
    this.held.push({ queue, entry: taken.entry });
    return taken.message.body.toString();
  }

  async settled(): Promise<void> {
    while (this.store.journal.safe < this.store.journal.told) await turn();
  }
}

/** Timers come at once: nothing but the tidying waits for any. */
const CLOCK: BrokerClock = {
  now: () => 1_700_000_000_000,
  setTimer(_ms, run) {
    const timer = setImmediate(run);
    return () => clearImmediate(timer);
  },
  later: (run) => void setImmediate(run),
};

/** Arguments of a queue whose messages go to `dlx` when they are rejected, and only then. */
export const MORTAL: Table = [
  ['x-dead-letter-exchange', longstr('dlx')],
  ['x-delivery-limit', { type: 'signedint', value: -1 }],
];

function drained(queue: VhostQueue): Found[] {
  const found: Found[] = [];
  for (let taken = queue.take(true); taken !== undefined; taken = queue.take(true)) {
    found.push({ body: taken.message.body.toString(), redelivered: taken.entry.redelivered });
  }
  return found;
}
