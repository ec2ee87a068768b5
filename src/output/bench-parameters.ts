import type { BenchParameters } from '../bench/report.ts';
import { bytesText, counted, countText, durationText, secondsText } from './quantity.ts';

/** A parameter of a run, for a reader. */
export interface ParameterRow {
  readonly key: keyof BenchParameters;
  readonly label: string;
  readonly text: string;
}

/** How a value of a table of arguments is written. */
export type ArgumentText = (value: BenchParameters['arguments'][string]) => string;

type Words = {
  readonly [K in keyof BenchParameters]: readonly [label: string, text: (value: BenchParameters[K], show: ArgumentText) => string];
};

const yesNo = (value: boolean) => (value ? 'yes' : 'no');
const limit = (value: number) => (value === 0 ? 'no limit' : countText(value));

/** Every parameter with its name and what its value means: a new one that is not here is an error of the types. */
const WORDS: Words = {
  producers: ['producers (connections)', countText],
  consumers: ['consumers (connections)', countText],
  producerChannels: ['channels of each producer', countText],
  consumerChannels: ['channels of each consumer', countText],
  sizes: ['message size', sizesText],
  sizeSteps: ['message size that changes', (value) => stepsText(value) ?? 'no'],
  rates: ['rate of each producer', ratesText],
  count: ['messages of each producer', (value) => (Number.isFinite(value) ? countText(value) : 'no limit')],
  confirm: ['confirms', (value) => (value === 0 ? 'none' : `${countText(value)} in flight at most`)],
  persistent: ['persistent', yesNo],
  mandatory: ['mandatory', yesNo],
  prefetch: ['prefetch', limit],
  ack: ['acknowledgements', yesNo],
  multiAck: ['deliveries for each ack', countText],
  consumerDelay: ['consumer delay', (value) => (value === 0 ? 'none' : durationText(value))],
  queueType: ['queue type', (value) => value],
  queues: ['queues', countText],
  arguments: ['queue arguments', argumentsText],
  exchange: ['exchange', (value) => value ?? 'default'],
  routingKeys: ['routing keys', (value) => (value === 0 ? 'one for each queue' : countText(value))],
  duration: ['measured for', (value) => (value === undefined ? 'until all are sent' : `${secondsText(value)} at most`)],
  warmup: ['warm-up', secondsText],
  drain: ['wait for the last messages', (value) => `${secondsText(value)} at most`],
  threads: ['threads for the load', (value) => (value === 0 ? "none but the program's" : countText(value))],
};

/** All parameters, in words. */
export function parameterRows(parameters: BenchParameters, show: ArgumentText): readonly ParameterRow[] {
  return (Object.keys(WORDS) as (keyof BenchParameters)[]).map((key) => parameterRow(parameters, key, show));
}

/** One of them. */
export function parameterRow<K extends keyof BenchParameters>(parameters: BenchParameters, key: K, show: ArgumentText): ParameterRow {
  const [label, text] = WORDS[key];
  return { key, label, text: text(parameters[key], show) };
}

/** What a run does, in three phrases: who sends what, through where, to whom. */
export function shapeWords(parameters: BenchParameters, show: ArgumentText): readonly string[] {
  const { producers, producerChannels, consumers, consumerChannels, queues, queueType, exchange, routingKeys } = parameters;
  const { sizes, sizeSteps, rates, count, confirm, persistent, mandatory, prefetch, ack, multiAck, consumerDelay } = parameters;
  const kind = `${queueType} ${queues === 1 ? 'queue' : 'queues'}`;
  const { 'x-queue-type': _, ...table } = parameters.arguments;
  const more = argumentsText(table, show);
  const keys = routingKeys === 0 ? '' : ` with ${counted(routingKeys, 'routing key')}`;
  const way = exchange === undefined ? '' : `${exchange} exchange${keys}, `;
  const sending = [
    counted(producers, 'producer') + channels(producerChannels),
    `${stepsText(sizeSteps) ?? sizesText(sizes)} ${persistent ? 'persistent' : 'transient'}${mandatory ? ' mandatory' : ''}`,
    rates.length === 0 ? 'as fast as it goes' : `at ${ratesText(rates)}${producers * producerChannels > 1 ? ' each' : ''}`,
    ...(Number.isFinite(count) ? [`${counted(count, 'message')}${producers * producerChannels > 1 ? ' each' : ''}`] : []),
    confirm === 0 ? 'no confirms' : `${countText(confirm)} unconfirmed at most`,
  ];
  const acks = multiAck > 1 ? `one ack for ${countText(multiAck)}` : 'ack of each';
  const receiving = [
    counted(consumers, 'consumer') + channels(consumerChannels),
    ...(ack ? [acks, prefetch === 0 ? 'no prefetch limit' : `prefetch ${countText(prefetch)}`] : ['no acks']),
    ...(consumerDelay > 0 ? [`${durationText(consumerDelay)} for each message`] : []),
  ];
  return [
    sending.join(', '),
    `${way}${countText(queues)} ${kind}${more === 'none' ? '' : `, ${more}`}`,
    ...(consumers === 0 ? ['no consumer'] : [receiving.join(', ')]),
  ];
}

function channels(count: number): string {
  return count === 1 ? '' : ` of ${counted(count, 'channel')}`;
}

function sizesText(sizes: readonly number[]): string {
  return sizes.map(bytesText).join(', ');
}

/** Undefined: the size does not change with time. */
function stepsText(steps: BenchParameters['sizeSteps']): string | undefined {
  return steps.length === 0
    ? undefined
    : steps.map(({ size, seconds }) => `${bytesText(size)} for ${secondsText(seconds)}`).join(', then ');
}

function ratesText(rates: BenchParameters['rates']): string {
  if (rates.length === 0) return 'as fast as it goes';
  const [first] = rates;
  if (rates.length === 1 && first !== undefined) return `${countText(first.rate)} msg/s`;
  return rates.map(({ rate, seconds }) => `${countText(rate)} msg/s for ${secondsText(seconds)}`).join(', then ');
}

function argumentsText(table: BenchParameters['arguments'], show: ArgumentText): string {
  const entries = Object.entries(table);
  return entries.length === 0 ? 'none' : entries.map(([key, value]) => `${key}=${show(value)}`).join(' ');
}
