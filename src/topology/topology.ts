import type { Binding } from '../client/broker.ts';
import type { ExchangeFacts, QueueFacts } from './inventory.ts';
import { findPolicy, isReadable, type Policy } from './policies.ts';
import { alternateOf, type QueueSettings, queueSettingsOf, type Setting } from './settings.ts';

/** An exchange, with what policies add to it. */
export interface TopologyExchange extends ExchangeFacts {
  readonly policy?: string;
  readonly alternate?: Setting<string>;
}

/** A queue, with what its arguments and policies come to. */
export interface TopologyQueue extends QueueFacts {
  readonly consumers: number;
  readonly policy?: string;
  readonly operatorPolicy?: string;
  readonly settings: QueueSettings;
}

/** All that exists in a virtual host, or that a file of definitions says: nothing in it looks at a broker any more. */
export interface Topology {
  readonly vhost: string;
  /** Of the broker, such as `4.0.5`; undefined where it is not told. */
  readonly version: string | undefined;
  /** The default exchange among them. Sorted by name, as all here. */
  readonly exchanges: readonly TopologyExchange[];
  readonly queues: readonly TopologyQueue[];
  /** Those of the default exchange are left out: there is one for each queue, with its name as the key. */
  readonly bindings: readonly Binding[];
  readonly policies: readonly Policy[];
  readonly operatorPolicies: readonly Policy[];
  /** Whether messages and consumers were counted: a file knows of none. */
  readonly counted: boolean;
  /** What could not be found out, a line each. */
  readonly gaps: readonly string[];
  /** Of a part of a topology only: what exists beside it. */
  readonly beside?: Beside;
}

/** What a part of a topology leaves out, by name. */
export interface Beside {
  readonly exchanges: ReadonlySet<string>;
  readonly queues: ReadonlySet<string>;
  /** Exchanges of the part from which bindings lead that are left out. */
  readonly sources: ReadonlySet<string>;
  /** Queues of the part to which bindings lead that are left out. */
  readonly boundQueues: ReadonlySet<string>;
}

/** What a topology is made of. */
export interface TopologyParts {
  readonly vhost: string;
  readonly version: string | undefined;
  readonly exchanges: readonly ExchangeFacts[];
  readonly queues: readonly (QueueFacts & { readonly consumers: number; readonly policyName?: string | undefined })[];
  readonly bindings: readonly Binding[];
  readonly policies: readonly Policy[];
  readonly operatorPolicies: readonly Policy[];
  readonly counted: boolean;
  readonly gaps: readonly string[];
}

/** Puts the parts together: each entity with the policies that hold for it. A queue's `policyName` is the broker's word, which counts. */
export function createTopology(parts: TopologyParts): Topology {
  const { policies, operatorPolicies } = parts;
  const named = new Map(policies.map((policy) => [policy.name, policy]));
  const unread = [...policies, ...operatorPolicies].filter((policy) => !isReadable(policy));
  const queues = parts.queues.map(({ policyName, ...queue }): TopologyQueue => {
    const policy = policyName === undefined ? findPolicy(policies, queue.name, queue.type) : named.get(policyName);
    const operatorPolicy = findPolicy(operatorPolicies, queue.name, queue.type);
    const applied = { ...(policy === undefined ? {} : { policy }), ...(operatorPolicy === undefined ? {} : { operatorPolicy }) };
    return {
      ...queue,
      ...(policy === undefined ? (policyName === undefined ? {} : { policy: policyName }) : { policy: policy.name }),
      ...(operatorPolicy === undefined ? {} : { operatorPolicy: operatorPolicy.name }),
      settings: queueSettingsOf(queue.arguments, applied),
    };
  });
  const exchanges = parts.exchanges.map((exchange): TopologyExchange => {
    const policy = exchange.name === '' ? undefined : findPolicy(policies, exchange.name, 'exchange');
    const alternate = alternateOf(exchange.arguments, policy === undefined ? {} : { policy });
    return { ...exchange, ...(policy === undefined ? {} : { policy: policy.name }), ...(alternate === undefined ? {} : { alternate }) };
  });
  return {
    ...parts,
    exchanges: exchanges.sort(byName),
    queues: queues.sort(byName),
    bindings: parts.bindings.filter(({ source }) => source !== '').sort(byDestination),
    gaps: [
      ...parts.gaps,
      ...unread.map(
        ({ name, pattern }) => `policy ${name}: its pattern ${pattern} cannot be read here, so what it applies to is not known`,
      ),
    ],
  };
}

function byName(one: { readonly name: string }, other: { readonly name: string }): number {
  return compare(one.name, other.name);
}

function byDestination(one: Binding, other: Binding): number {
  return (
    compare(one.source, other.source) ||
    compare(one.destinationType, other.destinationType) ||
    compare(one.destination, other.destination) ||
    compare(one.routingKey, other.routingKey)
  );
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
