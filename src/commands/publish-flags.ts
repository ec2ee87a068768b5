import type { Command } from 'commander';
import type { Message, Properties } from '../client/message.ts';
import { withoutSenderTraits } from '../client/sender-traits.ts';
import { parsePairs, parseProperty } from '../client/typed-pair.ts';
import { UsageError } from '../errors.ts';
import { collect, parseMilliseconds, parseName } from './options.ts';

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

/** Adds the options of MessageFlags to a command; `replyTo` is false where the command has a use of its own for that property. */
export function withMessageOptions(command: Command, { replyTo }: { readonly replyTo: boolean }): Command {
  command
    .option('-H, --header <k=v>', 'header; typed as k:int=1, k:bool=true, k:json=… (repeatable)', collect, [])
    .option('--property <k=v>', 'any of the 13 properties, such as content-type=text/plain (repeatable)', collect, [])
    .option('--content-type <type>', 'property content-type')
    .option('--content-encoding <encoding>', 'property content-encoding')
    .option('--priority <n>', 'property priority, 0 to 255')
    .option('--correlation-id <id>', 'property correlation-id');
  if (replyTo) command.option('--reply-to <queue>', 'property reply-to');
  return command
    .option('--expiration <duration>', 'message TTL, such as 5s')
    .option('--message-id <id>', 'property message-id')
    .option('--timestamp <time>', 'property timestamp: seconds since 1970 or an ISO date')
    .option('--type <type>', 'property type')
    .option('--user-id <user>', 'property user-id; must be the user of the connection')
    .option('--app-id <id>', 'property app-id')
    .option('--persistent', 'delivery mode 2 (default; envelopes keep theirs)')
    .option('--transient', 'delivery mode 1');
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

/** Reads `[exchange] [routing-key] [body]`, or with `-q QUEUE` just `[body]`. `command` stands in what is advised. */
export function parseDestination(
  words: readonly string[],
  flags: { readonly queue?: string; readonly routingKey?: string },
  command = 'publish',
): Destination {
  if (flags.queue !== undefined) {
    if (words.length > 1 && flags.routingKey === undefined) {
      throw new UsageError(`-q ${flags.queue} takes one body, and there are ${words.length} words`, {
        hint: `put quotes around a body of several words: ${command} -q ${flags.queue} '${words.join(' ')}'`,
      });
    }
    if (flags.routingKey !== undefined) {
      throw new UsageError('-q names a queue, so that there is neither exchange nor routing key to give', {
        hint: `${command} -q QUEUE BODY, or ${command} EXCHANGE ROUTING-KEY BODY`,
      });
    }
    return { exchange: '', routingKey: parseName(flags.queue, '--queue'), ...(words[0] === undefined ? {} : { body: words[0] }) };
  }
  const [exchange, ...rest] = words;
  const [routingKey, body] = flags.routingKey === undefined ? rest : [flags.routingKey, ...rest];
  if (flags.routingKey !== undefined && rest.length > 1) {
    throw new UsageError('the routing key is given twice', { hint: `${command} EXCHANGE BODY -r ROUTING-KEY` });
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
