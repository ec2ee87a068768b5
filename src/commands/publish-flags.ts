import type { Message, Properties } from '../client/message.ts';
import { withoutSenderTraits } from '../client/sender-traits.ts';
import { parsePairs, parseProperty } from '../client/typed-pair.ts';
import { UsageError } from '../errors.ts';
import { parseMilliseconds, parseName } from './options.ts';

/** The options of `publish` that say what a message is like. */
export interface MessageFlags {
  readonly header: readonly string[];
  readonly property: readonly string[];
  readonly contentType?: string;
  readonly contentEncoding?: string;
  readonly priority?: string;
  readonly correlationId?: string;
  readonly replyTo?: string;
  readonly expiration?: string;
  readonly messageId?: string;
  readonly timestamp?: string;
  readonly type?: string;
  readonly userId?: string;
  readonly appId?: string;
  readonly persistent?: boolean;
  readonly transient?: boolean;
}

/** Flags that are a property of the same name. */
const PROPERTY_FLAGS = [
  'contentType',
  'contentEncoding',
  'priority',
  'correlationId',
  'replyTo',
  'messageId',
  'timestamp',
  'type',
  'userId',
  'appId',
] as const;

/** The properties that flags name; only those. Throws UsageError on a bad value or one property given two values. */
export function propertiesFromFlags(flags: MessageFlags): Properties {
  const properties: Properties = {};
  const set = (more: Properties, what: string) => {
    for (const [name, value] of Object.entries(more)) {
      if (Object.hasOwn(properties, name)) throw new UsageError(`${what}: ${name} is given twice`, { hint: 'give it once' });
      Object.assign(properties, { [name]: value });
    }
  };
  for (const text of flags.property) set(parseProperty(text), '--property');
  for (const name of PROPERTY_FLAGS) {
    const value = flags[name];
    const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    if (value !== undefined) set(parseProperty(`${name}=${value}`, flag), flag);
  }
  if (flags.expiration !== undefined) {
    set({ expiration: String(parseMilliseconds(flags.expiration, '--expiration')) }, '--expiration');
  }
  if (flags.persistent && flags.transient) {
    throw new UsageError('--persistent and --transient exclude each other', { hint: 'give one of them' });
  }
  if (flags.persistent) set({ deliveryMode: 2 }, '--persistent');
  if (flags.transient) set({ deliveryMode: 1 }, '--transient');
  if (flags.header.length > 0) properties.headers = parsePairs(flags.header, '-H');
  return properties;
}

/** Where the words of the command line send messages: each absent when they do not say. */
export interface Destination {
  readonly exchange?: string;
  readonly routingKey?: string;
  readonly body?: string;
}

/** Reads `[exchange] [routing-key] [body]`, or with `-q QUEUE` just `[body]`. */
export function parseDestination(words: readonly string[], flags: { readonly queue?: string; readonly routingKey?: string }): Destination {
  if (flags.queue !== undefined) {
    if (words.length > 1 && flags.routingKey === undefined) {
      throw new UsageError(`-q ${flags.queue} takes one body, and there are ${words.length} words`, {
        hint: `put quotes around a body of several words: publish -q ${flags.queue} '${words.join(' ')}'`,
      });
    }
    if (flags.routingKey !== undefined) {
      throw new UsageError('-q names a queue, so that there is neither exchange nor routing key to give', {
        hint: 'publish -q QUEUE BODY, or publish EXCHANGE ROUTING-KEY BODY',
      });
    }
    return { exchange: '', routingKey: parseName(flags.queue, '--queue'), ...(words[0] === undefined ? {} : { body: words[0] }) };
  }
  const [exchange, ...rest] = words;
  const [routingKey, body] = flags.routingKey === undefined ? rest : [flags.routingKey, ...rest];
  if (flags.routingKey !== undefined && rest.length > 1) {
    throw new UsageError('the routing key is given twice', { hint: 'publish EXCHANGE BODY -r ROUTING-KEY' });
  }
  return {
    ...(exchange === undefined ? {} : { exchange: parseName(exchange, 'the name of the exchange', true) }),
    ...(routingKey === undefined ? {} : { routingKey: parseName(routingKey, 'the routing key', true) }),
    ...(body === undefined ? {} : { body }),
  };
}

/** Lays flags over an envelope. What neither names is the default exchange, an empty key, no property. */
export function overrideWith(destination: Destination, properties: Properties, keep: { readonly cc: boolean; readonly userId: boolean }) {
  return (envelope: Partial<Message> & Pick<Message, 'properties' | 'body'>): Message => {
    const own = withoutSenderTraits(envelope.properties, keep);
    const headers = { ...own.headers, ...properties.headers };
    return {
      exchange: destination.exchange ?? envelope.exchange ?? '',
      routingKey: destination.routingKey ?? envelope.routingKey ?? '',
      properties: { ...own, ...properties, ...(Object.keys(headers).length === 0 ? {} : { headers }) },
      body: envelope.body,
    };
  };
}
