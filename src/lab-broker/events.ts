import type { DeathReason, Dismissal, GivenBack } from './entities/queue-port.ts';

/** A message that left a queue, or was not let in, and why. What does not apply is absent. */
export interface Departure {
  readonly vhost: string;
  readonly queue: string;
  /** Its number: messages are counted as they are published, from 1; a dead letter keeps the one that it had. */
  readonly message: number;
  readonly reason: DeathReason;
  /** Milliseconds that it was in the queue; absent when nobody listened as it came. */
  readonly age?: number;
  /** Of an expired one: the milliseconds it was given, and whether by itself or by its queue. */
  readonly ttl?: number;
  readonly ttlOf?: 'message' | 'queue';
  /** The limit that the queue was over. */
  readonly maxLength?: number;
  readonly maxLengthBytes?: number;
  readonly deliveryLimit?: number;
}

/** Why a dead letter went nowhere: `cycle` is where it has died before, with no rejection since. */
export type Lost = 'no-exchange' | 'no-queue' | 'cycle' | 'key-too-long';

interface Binding {
  readonly vhost: string;
  readonly source: string;
  readonly destination: string;
  readonly destinationType: 'queue' | 'exchange';
  readonly routingKey: string;
}

interface Subscription {
  readonly vhost: string;
  readonly queue: string;
  readonly tag: string;
  /** The name of its connection. */
  readonly connection: string;
}

/** Something that happened to a message or to an entity, told to whom it interests. */
export type BrokerEvent =
  | {
      readonly type: 'routed';
      readonly vhost: string;
      readonly message: number;
      readonly exchange: string;
      readonly routingKey: string;
      readonly queues: readonly string[];
    }
  | {
      readonly type: 'unroutable';
      readonly vhost: string;
      readonly message: number;
      readonly exchange: string;
      readonly routingKey: string;
      /** It was mandatory, and went back to its publisher. */
      readonly returned: boolean;
    }
  | (Departure & {
      readonly type: 'dead-lettered';
      /** Refused by a full queue (reject-publish-dlx): it was never in it. */
      readonly refused: boolean;
      readonly exchange: string;
      readonly routingKey: string;
      /** None when it went nowhere. */
      readonly queues: readonly string[];
      readonly lost?: Lost;
    })
  /** It went nowhere, since its queue has no dead-letter exchange. */
  | (Departure & { readonly type: 'expired' })
  | (Departure & { readonly type: 'dropped'; readonly count: number })
  /** A full queue did not take it: its publisher gets a nack, if it wanted confirms. */
  | (Departure & { readonly type: 'refused' })
  | {
      readonly type: 'requeued';
      readonly vhost: string;
      readonly queue: string;
      readonly count: number;
      readonly messages: readonly number[];
      readonly reason: GivenBack;
    }
  | { readonly type: 'purged'; readonly vhost: string; readonly queue: string; readonly count: number }
  | { readonly type: 'queue-declared'; readonly vhost: string; readonly queue: string }
  | {
      readonly type: 'queue-deleted';
      readonly vhost: string;
      readonly queue: string;
      readonly reason: Dismissal;
      /** Ready messages that went with it. */
      readonly count: number;
    }
  | { readonly type: 'exchange-declared' | 'exchange-deleted'; readonly vhost: string; readonly exchange: string }
  | (Binding & { readonly type: 'bound' | 'unbound' })
  | (Subscription & { readonly type: 'consumer-started' })
  | (Subscription & { readonly type: 'consumer-ended'; readonly reason: 'cancelled' | 'channel-closed' | 'queue-deleted' })
  | { readonly type: 'vhost-created' | 'vhost-deleted'; readonly vhost: string }
  | { readonly type: 'connection-opened'; readonly vhost: string; readonly user: string; readonly name: string }
  | {
      readonly type: 'connection-closed';
      readonly vhost: string;
      readonly user: string;
      readonly name: string;
      /** What the broker closed it for, such as `RESOURCE_LOCKED - …`; absent when the client left. */
      readonly replyCode?: number;
      readonly replyText?: string;
    }
  /** It was not let in. */
  | {
      readonly type: 'connection-refused';
      readonly user: string;
      readonly name: string;
      readonly replyCode: number;
      readonly replyText: string;
    }
  /** The broker closed a channel for what its client did. */
  | {
      readonly type: 'channel-closed';
      readonly vhost: string;
      readonly user: string;
      readonly name: string;
      readonly channel: number;
      readonly replyCode: number;
      readonly replyText: string;
    }
  /** The disk does not take what is to be kept: publishers wait, and nothing is confirmed. It is tried again every second. */
  | { readonly type: 'disk-stuck'; readonly reason: string }
  | { readonly type: 'disk-ready' }
  | { readonly type: 'blocked' | 'unblocked'; readonly bytes: number; readonly memoryLimit: number }
  /** A mistake of the broker itself: it closed a connection with 541. */
  | { readonly type: 'internal-error'; readonly error: unknown };

type EventOf<T extends BrokerEvent['type']> = Extract<BrokerEvent, { readonly type: T }>;

const TYPES: Readonly<Record<BrokerEvent['type'], true>> = {
  routed: true,
  unroutable: true,
  'dead-lettered': true,
  expired: true,
  dropped: true,
  refused: true,
  requeued: true,
  purged: true,
  'queue-declared': true,
  'queue-deleted': true,
  'exchange-declared': true,
  'exchange-deleted': true,
  bound: true,
  unbound: true,
  'consumer-started': true,
  'consumer-ended': true,
  'vhost-created': true,
  'vhost-deleted': true,
  'connection-opened': true,
  'connection-closed': true,
  'connection-refused': true,
  'channel-closed': true,
  blocked: true,
  unblocked: true,
  'disk-stuck': true,
  'disk-ready': true,
  'internal-error': true,
};

/** The types of all events. */
export const EVENT_TYPES = Object.keys(TYPES) as readonly BrokerEvent['type'][];

/** Where one can hear what happens. Nothing is put together for nobody. */
export class BrokerEvents {
  readonly #listeners = new Map<string, Set<(event: never) => void>>();
  #count = 0;

  /** Whether anybody listens. */
  get watched(): boolean {
    return this.#count > 0;
  }

  /** Whether anybody listens to events of this type: asked for those that are as frequent as messages. */
  wants(type: BrokerEvent['type']): boolean {
    return this.#count > 0 && (this.#hears(type) || this.#hears('*'));
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

  #hears(type: string): boolean {
    return (this.#listeners.get(type)?.size ?? 0) > 0;
  }
}
