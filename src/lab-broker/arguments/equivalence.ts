import { BrokerFault } from '../faults.ts';
import { type Field, findField, type Table } from '../wire/field.ts';
import { encodeTable } from '../wire/table.ts';
import { integerOf } from './integer.ts';

/** What is redeclared. */
export interface Redeclared {
  readonly kind: 'queue' | 'exchange';
  readonly name: string;
  readonly vhost: string;
}

/** Holds a property of a redeclaration against what there is. @throws BrokerFault when they differ. */
export function requireEqual(what: Redeclared, argument: string, received: string | boolean, current: string | boolean): void {
  if (received !== current) {
    throw new BrokerFault('inequivalent-argument', { ...what, argument, received: `'${received}'`, current: `'${current}'` });
  }
}

/** Holds an argument of a redeclaration against what there is: integers by value, all else by type and value. */
export function requireEquivalent(what: Redeclared, argument: string, received: Table, current: Table): void {
  const [given, held] = [findField(received, argument), findField(current, argument)];
  if (given === undefined && held === undefined) return;
  if (given === undefined || held === undefined || classOf(given) !== classOf(held)) {
    throw new BrokerFault('inequivalent-argument', { ...what, argument, received: describe(given), current: describe(held) });
  }
  if (contentOf(given) !== contentOf(held)) requireEqual(what, argument, showValue(given), showValue(held));
}

function classOf(field: Field): string {
  return integerOf(field) === undefined ? field.type : 'integer';
}

function contentOf(field: Field): string {
  return integerOf(field)?.toString() ?? encodeTable([['', field]]).toString('latin1');
}

function describe(field: Field | undefined): string {
  return field === undefined ? 'none' : `the value '${showValue(field)}' of type '${field.type}'`;
}

/** A value as RabbitMQ prints it in its texts. */
export function showValue(field: Field): string {
  if (field.type === 'longstr') return field.value.toString();
  return String(field.value);
}

/** One text for a table, the same for tables that hold the same names, types and values in any order. */
export function tableIdentity(table: Table): string {
  if (table.length === 0) return '';
  const sorted = [...table].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return encodeTable(sorted).toString('latin1');
}
