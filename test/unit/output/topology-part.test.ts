import type { FieldTable } from '../../../src/client/message.ts';
import { dotView, mermaidView, topologyGraph } from '../../../src/output/topology-graph.ts';
import { topologyTree } from '../../../src/output/topology-tree.ts';
import { selectTopology } from '../../../src/topology/select.ts';
import { createTopology } from '../../../src/topology/topology.ts';

const exchange = (name: string, table: FieldTable = {}) => ({
  ...{ name, type: 'fanout', durable: true, autoDelete: false, internal: false },
  arguments: table,
});
const queue = (name: string, table: FieldTable = {}) => ({
  ...{ name, type: 'classic', durable: true, exclusive: false, autoDelete: false, arguments: table },
  ...{ messages: 0, ready: 0, unacked: 0, consumers: 1 },
});
const bind = (source: string, destination: string) => ({
  ...{ source, destination, destinationType: 'queue' as const, routingKey: '' },
  arguments: {},
});

const whole = createTopology({
  ...{ vhost: '/', version: '4.3.6', policies: [], operatorPolicies: [], counted: true, gaps: [] },
  exchanges: [
    ...['', 'amq.fanout', 'dlx'].map((name) => exchange(name)),
    exchange('shop', { 'alternate-exchange': 'unrouted' }),
    exchange('unrouted'),
  ],
  queues: [queue('alone'), queue('dead'), queue('orders', { 'x-dead-letter-exchange': 'dlx' })],
  bindings: [bind('shop', 'orders'), bind('dlx', 'dead')],
});
const part = (prefix: string, limit = Number.POSITIVE_INFINITY) => selectTopology(whole, { prefix, limit });
const tree = (prefix: string, limit?: number) => {
  const { topology, hidden } = part(prefix, limit);
  return topologyTree(topology, hidden, { color: false, ascii: true });
};

test('what a part leaves out is not told as missing', () => {
  expect(tree('')).not.toContain('exist');
  expect(tree('orders')).toBe(
    [
      'virtual host /: 2 exchanges in use, 1 queue, 1 binding',
      '',
      'dlx  fanout, bindings not shown',
      '',
      'shop  fanout, unroutable -> unrouted',
      '`- -> orders  classic  empty, 1 consumer',
      '      dead letters -> dlx',
    ].join('\n'),
  );
  expect(tree('shop')).not.toContain('exist');
  expect(tree('dead')).not.toContain('exist');
});

test('a limit takes the broker’s own exchanges last, and tells bound queues from others', () => {
  const { topology } = part('', 2);
  expect(topology.exchanges.map(({ name }) => name)).toEqual(['dlx', 'shop']);
  expect(tree('', 1)).toContain('dlx  fanout, bindings not shown');
  expect(tree('', 2)).toContain('bound to no exchange but the default one:\n  alone  classic');
  expect(tree('dlx')).toContain('with bindings that are not shown:\n  orders  classic');
});

test('a diagram has a node for what lies beside it', () => {
  const graph = topologyGraph(part('shop').topology);
  expect(graph.nodes.map(({ kind, lines }) => [kind, lines[0]])).toContainEqual(['beside', 'dlx']);
  expect(dotView(graph)).toContain('label="dlx\\nnot shown here"');
  expect(dotView(graph)).not.toContain('exist');
  expect(mermaidView(graph)).toContain('["dlx<br/>not shown here"]:::beside');
});
