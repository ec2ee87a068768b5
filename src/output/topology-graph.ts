import type { Topology } from '../topology/topology.ts';
import { labelOf } from './topology-label.ts';
import { exchangeName, isIdle, keyText, queueCounts, queueTraits } from './topology-words.ts';

/** A node of a diagram. */
export interface GraphNode {
  readonly id: string;
  readonly kind: 'exchange' | 'queue' | 'missing' | 'beside';
  /** Its name, then what is said of it: a line each. */
  readonly lines: readonly string[];
}

/** An arrow of a diagram. */
export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly label: string;
  readonly kind: 'binding' | 'dead-letter' | 'alternate';
}

/** A topology as nodes and arrows, from which diagrams are written. */
export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/** Exchanges that nobody uses are left out; what is named and does not exist, or lies beside the part shown, is a node of its own. */
export function topologyGraph(topology: Topology): Graph {
  const nodes = new Map<string, GraphNode>();
  const add = (kind: GraphNode['kind'], key: string, lines: readonly string[]) => {
    if (!nodes.has(key)) nodes.set(key, { id: `n${nodes.size}`, kind, lines });
  };
  const idOf = (type: 'exchange' | 'queue', name: string): string => {
    const key = `${type} ${name}`;
    const shown = type === 'exchange' ? exchangeName(name) : name;
    const isBeside = (type === 'exchange' ? topology.beside?.exchanges : topology.beside?.queues)?.has(name) === true;
    if (isBeside) add('beside', key, [shown, 'not shown here']);
    else add('missing', key, [shown, `this ${type} does not exist`]);
    return nodes.get(key)?.id ?? '';
  };
  const types = new Map(topology.exchanges.map(({ name, type }) => [name, type]));
  for (const exchange of topology.exchanges) {
    const { name, type } = exchange;
    if (!isIdle(exchange, topology)) add('exchange', `exchange ${name}`, [exchangeName(name), name === '' ? 'direct' : type]);
  }
  for (const queue of topology.queues) {
    const counts = queueCounts(queue, topology);
    add('queue', `queue ${queue.name}`, [queue.name, queueTraits(queue), ...(counts === '' ? [] : [counts])]);
  }
  const edges: GraphEdge[] = topology.bindings.map((binding) => ({
    from: idOf('exchange', binding.source),
    to: idOf(binding.destinationType, binding.destination),
    label: labelOf(types.get(binding.source) ?? '', binding),
    kind: 'binding',
  }));
  for (const { name, alternate } of topology.exchanges) {
    if (alternate === undefined) continue;
    edges.push({ from: idOf('exchange', name), to: idOf('exchange', alternate.value), label: 'unroutable', kind: 'alternate' });
  }
  for (const { name, settings } of topology.queues) {
    const { deadLetterExchange: exchange, deadLetterRoutingKey: key } = settings;
    if (exchange === undefined) continue;
    const label = key === undefined ? 'dead letters' : `dead letters, key ${keyText(key.value)}`;
    edges.push({ from: idOf('queue', name), to: idOf('exchange', exchange.value), label, kind: 'dead-letter' });
  }
  return { nodes: [...nodes.values()], edges };
}

/** A graph in the language of Graphviz. */
export function dotView({ nodes, edges }: Graph): string {
  const shapes = {
    exchange: 'shape=ellipse',
    queue: 'shape=box',
    missing: 'shape=box, style=dashed, color=red',
    beside: 'shape=box, style=dashed',
  };
  const styles = { binding: '', 'dead-letter': ', style=dashed, color=red', alternate: ', style=dotted' };
  return [
    'digraph topology {',
    '  rankdir=LR;',
    '  node [fontname="Helvetica"]; edge [fontname="Helvetica", fontsize=10];',
    ...nodes.map(({ id, kind, lines }) => `  ${id} [${shapes[kind]}, label="${lines.map(dotText).join('\\n')}"];`),
    ...edges.map(({ from, to, label, kind }) => `  ${from} -> ${to} [label="${dotText(label)}"${styles[kind]}];`),
    '}',
  ].join('\n');
}

function dotText(text: string): string {
  return text.replace(/[\\"]/g, (character) => `\\${character}`).replace(/\p{Cc}/gu, ' ');
}

/** A graph in the language of Mermaid, as code-hosting pages draw it. */
export function mermaidView({ nodes, edges }: Graph): string {
  const shapes = { exchange: ['([', '])'], queue: ['[', ']'], missing: ['[', ']:::missing'], beside: ['[', ']:::beside'] } as const;
  const arrows = { binding: ['--', '-->'], 'dead-letter': ['-.', '.->'], alternate: ['-.', '.->'] } as const;
  return [
    'flowchart LR',
    ...nodes.map(({ id, kind, lines }) => `  ${id}${shapes[kind][0]}"${lines.map(mermaidText).join('<br/>')}"${shapes[kind][1]}`),
    ...edges.map(({ from, to, label, kind }) => {
      const [open, close] = arrows[kind];
      return label === '' ? `  ${from} --> ${to}` : `  ${from} ${open} "${mermaidText(label)}" ${close} ${to}`;
    }),
    ...(nodes.some(({ kind }) => kind === 'missing') ? ['  classDef missing stroke:#c00,stroke-dasharray:4'] : []),
    ...(nodes.some(({ kind }) => kind === 'beside') ? ['  classDef beside stroke-dasharray:4'] : []),
  ].join('\n');
}

/** Mermaid's labels are a kind of HTML, with entities written with `#`. Letters and digits stay as they are. */
function mermaidText(text: string): string {
  return text.replace(/[^\p{L}\p{N} .,:_()/+=@'-]/gu, (character) => `#${character.codePointAt(0)};`);
}
