import { topicWords } from '../../routing/match-topic.ts';
import { showValue } from '../arguments/equivalence.ts';
import type { Exchange } from '../entities/exchange.ts';
import { BrokerFault } from '../faults.ts';
import { findField, type Table, textOf } from '../wire/field.ts';

const MATCHES = ['all', 'any', 'all-with-x', 'any-with-x'];

/** Words `#` that a topic's binding may have. */
const MOST_WILDCARDS = 2;

/** @throws BrokerFault for a binding that its exchange does not take: an x-match that there is not, or a pattern that is hard to match. */
export function checkNewBinding({ type }: Exchange, routingKey: string, table: Table): void {
  if (type === 'headers') checkMatch(table);
  if (type === 'topic') checkPattern(routingKey);
}

function checkMatch(table: Table): void {
  const match = findField(table, 'x-match');
  if (match === undefined) return;
  if (match.type !== 'longstr') throw new BrokerFault('invalid-x-match-type', { type: match.type, value: showValue(match) });
  if (!MATCHES.includes(textOf(match) ?? '')) throw new BrokerFault('invalid-x-match', { value: textOf(match) ?? '' });
}

function checkPattern(key: string): void {
  const count = topicWords(key).filter((word) => word === '#').length;
  if (count > MOST_WILDCARDS) throw new BrokerFault('topic-wildcards', { key, count });
}
