import type { Binding } from '../entities/binding.ts';
import { Exchange } from '../entities/exchange.ts';
import type { Table } from '../wire/field.ts';
import { plainTable } from './plain-value.ts';
import { hashTable } from './term-hash.ts';

/** A binding as JSON. */
export interface BindingDocument {
  readonly source: string;
  readonly vhost: string;
  readonly destination: string;
  readonly destination_type: 'queue' | 'exchange';
  readonly routing_key: string;
  readonly arguments: Record<string, unknown>;
  readonly properties_key: string;
}

export function bindingView(vhost: string, { source, destination, routingKey, arguments: table }: Binding): BindingDocument {
  return {
    source: source.name,
    vhost,
    destination: destination.name,
    destination_type: destination instanceof Exchange ? 'exchange' : 'queue',
    routing_key: routingKey,
    arguments: plainTable(table),
    properties_key: propertiesKey(routingKey, table),
  };
}

/** The binding to the default exchange that every queue has, though nobody made it. */
export function impliedBindingView(vhost: string, name: string): BindingDocument {
  return {
    source: '',
    vhost,
    destination: name,
    destination_type: 'queue',
    routing_key: name,
    arguments: {},
    properties_key: propertiesKey(name, []),
  };
}

/**
 * What tells a binding from the others between the same two, for use in a path: the key, and a hash of the arguments where there are
 * any. It is made as RabbitMQ makes it.
 */
export function propertiesKey(routingKey: string, table: Table): string {
  if (table.length === 0) return join(routingKey, '');
  const hash = Buffer.alloc(4);
  hash.writeUInt32BE(hashTable(table));
  return join(routingKey, hash.toString('base64url'));
}

/** The `properties_key` that a part of a path means, which may be quoted less than it would have to be; undefined when it means none. */
export function readPropertiesKey(part: string): string | undefined {
  const [key = '', hash = '', ...more] = part.split('~');
  if (more.length > 0) return undefined;
  try {
    return join(decodeURIComponent(key.replaceAll('+', ' ')), hash);
  } catch {
    return undefined;
  }
}

function join(routingKey: string, hash: string): string {
  const key = encodeURIComponent(routingKey)
    .replace(/[!'()*~]/g, percent)
    .replaceAll('%20', '+');
  return key === '' || hash !== '' ? `${key}~${hash}` : key;
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
