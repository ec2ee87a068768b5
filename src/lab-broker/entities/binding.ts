import { tableIdentity } from '../arguments/equivalence.ts';
import type { Table } from '../wire/field.ts';
import { type Destination, Exchange } from './exchange.ts';

/** A rule by which messages flow from an exchange to a queue or another exchange. */
export interface Binding {
  readonly source: Exchange;
  readonly destination: Destination;
  readonly routingKey: string;
  readonly arguments: Table;
}

/** What tells a binding from its exchange's others: destination, key, and arguments by name, type and value. */
export function bindingIdentity(destination: Destination, routingKey: string, table: Table): string {
  const kind = destination instanceof Exchange ? 'exchange' : 'queue';
  return `${kind}\0${destination.name}\0${routingKey}\0${tableIdentity(table)}`;
}
