import { compareNames } from '../message-headers.ts';
import type { Field, Table } from '../wire/field.ts';
import { encodeContentHeader, type Properties } from '../wire/properties.ts';
import { type Message, type MessageFields, withHeader } from './message.ts';

/** The class number of basic, which a content header repeats. */
const BASIC = 60;

/** The message with these headers set, and its properties otherwise as they are; its headers then stand in RabbitMQ's order, by name. */
export function withHeaders(
  message: Message,
  headers: readonly (readonly [name: string, field: Field])[],
  { properties = message.properties(), remove = () => false, fields = {} }: HeaderChanges = {},
): Message {
  const names = new Set(headers.map(([name]) => name));
  const kept = (properties.headers ?? []).filter(([name]) => !names.has(name) && !remove(name));
  const table: Table = [...kept, ...headers].sort(([a], [b]) => compareNames(a, b));
  return withHeader(message, encodeContentHeader(BASIC, message.bodySize, { ...properties, headers: table }), fields);
}

/** What else is to be changed. */
interface HeaderChanges {
  /** In place of the message's own. */
  readonly properties?: Properties;
  /** Headers to leave out. */
  readonly remove?: (name: string) => boolean;
  readonly fields?: Partial<MessageFields>;
}
