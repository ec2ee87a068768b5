import type { Topology } from '../topology/topology.ts';
import { escapeLine } from './escape.ts';
import { createStyle } from './style.ts';
import { tableView } from './table.ts';
import { labelOf } from './topology-label.ts';
import { type HiddenCounts, hiddenLine, type TreeDisplay } from './topology-tree.ts';
import { exchangeName, exchangeTraits, isIdle, queueRemarks, queueTraits, settingsWords } from './topology-words.ts';

/** Three tables: exchanges, queues, bindings; what there is none of is left out. */
export function topologyTables(topology: Topology, hidden: HiddenCounts, { color, ascii }: TreeDisplay): string {
  const { bold } = createStyle(color);
  const arrow = ascii ? '->' : '→';
  const types = new Map(topology.exchanges.map(({ name, type }) => [name, type]));
  const exchanges = topology.exchanges.filter((exchange) => exchange.name !== '' && !isIdle(exchange, topology));
  const sections: [string, string[], string[][]][] = [
    [
      'Exchanges',
      ['name', 'type', 'unroutable to', 'policy'],
      exchanges.map((exchange) => [
        escapeLine(exchange.name),
        exchangeTraits(exchange),
        exchange.alternate === undefined ? '' : exchangeName(exchange.alternate.value),
        escapeLine(exchange.policy ?? ''),
      ]),
    ],
    [
      'Queues',
      ['name', 'type', ...(topology.counted ? ['ready', 'unacked', 'consumers'] : []), 'settings'],
      topology.queues.map((queue) => [
        escapeLine(queue.name),
        queueTraits(queue),
        ...(topology.counted ? [queue.ready, queue.unacked, queue.consumers].map(String) : []),
        [...settingsWords(queue, arrow), ...queueRemarks(queue, topology).map(({ text }) => `! ${text}`)].join(', '),
      ]),
    ],
    [
      'Bindings',
      ['exchange', 'key or headers', 'destination'],
      topology.bindings.map((binding) => [
        exchangeName(binding.source),
        labelOf(types.get(binding.source) ?? '', binding),
        `${escapeLine(binding.destination)}${binding.destinationType === 'exchange' ? ' (exchange)' : ''}`,
      ]),
    ],
  ];
  const shown = sections
    .filter(([, , rows]) => rows.length > 0)
    .map(([title, head, rows]) => `${bold(title)}\n${tableView(head, rows, color)}`);
  return [...(shown.length === 0 ? ['nothing is declared here'] : shown), ...hiddenLine(hidden)].join('\n\n');
}
