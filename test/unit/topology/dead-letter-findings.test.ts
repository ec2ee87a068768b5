import type { FieldTable } from '../../../src/client/message.ts';
import { findDeadLetterTroubles, withReached } from '../../../src/topology/dead-letter-findings.ts';
import { planDeadLetters } from '../../../src/topology/dead-letter-plan.ts';
import type { Policy } from '../../../src/topology/policies.ts';
import { createTopology, type Topology, type TopologyParts } from '../../../src/topology/topology.ts';

const exchange = (name: string, type: string, table: FieldTable = {}) => ({
  ...{ name, type, durable: true, autoDelete: false, internal: false },
  arguments: table,
});
const queue = (name: string, table: FieldTable = {}, more: { type?: string; messages?: number; consumers?: number } = {}) => ({
  ...{ name, type: 'classic', durable: true, exclusive: false, autoDelete: false, arguments: table },
  ...{ messages: 0, ready: 0, unacked: 0, consumers: 0, ...more },
});
const bind = (source: string, destination: string, routingKey = '') => ({
  ...{ source, destination, destinationType: 'queue' as const, routingKey },
  arguments: {},
});
const policy = (name: string, pattern: string, definition: Policy['definition']): Policy => ({
  ...{ name, pattern, applyTo: 'queues', priority: 0 },
  definition,
});

const DLX = { 'x-dead-letter-exchange': 'dlx' };

function topologyOf(parts: Partial<TopologyParts>): Topology {
  return createTopology({
    ...{ vhost: '/', version: '4.3.6', policies: [], operatorPolicies: [], counted: true, gaps: [], bindings: [], queues: [] },
    ...parts,
    exchanges: [exchange('', 'direct'), exchange('dlx', 'direct'), ...(parts.exchanges ?? [])],
  });
}

/** Findings in short: severity, queue and what about. */
const found = (parts: Partial<TopologyParts>, names?: string[]) =>
  findDeadLetterTroubles(topologyOf(parts), names).map(({ severity, queue: name, about }) => `${severity} ${name} ${about}`);
const one = (parts: Partial<TopologyParts>, about: string) =>
  findDeadLetterTroubles(topologyOf(parts)).find((finding) => finding.about === about);

/** The topology that a plan makes. */
function planned(retry: number[], more: { ttl?: number; type?: string; maxLength?: number }, version = '4.3.6'): Partial<TopologyParts> {
  const request = { queue: 'q', delays: retry, deadLetterExchange: 'q.dlx', deadLetterQueue: 'q.dlq', ...more };
  const { work, exchanges, queues, bindings } = planDeadLetters(request, version);
  const type = more.type ?? 'classic';
  return {
    version,
    exchanges: exchanges.map(({ exchange: name, type: kind, arguments: table }) => exchange(name, kind, table)),
    queues: [work, ...queues].map(({ queue: name, arguments: table }) => queue(name, table, { type })),
    bindings,
  };
}

test('a way out that is as it should be', () => {
  const parts = { queues: [queue('q', DLX), queue('d', {}, { consumers: 1 })], bindings: [bind('dlx', 'd', 'q')] };
  expect(found(parts)).toEqual(['ok d end', 'ok q way']);
});

test('a queue without dead letters is nobody’s affair, unless it is asked for', () => {
  expect(found({ queues: [queue('q', { 'x-message-ttl': 5 })] })).toEqual([]);
  expect(found({ queues: [queue('q', { 'x-message-ttl': 5 })] }, ['q'])).toEqual(['note q no exchange']);
});

test.each<[string, number[], { ttl?: number; maxLength?: number; type?: string }, string, string[]]>([
  ['no retries', [], {}, '4.3.6', []],
  ['a ladder is no circle', [5, 5, 5], {}, '4.3.6', []],
  ['a TTL makes its later rounds ones', [5, 5], { ttl: 5 }, '4.3.6', ['error q dropping cycle']],
  ['so does a length', [5, 5], { maxLength: 5 }, '4.3.6', ['error q dropping cycle']],
  ['so does the delivery limit of 4.x', [5, 5], { type: 'quorum' }, '4.0.5', ['note q dropping cycle']],
  ['which 3.10 has not', [5, 5], { type: 'quorum' }, '3.10.8', []],
])('what setup makes: %s', (_name, retry, more, version, expected) =>
  expect(found(planned(retry, more, version)).filter((line) => !/^ok | nobody looks$/.test(line))).toEqual(expected),
);

test.each<[string, Partial<TopologyParts>, string, object]>([
  ['a missing exchange', { queues: [queue('q', { 'x-dead-letter-exchange': 'gone' })] }, 'missing exchange', { severity: 'error' }],
  ['nothing bound', { queues: [queue('q', DLX)] }, 'unbound', { severity: 'error', fix: 'rmq-lab bind dlx q.dlq q' }],
  [
    'another key bound',
    { queues: [queue('q', { ...DLX, 'x-dead-letter-routing-key': 'k' }), queue('d')], bindings: [bind('dlx', 'd', 'l')] },
    'unbound',
    { severity: 'error', detail: expect.stringMatching(/key 'k', its dead-letter key/) },
  ],
  [
    'some of its keys only',
    {
      exchanges: [exchange('shop', 'topic')],
      queues: [queue('q', DLX), queue('d')],
      bindings: [bind('shop', 'q', 'a'), bind('shop', 'q', 'b'), bind('dlx', 'd', 'a')],
    },
    'unbound',
    { severity: 'warning', detail: expect.stringMatching(/takes the key 'b':/) },
  ],
  [
    'no queue by that name',
    { queues: [queue('q', { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': 'gone' })] },
    'unbound',
    { severity: 'error', detail: expect.stringMatching(/^no queue has the name 'gone'/) },
  ],
  [
    'rejected, waits, comes back, is rejected',
    {
      queues: [
        queue('work', { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': 'wait' }),
        queue('wait', { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': 'work', 'x-message-ttl': 5 }),
      ],
    },
    'endless cycle',
    { severity: 'warning', queue: 'wait', detail: expect.stringMatching(/^wait \(expired\) -> work \(rejected\) -> wait:/) },
  ],
  [
    'expires into itself',
    { queues: [queue('q', { 'x-dead-letter-exchange': '', 'x-message-ttl': 5 }, { consumers: 1 })] },
    'dropping cycle',
    { severity: 'error', detail: expect.stringMatching(/^q \(expired\) -> q:/) },
  ],
  [
    'a policy sets the exchange',
    {
      queues: [queue('q'), queue('d')],
      bindings: [bind('dlx', 'd', 'q')],
      policies: [policy('p', '^q$', { 'dead-letter-exchange': 'dlx' })],
    },
    'by policy',
    { severity: 'note', queue: 'q', detail: expect.stringMatching(/^the policy 'p'/) },
  ],
  [
    'dead letters pile up',
    { queues: [queue('q', DLX), queue('d', {}, { messages: 7 })], bindings: [bind('dlx', 'd', 'q')] },
    'nobody looks',
    { severity: 'warning', queue: 'd', detail: expect.stringMatching(/of q: .*; 7 in it now$/) },
  ],
  [
    'a limit without a way out, by default',
    { queues: [queue('q', {}, { type: 'quorum' })] },
    'delivery limit',
    { severity: 'warning', detail: expect.stringMatching(/more than 20 times \(the default/), fix: 'rmq-lab dlq setup q --policy' },
  ],
  [
    'a limit that was set',
    { version: '3.10.8', queues: [queue('a b', { 'x-delivery-limit': 3 }, { type: 'quorum' })] },
    'delivery limit',
    { detail: expect.stringMatching(/more than 3 times \(as it was set/), fix: "rmq-lab dlq setup 'a b' --policy" },
  ],
  [
    'at least once, with the oldest dropped',
    {
      queues: [queue('q', { ...DLX, 'x-dead-letter-strategy': 'at-least-once' }, { type: 'quorum' }), queue('d')],
      bindings: [bind('dlx', 'd', 'q')],
    },
    'strategy',
    { severity: 'warning', fix: `rabbitmqctl set_policy -p / --apply-to queues q.limits '^q$' '{"overflow":"reject-publish"}'` },
  ],
  ['a key alone', { queues: [queue('q', { 'x-dead-letter-routing-key': 'k' })] }, 'key alone', { severity: 'warning' }],
])('%s', (_name, parts, about, expected) => expect(one(parts, about)).toMatchObject(expected));

test.each<[string, Partial<TopologyParts>]>([
  ['no limit on 3.10 unless it is set', { version: '3.10.8', queues: [queue('q', {}, { type: 'quorum' })] }],
  ['none where it is -1', { queues: [queue('q', { 'x-delivery-limit': -1 }, { type: 'quorum' })] }],
  ['a stream lets nothing die', { queues: [queue('q', {}, { type: 'stream' })] }],
])('nothing to say: %s', (_name, parts) => expect(found(parts)).toEqual([]));

test('of one queue: itself, and where its dead letters go', () => {
  const parts = {
    queues: [queue('q', DLX), queue('other', { 'x-dead-letter-exchange': 'gone' }), queue('d')],
    bindings: [bind('dlx', 'd', 'q')],
  };
  const names = withReached(topologyOf(parts), ['q']);
  expect(names).toEqual(['q', 'd']);
  expect(found(parts, [...names])).toEqual(['note d nobody looks', 'ok q way']);
});

test('a queue with a TTL that nobody consumes now may have its messages rejected all the same', () => {
  expect(withReached(topologyOf(planned([5, 5], { ttl: 5 })), ['q'])).toEqual(expect.arrayContaining(['q.retry.1', 'q.retry.2']));
});

test('the first reason stays with a message wherever it goes', () => {
  const byReason = (reason: string, destination: string) => ({
    ...bind('reasons', destination),
    arguments: { 'x-match': 'all-with-x', 'x-first-death-reason': reason },
  });
  const parts = {
    exchanges: [exchange('reasons', 'headers')],
    queues: [
      queue('q', { 'x-dead-letter-exchange': 'reasons' }),
      queue('wait', { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': 'next', 'x-message-ttl': 5 }),
      queue('next', { 'x-dead-letter-exchange': 'reasons', 'x-message-ttl': 5 }),
      queue('d'),
    ],
    bindings: [byReason('rejected', 'wait'), byReason('expired', 'd')],
  };
  // rejected once, it would turn for ever; what expires in one of the two first does not
  expect(one(parts, 'dropping cycle')?.detail).toMatch(/^wait \(expired\) -> next \(expired\) -> wait:/);
});

test('a web of queues in which everything leads everywhere is not followed for ever, which is said once, and told in few lines', () => {
  const names = Array.from({ length: 1_000 }, (_, n) => `q${n}`);
  const parts = {
    exchanges: [exchange('all', 'fanout')],
    queues: names.map((name) => queue(name, { 'x-dead-letter-exchange': 'all', 'x-message-ttl': 5 })),
    bindings: names.map((name) => bind('all', name)),
  };
  const started = performance.now();
  const findings = findDeadLetterTroubles(topologyOf(parts));
  // without bounds it takes hours
  expect(performance.now() - started).toBeLessThan(20_000);
  const about = (what: string) => findings.filter((finding) => finding.about === what);
  expect(about('dropping cycle').filter((finding) => finding.queue === 'q0').length).toBeLessThanOrEqual(3);
  expect(about('dropping cycle')[0]?.detail).toMatch(/^q0 \(expired\) -> q0:/);
  expect(about('not followed')).toMatchObject([
    { severity: 'warning', detail: expect.stringMatching(/ q0, q1, .* and \d+ more: not all/) },
  ]);
  expect(Math.max(...findings.map(({ detail }) => detail.length))).toBeLessThan(400);
});

test('many queues with dead letters of their own are followed to the end', () => {
  const names = Array.from({ length: 1_000 }, (_, n) => `q${n}`);
  const lines = found({
    exchanges: [exchange('shared', 'direct')],
    queues: names.flatMap((name) => [
      queue(name, { 'x-dead-letter-exchange': 'shared', 'x-dead-letter-routing-key': name, 'x-message-ttl': 5 }),
      queue(`${name}.dead`),
    ]),
    bindings: names.map((name) => bind('shared', `${name}.dead`, name)),
  });
  expect(lines.filter((line) => line.includes('not followed'))).toEqual([]);
  expect(lines.filter((line) => / way$/.test(line))).toHaveLength(1_000);
});
