import type { Router } from '../../routing/router.ts';
import type { Table } from '../wire/field.ts';
import type { Binding } from './binding.ts';
import type { AppliedPolicies } from './policies.ts';
import type { VhostQueue } from './queue-port.ts';

/** Where a binding may lead. */
export type Destination = Exchange | VhostQueue;

/** What does not change in the life of an exchange. */
export interface ExchangeIdentity {
  readonly name: string;
  readonly type: 'direct' | 'fanout' | 'topic' | 'headers';
  readonly durable: boolean;
  readonly autoDelete: boolean;
  readonly internal: boolean;
  readonly arguments: Table;
}

/** What an exchange's arguments and policies come to. */
export interface ExchangeSettings {
  /** Where a message goes that no binding matches. */
  readonly alternate: string | undefined;
  /** Which policies had a part in it. */
  readonly policies: AppliedPolicies;
}

/** An exchange with its bindings. */
export class Exchange implements ExchangeIdentity {
  readonly name: string;
  readonly type: ExchangeIdentity['type'];
  readonly durable: boolean;
  readonly autoDelete: boolean;
  readonly internal: boolean;
  readonly arguments: Table;
  /** As they are now: policies change them. */
  settings: ExchangeSettings;
  readonly router: Router<Destination>;
  /** Those that lead away from it, by their identity. */
  readonly bindings = new Map<string, Binding>();
  /** Queues by routing key, as found since the topology last changed; only where headers play no part. */
  readonly found = new Map<string, readonly VhostQueue[]>();
  /** How many queues all of these are. */
  foundQueues = 0;
  foundAt = -1;

  constructor(identity: ExchangeIdentity, settings: ExchangeSettings, router: Router<Destination>) {
    this.name = identity.name;
    this.type = identity.type;
    this.durable = identity.durable;
    this.autoDelete = identity.autoDelete;
    this.internal = identity.internal;
    this.arguments = identity.arguments;
    this.settings = settings;
    this.router = router;
  }
}
