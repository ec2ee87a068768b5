/** Something that happened to a message or to an entity, told to whom it interests. */
export type BrokerEvent =
  | {
      readonly type: 'routed';
      readonly vhost: string;
      readonly exchange: string;
      readonly routingKey: string;
      readonly queues: readonly string[];
    }
  | {
      readonly type: 'unroutable';
      readonly vhost: string;
      readonly exchange: string;
      readonly routingKey: string;
      readonly returned: boolean;
    }
  | {
      readonly type: 'dead-lettered';
      readonly vhost: string;
      readonly queue: string;
      readonly reason: string;
      readonly exchange: string;
      readonly routingKey: string;
      /** None when it went nowhere. */
      readonly queues: readonly string[];
    }
  | { readonly type: 'dropped'; readonly vhost: string; readonly queue: string; readonly reason: string; readonly count: number }
  | { readonly type: 'requeued'; readonly vhost: string; readonly queue: string; readonly count: number }
  | { readonly type: 'queue-declared' | 'queue-deleted'; readonly vhost: string; readonly queue: string }
  | { readonly type: 'exchange-declared' | 'exchange-deleted'; readonly vhost: string; readonly exchange: string }
  | { readonly type: 'connection-opened' | 'connection-closed'; readonly vhost: string; readonly user: string; readonly name: string }
  | { readonly type: 'blocked' | 'unblocked' }
  /** A mistake of the broker itself: it closed a connection with 541. */
  | { readonly type: 'internal-error'; readonly error: unknown };

type EventOf<T extends BrokerEvent['type']> = Extract<BrokerEvent, { readonly type: T }>;

/** Where one can hear what happens. Nothing is put together for nobody. */
export class BrokerEvents {
  readonly #listeners = new Map<string, Set<(event: never) => void>>();
  #count = 0;

  /** Whether anybody listens. */
  get watched(): boolean {
    return this.#count > 0;
  }

  /** Calls `listener` for each event of a type from now on, or for all with `*`; answers what ends that. */
  on<T extends BrokerEvent['type']>(type: T, listener: (event: EventOf<T>) => void): () => void;
  on(type: '*', listener: (event: BrokerEvent) => void): () => void;
  on(type: string, listener: (event: never) => void): () => void {
    const listeners = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, listeners);
    if (!listeners.has(listener)) this.#count++;
    listeners.add(listener);
    return () => {
      if (listeners.delete(listener)) this.#count--;
    };
  }

  tell(event: BrokerEvent): void {
    for (const type of [event.type, '*']) for (const listener of this.#listeners.get(type) ?? []) listener(event as never);
  }
}
