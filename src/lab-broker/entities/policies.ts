import { mergeDefinitions, type PolicyDefinition, takesPolicy } from '../arguments/policy-keys.ts';
import type { QueueType } from './queue-port.ts';

/** People's own, and those by which an operator limits them. */
export type PolicyKind = 'policy' | 'operator_policy';

/** To what a policy may apply. */
export const POLICY_TARGETS = ['all', 'queues', 'classic_queues', 'quorum_queues', 'streams', 'exchanges'] as const;

/** A rule that gives all entities whose names match some arguments, as if they had been declared with them. */
export interface Policy {
  readonly name: string;
  /** A regular expression, found anywhere in the name. */
  readonly pattern: string;
  readonly applyTo: (typeof POLICY_TARGETS)[number];
  readonly priority: number;
  readonly definition: PolicyDefinition;
}

/** What policies come to for one queue or exchange. */
export interface AppliedPolicies {
  readonly policy: string | undefined;
  readonly operatorPolicy: string | undefined;
  /** Of both, where both say something: what the operator's leaves of the other. */
  readonly definition: PolicyDefinition;
}

const TARGETS: Readonly<Record<QueueType | 'exchange', readonly Policy['applyTo'][]>> = {
  exchange: ['exchanges', 'all'],
  classic: ['classic_queues', 'queues', 'all'],
  quorum: ['quorum_queues', 'queues', 'all'],
  stream: ['streams', 'queues', 'all'],
};

interface Compiled {
  readonly policy: Policy;
  readonly pattern: RegExp;
}

/** The policies of a virtual host. */
export class Policies {
  readonly #kinds: Readonly<Record<PolicyKind, Map<string, Compiled>>> = { policy: new Map(), operator_policy: new Map() };
  /** The same in the order in which they are looked at. */
  readonly #ranks: Record<PolicyKind, readonly Compiled[]> = { policy: [], operator_policy: [] };

  list(kind: PolicyKind): readonly Policy[] {
    return [...this.#kinds[kind].values()].map(({ policy }) => policy);
  }

  get(kind: PolicyKind, name: string): Policy | undefined {
    return this.#kinds[kind].get(name)?.policy;
  }

  /** Takes one in, in the place of one with its name. @throws SyntaxError for a pattern that is no regular expression. */
  put(kind: PolicyKind, policy: Policy): void {
    this.#kinds[kind].set(policy.name, { policy, pattern: new RegExp(policy.pattern) });
    this.#rank(kind);
  }

  /** Answers whether it was there. */
  remove(kind: PolicyKind, name: string): boolean {
    const wasThere = this.#kinds[kind].delete(name);
    this.#rank(kind);
    return wasThere;
  }

  /** What they come to for a queue or an exchange: of each kind, one policy counts. */
  appliedTo(name: string, type: QueueType | 'exchange'): AppliedPolicies {
    const find = (kind: PolicyKind) => this.#ranks[kind].find((compiled) => applies(compiled, name, type))?.policy;
    const [policy, operator] = [find('policy'), find('operator_policy')];
    if (policy === undefined && operator === undefined) return NO_POLICIES;
    return {
      policy: policy?.name,
      operatorPolicy: operator?.name,
      definition: mergeDefinitions(policy?.definition ?? {}, operator?.definition ?? {}),
    };
  }

  #rank(kind: PolicyKind): void {
    this.#ranks[kind] = [...this.#kinds[kind].values()].sort(
      ({ policy: one }, { policy: other }) => other.priority - one.priority || (one.name < other.name ? -1 : 1),
    );
  }
}

/** Where no policy matches. */
export const NO_POLICIES: AppliedPolicies = { policy: undefined, operatorPolicy: undefined, definition: {} };

function applies({ policy, pattern }: Compiled, name: string, type: QueueType | 'exchange'): boolean {
  return TARGETS[type].includes(policy.applyTo) && takesPolicy(type, policy.definition) && pattern.test(name);
}
