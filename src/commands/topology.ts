import { Command } from 'commander';
import { dotView, mermaidView, topologyGraph } from '../output/topology-graph.ts';
import { topologyTables } from '../output/topology-tables.ts';
import { topologyTree } from '../output/topology-tree.ts';
import { topologyDocument } from '../topology/document.ts';
import { selectTopology } from '../topology/select.ts';
import { parseInteger } from '../values.ts';
import type { Act, Lab } from './lab.ts';
import { examples, parseChoice } from './options.ts';
import { loadTopology, type TopologySourceOptions, withTopologySource } from './topology-source.ts';

const FORMATS = ['tree', 'table', 'mermaid', 'dot', 'json'] as const;

/** So many exchanges and queues are shown to people unless they ask for another number. */
const SHOWN = 200;

interface TopologyOptions extends TopologySourceOptions {
  readonly prefix?: string;
  readonly limit?: string;
  readonly format?: string;
}

/** `rmq-lab topology`. */
export function topology(act: Act): Command {
  return withTopologySource(new Command('topology'))
    .description(
      'Shows exchanges, bindings and queues of a virtual host, with what holds for each queue (by its arguments or by a policy), where dead ' +
        'letters and unroutable messages go, and what is in it. Needs the management API, or a file of definitions.',
    )
    .option('--prefix <name>', 'only what begins so, and what it is bound to')
    .option('--limit <n>', `so many exchanges and queues at most; 0: all (default ${SHOWN} as a tree or table, else all)`)
    .option('--format <format>', `${FORMATS.join(', ')} (default tree; --json is json)`)
    .addHelpText(
      'after',
      examples([
        ['rmq-lab topology', 'all of it, as a tree'],
        ['rmq-lab topology --prefix orders', 'what begins with orders'],
        ['rmq-lab topology --format mermaid', 'a diagram for a README'],
        ['rmq-lab topology --format dot | dot -Tsvg > topology.svg', 'one by Graphviz'],
        ['rmq-lab topology --definitions broker.json', 'of a file, without a broker'],
        ["rmq-lab topology --json | jq '.queues[] | select(.consumers == 0).name'", 'queues without a consumer'],
      ]),
    )
    .action(act(run));
}

async function run(lab: Lab, options: TopologyOptions): Promise<void> {
  const format = lab.settings.json ? 'json' : parseChoice(options.format ?? 'tree', '--format', FORMATS);
  const limit = parseInteger(options.limit ?? (format === 'tree' || format === 'table' ? String(SHOWN) : '0'), '--limit');
  const prefix = options.prefix ?? '';
  const selected = selectTopology(await loadTopology(lab, options), { prefix, limit: limit === 0 ? Number.POSITIVE_INFINITY : limit });
  const shown = selected.topology;
  if (prefix !== '' && shown.exchanges.length + shown.queues.length === 0) lab.note(`nothing begins with '${prefix}'`);
  const display = { color: lab.out.color, ascii: lab.settings.ascii };
  const text = {
    tree: () => topologyTree(shown, selected.hidden, display),
    table: () => topologyTables(shown, selected.hidden, display),
    mermaid: () => mermaidView(topologyGraph(shown)),
    dot: () => dotView(topologyGraph(shown)),
    json: () => JSON.stringify(topologyDocument(selected)),
  }[format];
  await lab.write(`${text()}\n`);
}
