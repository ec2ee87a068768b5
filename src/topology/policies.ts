/** A policy: arguments for all entities whose names match. */
export interface Policy {
  readonly name: string;
  /** A regular expression (PCRE), found anywhere in the name. */
  readonly pattern: string;
  /** `all`, `queues`, `classic_queues`, `quorum_queues`, `streams` or `exchanges`. */
  readonly applyTo: string;
  readonly priority: number;
  readonly definition: PolicyDefinition;
}

/** What a policy sets: JSON values by name. */
export type PolicyDefinition = Readonly<Record<string, unknown>>;

/** The policies that hold for one entity: at most one of each kind. */
export interface AppliedPolicies {
  readonly policy?: Policy;
  readonly operatorPolicy?: Policy;
}

const TARGETS: Readonly<Record<string, readonly string[]>> = {
  exchange: ['exchanges', 'all'],
  classic: ['classic_queues', 'queues', 'all'],
  quorum: ['quorum_queues', 'queues', 'all'],
  stream: ['streams', 'queues', 'all'],
};

/** Keys of which a type has no use: a policy that holds one does not apply to it at all. */
const NO_USE: Readonly<Record<string, readonly string[]>> = {
  classic: [
    'dead-letter-strategy',
    'max-in-memory-length',
    'max-in-memory-bytes',
    'delivery-limit',
    'target-group-size',
    'max-age',
    'stream-max-segment-size-bytes',
    'initial-cluster-size',
  ],
  quorum: ['max-age', 'stream-max-segment-size-bytes', 'initial-cluster-size', 'queue-mode'],
  stream: [
    'dead-letter-exchange',
    'dead-letter-routing-key',
    'dead-letter-strategy',
    'message-ttl',
    'expires',
    'max-length',
    'overflow',
    'max-in-memory-length',
    'max-in-memory-bytes',
    'delivery-limit',
    'target-group-size',
    'queue-mode',
  ],
};

/**
 * The policy that holds for an entity: of those that match the one of the highest priority; undefined where none does. `type`: that of
 * the queue, or `exchange`. A pattern that JavaScript cannot read matches nothing.
 */
export function findPolicy(policies: readonly Policy[], name: string, type: string): Policy | undefined {
  const matching = policies.filter((policy) => TARGETS[type]?.includes(policy.applyTo) && isOfUse(policy, type) && isMatch(policy, name));
  return matching.sort((one, other) => other.priority - one.priority || (one.name < other.name ? -1 : 1))[0];
}

/** Whether its pattern can be read here; if not, to what it applies is not known. */
export function isReadable({ pattern }: Policy): boolean {
  try {
    new RegExp(pattern);
    return true;
  } catch {
    return false;
  }
}

function isOfUse({ definition }: Policy, type: string): boolean {
  return !Object.keys(definition).some((key) => NO_USE[type]?.includes(key));
}

function isMatch(policy: Policy, name: string): boolean {
  return isReadable(policy) && new RegExp(policy.pattern).test(name);
}
