import type { Setting } from '../topology/settings.ts';
import type { Topology, TopologyExchange, TopologyQueue } from '../topology/topology.ts';
import { escapeLine } from './escape.ts';
import { bytesText, counted, durationText } from './quantity.ts';

/** What a reader should look at: `note` is worth knowing, `warning` probably not meant so. */
export interface Remark {
  readonly level: 'note' | 'warning';
  readonly text: string;
}

/** The name of an exchange for a reader; the default one has none. */
export function exchangeName(name: string): string {
  return name === '' ? '(default)' : escapeLine(name);
}

/** Whether an exchange is one of the broker's own that nobody uses: it would only be in the way. */
export function isIdle(exchange: TopologyExchange, topology: Topology): boolean {
  const { name } = exchange;
  if (name !== '' && !name.startsWith('amq.')) return false;
  const { bindings, queues, exchanges } = topology;
  return (
    !bindings.some(
      ({ source, destination, destinationType }) => source === name || (destinationType === 'exchange' && destination === name),
    ) &&
    !queues.some(({ settings }) => settings.deadLetterExchange?.value === name) &&
    !exchanges.some(({ alternate }) => alternate?.value === name)
  );
}

/** `topic, durable, internal`. */
export function exchangeTraits({ type, durable, autoDelete, internal }: TopologyExchange): string {
  return [type, ...(durable ? [] : ['transient']), ...(autoDelete ? ['auto-delete'] : []), ...(internal ? ['internal'] : [])].join(', ');
}

/** `quorum`, `classic, transient, exclusive`. */
export function queueTraits({ type, durable, exclusive, autoDelete }: TopologyQueue): string {
  return [type, ...(durable ? [] : ['transient']), ...(exclusive ? ['exclusive'] : []), ...(autoDelete ? ['auto-delete'] : [])].join(', ');
}

/** `3 ready, 1 unacked, 2 consumers`; '' where nobody counted. */
export function queueCounts({ ready, unacked, consumers }: TopologyQueue, { counted: known }: Topology): string {
  if (!known) return '';
  return [
    ready === 0 && unacked === 0 ? 'empty' : `${ready.toLocaleString('en-US')} ready`,
    ...(unacked === 0 ? [] : [`${unacked.toLocaleString('en-US')} unacked`]),
    consumers === 0 ? 'no consumer' : counted(consumers, 'consumer'),
  ].join(', ');
}

/** What is set for a queue, a phrase each, dead letters first; with the policy that set it. */
export function settingsWords({ settings: set, policy, operatorPolicy }: TopologyQueue, arrow: string): string[] {
  const words: string[] = [];
  const add = <T>(setting: Setting<T> | undefined, word: (value: T) => string) => {
    if (setting !== undefined) words.push(`${word(setting.value)}${origin(setting)}`);
  };
  add(set.deadLetterExchange, (exchange) => {
    const key = set.deadLetterRoutingKey;
    return `dead letters ${arrow} ${exchangeName(exchange)}${key === undefined ? '' : ` key ${keyText(key.value)}`}`;
  });
  add(set.messageTtl, (ms) => `message TTL ${durationText(ms)}`);
  add(set.expires, (ms) => `expires unused after ${durationText(ms)}`);
  const overflow = set.overflow?.value ?? 'drop-head';
  add(set.maxLength, (length) => `max ${counted(length, 'message')} (${overflow})`);
  add(set.maxLengthBytes, (bytes) => `max ${bytesText(bytes)} (${overflow})`);
  add(set.maxAge, (age) => `max age ${age}`);
  add(set.deliveryLimit, (limit) => `delivery limit ${limit}`);
  add(set.maxPriority, (priority) => `priorities to ${priority}`);
  add(set.singleActiveConsumer, () => 'single active consumer');
  add(set.queueMode, (mode) => `mode ${escapeLine(mode)}`);
  if (policy !== undefined) words.push(`policy ${escapeLine(policy)}`);
  if (operatorPolicy !== undefined) words.push(`operator policy ${escapeLine(operatorPolicy)}`);
  return words;
}

function origin({ from }: Setting<unknown>): string {
  return from === 'argument' ? '' : ` (${from})`;
}

/** A routing key for a reader. */
export function keyText(key: string): string {
  return key === '' ? "''" : escapeLine(key);
}

/** Whether there is no such exchange: neither in what is shown nor beside it. */
export function isMissingExchange(exchange: string, { exchanges, beside }: Topology): boolean {
  return !exchanges.some(({ name }) => name === exchange) && beside?.exchanges.has(exchange) !== true;
}

/** What a queue lacks, or has for nothing. */
export function queueRemarks(queue: TopologyQueue, topology: Topology): Remark[] {
  const exchange = queue.settings.deadLetterExchange?.value;
  const isMissing = exchange !== undefined && isMissingExchange(exchange, topology);
  return [
    ...(isMissing ? [{ level: 'warning' as const, text: `dead-letter exchange ${exchangeName(exchange)} does not exist` }] : []),
    ...(topology.counted && queue.ready > 0 && queue.consumers === 0 ? [{ level: 'note' as const, text: 'nobody consumes' }] : []),
  ];
}
