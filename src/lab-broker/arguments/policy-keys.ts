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
const isInteger = (value: unknown) => Number.isSafeInteger(value);
const isAtLeast = (least: number) => (value: unknown) => isInteger(value) && Number(value) >= least;
const oneOf =
  (...values: readonly string[]) =>
  (value: unknown) =>
    typeof value === 'string' && values.includes(value);

const NOT_QUORUM: readonly QueueType[] = ['classic', 'stream'];
const NOT_STREAM: readonly QueueType[] = ['classic', 'quorum'];
const size = (noun: string): KeyRule => ({ not: [], check: isAtLeast(0), noun });

/** Every key of a policy that RabbitMQ 4.3 knows. */
export const POLICY_KEYS: Readonly<Record<string, KeyRule>> = {
  'alternate-exchange': { not: [], check: isText, noun: 'alternate exchange name' },
  'dead-letter-exchange': { not: ['stream'], check: isText, noun: 'dead letter exchange name' },
  'dead-letter-routing-key': { not: ['stream'], check: isText, noun: 'dead letter routing key' },
  'dead-letter-strategy': { not: NOT_QUORUM, check: oneOf('at-most-once', 'at-least-once'), noun: 'dead letter strategy' },
  'message-ttl': { ...size('message TTL'), not: ['stream'], operator: true },
  expires: { not: ['stream'], operator: true, check: isAtLeast(1), noun: 'queue expiry' },
  'max-length': { ...size('maximum length'), not: ['stream'], operator: true },
  'max-length-bytes': { ...size('maximum length in bytes'), operator: true },
  'max-in-memory-length': { ...size('maximum memory in bytes'), not: NOT_QUORUM, operator: true },
  'max-in-memory-bytes': { ...size('maximum memory in bytes'), not: NOT_QUORUM, operator: true },
  overflow: {
    not: ['stream'],
    operator: true,
    check: oneOf('drop-head', 'reject-publish', 'reject-publish-dlx'),
    noun: 'overflow value',
  },
  'delivery-limit': { not: NOT_QUORUM, operator: true, check: isInteger, noun: 'delivery limit' },
  'target-group-size': { ...size('target group size'), not: NOT_QUORUM, operator: true },
  'max-age': { not: NOT_STREAM, check: (value) => isText(value) && /^\d+[YMDhms]$/.test(String(value)), noun: 'max age' },
  'stream-max-segment-size-bytes': { ...size('segment size'), not: NOT_STREAM },
  'stream-filter-size-bytes': {
    not: [],
    check: (value) => isAtLeast(16)(value) && Number(value) <= 255,
    noun: 'filter size. Valid range is 16-255',
  },
  'initial-cluster-size': { ...size('cluster size'), not: NOT_STREAM },
  'queue-mode': { not: ['quorum', 'stream'], check: oneOf('default', 'lazy'), noun: 'queue-mode value' },
  'queue-version': { not: [], operator: true, check: (value) => value === 1 || value === 2, noun: 'queue version' },
  'queue-leader-locator': {
    not: [],
    check: oneOf('client-local', 'balanced', 'random', 'least-leaders'),
    noun: 'queue leader locator value',
  },
  'consumer-timeout': size('consumer timeout'),
  'consumer-disconnected-timeout': size('consumer disconnected timeout'),
  'delayed-retry-type': { not: [], operator: true, check: isText, noun: 'delayed retry type' },
  'delayed-retry-min': { ...size('delayed retry min'), operator: true },
  'delayed-retry-max': { ...size('delayed retry max'), operator: true },
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
