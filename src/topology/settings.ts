import type { FieldTable } from '../client/message.ts';
import { plainValue } from './plain-value.ts';
import type { AppliedPolicies } from './policies.ts';

/** One thing that holds for a queue or an exchange, and what made it so. */
export interface Setting<T> {
  readonly value: T;
  /** `argument` was given when it was declared; a policy can be changed at any time. */
  readonly from: 'argument' | 'policy' | 'operator policy';
  /** The policy's name. */
  readonly policy?: string;
}

/** What holds for a queue by its arguments and policies together; absent: nobody said anything. */
export interface QueueSettings {
  readonly deadLetterExchange?: Setting<string>;
  readonly deadLetterRoutingKey?: Setting<string>;
  readonly deadLetterStrategy?: Setting<string>;
  /** Milliseconds. */
  readonly messageTtl?: Setting<number>;
  /** Milliseconds. */
  readonly expires?: Setting<number>;
  readonly maxLength?: Setting<number>;
  readonly maxLengthBytes?: Setting<number>;
  readonly overflow?: Setting<string>;
  readonly deliveryLimit?: Setting<number>;
  readonly maxAge?: Setting<string>;
  readonly queueMode?: Setting<string>;
  readonly maxPriority?: Setting<number>;
  readonly singleActiveConsumer?: Setting<boolean>;
}

/**
 * What a queue's arguments and policies come to: of two numbers the lower counts, of two texts the argument
 * (https://www.rabbitmq.com/docs/policies: what happens when a key is set in both).
 */
export function queueSettingsOf(table: FieldTable, policies: AppliedPolicies): QueueSettings {
  const read = { table, policies };
  return defined({
    deadLetterExchange: textSetting(read, 'dead-letter-exchange'),
    deadLetterRoutingKey: textSetting(read, 'dead-letter-routing-key'),
    deadLetterStrategy: textSetting(read, 'dead-letter-strategy'),
    messageTtl: numberSetting(read, 'message-ttl'),
    expires: numberSetting(read, 'expires'),
    maxLength: numberSetting(read, 'max-length'),
    maxLengthBytes: numberSetting(read, 'max-length-bytes'),
    overflow: textSetting(read, 'overflow'),
    deliveryLimit: numberSetting(read, 'delivery-limit'),
    maxAge: textSetting(read, 'max-age'),
    queueMode: textSetting(read, 'queue-mode'),
    maxPriority: first(read, 'max-priority', isNumber),
    singleActiveConsumer: first(read, 'single-active-consumer', (value) => value === true),
  });
}

/** The exchange that takes what another one cannot route. */
export function alternateOf(table: FieldTable, policies: AppliedPolicies): Setting<string> | undefined {
  return textSetting({ table, policies, prefix: '' }, 'alternate-exchange');
}

interface Sources {
  readonly table: FieldTable;
  readonly policies: AppliedPolicies;
  /** What an argument's name has before the policy's key; `x-` unless given. */
  readonly prefix?: string;
}

function textSetting(sources: Sources, key: string): Setting<string> | undefined {
  return first(sources, key, (value): value is string => typeof value === 'string');
}

function numberSetting(sources: Sources, key: string): Setting<number> | undefined {
  const all = settings(sources, key).filter((setting): setting is Setting<number> => isNumber(setting.value));
  return all.sort((one, other) => one.value - other.value)[0];
}

function first<T>(sources: Sources, key: string, is: (value: unknown) => value is T): Setting<T> | undefined;
function first(sources: Sources, key: string, is: (value: unknown) => boolean): Setting<boolean> | undefined;
function first(sources: Sources, key: string, is: (value: unknown) => boolean): Setting<unknown> | undefined {
  return settings(sources, key).find(({ value }) => is(value));
}

/** The argument first, then what the operator says, then the policy. */
function settings({ table, policies, prefix = 'x-' }: Sources, key: string): Setting<unknown>[] {
  const argument = table[`${prefix}${key}`];
  const { policy, operatorPolicy } = policies;
  return [
    ...(argument === undefined ? [] : [{ value: plainValue(argument), from: 'argument' as const }]),
    ...(operatorPolicy !== undefined && Object.hasOwn(operatorPolicy.definition, key)
      ? [{ value: operatorPolicy.definition[key], from: 'operator policy' as const, policy: operatorPolicy.name }]
      : []),
    ...(policy !== undefined && Object.hasOwn(policy.definition, key)
      ? [{ value: policy.definition[key], from: 'policy' as const, policy: policy.name }]
      : []),
  ];
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

function defined<T extends object>(settings: { readonly [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) as T;
}
