import { showValue } from '../arguments/equivalence.ts';
import type { Exchange } from '../entities/exchange.ts';
import { BrokerFault } from '../faults.ts';
import { findField, type Table, textOf } from '../wire/field.ts';

const MATCHES = ['all', 'any', 'all-with-x', 'any-with-x'];

/** @throws BrokerFault for an x-match that a headers exchange does not know. */
export function checkBindingArguments({ type }: Exchange, table: Table): void {
  const match = type === 'headers' ? findField(table, 'x-match') : undefined;
  if (match === undefined) return;
  if (match.type !== 'longstr') throw new BrokerFault('invalid-x-match-type', { type: match.type, value: showValue(match) });
  if (!MATCHES.includes(textOf(match) ?? '')) throw new BrokerFault('invalid-x-match', { value: textOf(match) ?? '' });
}
