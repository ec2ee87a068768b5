import { createHash } from 'node:crypto';
import { tableIdentity } from '../arguments/equivalence.ts';
import type { Binding } from '../entities/binding.ts';
import { Exchange } from '../entities/exchange.ts';
import type { Table } from '../wire/field.ts';
import { plainTable } from './plain-value.ts';

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

/** What tells a binding from the others between the same two, for use in a path: the key, and a hash of the arguments where there are any. */
function propertiesKey(routingKey: string, table: Table): string {
  if (table.length === 0 && routingKey === '') return '~';
  const key = encodeURIComponent(routingKey)
    .replace(/[!'()*~]/g, percent)
    .replaceAll('%20', '+');
  if (table.length === 0) return key;
  const hash = createHash('sha256').update(tableIdentity(table), 'latin1').digest();
  return `${key}~${hash.subarray(0, 4).toString('base64url')}`;
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
