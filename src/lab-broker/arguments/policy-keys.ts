import type { QueueType } from '../entities/queue-port.ts';

/** What a policy sets: JSON values by name. */
export type PolicyDefinition = Readonly<Record<string, unknown>>;

interface KeyRule {
  /** The queue types that have no use for it: no policy that holds it applies to them, whatever else it holds. */
  readonly not: readonly QueueType[];
  /** Whether an operator's policy may hold it. */
  readonly operator?: true;
  /** Whether a value will do. */
  readonly check: (value: unknown) => boolean;
  /** What one that will not do is said not to be. */
  readonly noun: string;
}

const isText = (value: unknown) => typeof value === 'string';
const isAtLeast = (least: number) => (value: unknown) => Number.isInteger(value) && Number(value) >= least;
const oneOf =
  (...values: readonly string[]) =>
  (value: unknown) =>
    typeof value === 'string' && values.includes(value);

/** Every key of a policy that RabbitMQ 4.3 knows. */
export const POLICY_KEYS: Readonly<Record<string, KeyRule>> = {
  'alternate-exchange': { not: [], check: isText, noun: 'alternate exchange name' },
  'dead-letter-exchange': { not: ['stream'], check: isText, noun: 'dead letter exchange name' },
  'dead-letter-routing-key': { not: ['stream'], check: isText, noun: 'dead letter routing key' },
  'message-ttl': { not: ['stream'], operator: true, check: isAtLeast(0), noun: 'message TTL' },
  expires: { not: ['stream'], operator: true, check: isAtLeast(1), noun: 'queue expiry' },
  'max-length': { not: ['stream'], operator: true, check: isAtLeast(0), noun: 'maximum length' },
  'max-length-bytes': { not: [], operator: true, check: isAtLeast(0), noun: 'maximum length in bytes' },
  overflow: { not: ['stream'], check: oneOf('drop-head', 'reject-publish', 'reject-publish-dlx'), noun: 'overflow value' },
  'delivery-limit': { not: ['classic', 'stream'], operator: true, check: isAtLeast(0), noun: 'delivery limit' },
};

/** Whether a policy with this definition may apply to an entity of this type. */
export function takesPolicy(type: QueueType | 'exchange', definition: PolicyDefinition): boolean {
  return type === 'exchange' || Object.keys(definition).every((key) => !POLICY_KEYS[key]?.not.includes(type));
}

/** What an operator's definition leaves of another: where both set a number, the lower counts. */
export function mergeDefinitions(definition: PolicyDefinition, operator: PolicyDefinition): PolicyDefinition {
  const merged: Record<string, unknown> = { ...definition, ...operator };
  for (const [key, value] of Object.entries(operator)) {
    const other = definition[key];
    if (typeof value === 'number' && typeof other === 'number') merged[key] = Math.min(value, other);
  }
  return merged;
}
