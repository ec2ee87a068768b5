import { type Message, withHeader } from './entities/message.ts';
import { BrokerFault } from './faults.ts';
import { findField, type Table } from './wire/field.ts';
import { encodeContentHeader } from './wire/properties.ts';

/**
 * Reads the headers of a message that is published: what CC and BCC add to its routing key, and their order, which RabbitMQ changes to
 * that of their names. Where they are in order already, as they mostly are, the bytes stay. @throws WireFault, BrokerFault
 */
export function arrangeHeaders(message: Message): Message {
  const properties = message.properties();
  const { headers = [] } = properties;
  const keys = [...copyKeys(headers, 'CC'), ...copyKeys(headers, 'BCC')];
  const copies = keys.length === 0 ? undefined : keys;
  if (isSorted(headers)) return copies === undefined ? message : withHeader(message, message.header, { copies });
  const header = encodeContentHeader(60, message.bodySize, { ...properties, headers: [...headers].sort(([a], [b]) => compareNames(a, b)) });
  return withHeader(message, header, { copies });
}

/** BCC leads a message to its queues, and is not shown there. */
export function withoutBlindCopies(message: Message): Message {
  const { headers = [], ...properties } = message.properties();
  if (findField(headers, 'BCC') === undefined) return message;
  const rest = headers.filter(([name]) => name !== 'BCC');
  const header = encodeContentHeader(60, message.bodySize, rest.length === 0 ? properties : { ...properties, headers: rest });
  return withHeader(message, header, { copies: copyKeys(rest, 'CC') });
}

/** The order in which RabbitMQ has the names of headers: that of their octets (characters beyond 16 bits apart). */
export function compareNames(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function isSorted(headers: Table): boolean {
  return headers.every(([name], index) => index === 0 || compareNames((headers[index - 1] as Table[number])[0], name) <= 0);
}

function copyKeys(headers: Table, name: string): string[] {
  const field = findField(headers, name);
  if (field === undefined) return [];
  if (field.type !== 'array') throw new BrokerFault('invalid-message', { reason: `{unacceptable_type_in_header,"${name}",${field.type}}` });
  return field.value.flatMap((key) => (key.type === 'longstr' ? [key.value.toString()] : []));
}
