import { fatesOf } from '../../../src/topology/fates.ts';
import { createTopology, type Topology } from '../../../src/topology/topology.ts';

const exchange = (name: string, type: string) => ({ name, type, durable: true, autoDelete: false, internal: false, arguments: {} });
const queue = (name: string, args: Record<string, string | number> = {}, type = 'classic') => ({
  ...{ name, type, durable: true, exclusive: false, autoDelete: false, arguments: args },
  ...{ messages: 0, ready: 0, unacked: 0, consumers: 0 },
});

function topologyOf(queues: readonly ReturnType<typeof queue>[], more: Partial<Topology> = {}): Topology {
  return createTopology({
    ...{ vhost: '/', version: '4.3.6', policies: [], operatorPolicies: [], counted: true, gaps: [] },
    exchanges: [exchange('', 'direct'), exchange('dlx', 'topic'), exchange('plugin', 'x-random')],
    bindings: [{ source: 'dlx', destination: 'dead', destinationType: 'queue', routingKey: 'dead.#', arguments: {} }],
    ...more,
    queues: [...queues, queue('dead')],
  });
}

const fate = (topology: Topology, name: string, reason: string) => {
  const found = topology.queues.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no queue ${name}`);
  return fatesOf(topology, found, { keys: ['dead.a'], headers: {} }).find((candidate) => candidate.reason === reason);
};

describe('what becomes of a message that dies', () => {
  test.each([
    [{}, 'expired', { outcome: 'dropped', when: undefined }],
    [{ 'x-dead-letter-exchange': 'none' }, 'rejected', { outcome: 'exchange-missing' }],
    [{ 'x-dead-letter-exchange': 'dlx' }, 'rejected', { outcome: 'dead-lettered', queues: ['dead'], keys: ['dead.a'] }],
    [{ 'x-dead-letter-exchange': 'dlx', 'x-dead-letter-routing-key': 'k' }, 'rejected', { outcome: 'unroutable', keys: ['k'] }],
    [{ 'x-dead-letter-exchange': 'plugin' }, 'rejected', { outcome: 'not-known' }],
    [
      { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': 'q', 'x-message-ttl': 5 },
      'expired',
      { outcome: 'cycle', when: { ttl: 5 } },
    ],
    [
      { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': 'q' },
      'rejected',
      { outcome: 'dead-lettered', queues: ['q'], returns: true },
    ],
    [
      { 'x-max-length': 3, 'x-overflow': 'reject-publish' },
      'maxlen',
      { outcome: 'refused', when: { maxLength: 3, overflow: 'reject-publish' } },
    ],
    [{ 'x-max-length-bytes': 3 }, 'maxlen', { outcome: 'dropped', when: { maxLengthBytes: 3, overflow: 'drop-head' } }],
  ])('%j, %s', (args, reason, expected) => {
    expect(fate(topologyOf([queue('q', args)]), 'q', reason)).toMatchObject(expected);
  });

  test('an exchange may tell the reasons apart: the broker writes the first one into the message', () => {
    const byReason = (reason: string, destination: string) => ({
      ...{ source: 'reasons', destination, destinationType: 'queue' as const, routingKey: '' },
      arguments: { 'x-match': 'all-with-x', 'x-first-death-reason': reason },
    });
    const topology = topologyOf([queue('q', { 'x-dead-letter-exchange': 'reasons', 'x-message-ttl': 5 }), queue('wait')], {
      exchanges: [exchange('', 'direct'), exchange('reasons', 'headers')],
      bindings: [byReason('rejected', 'wait'), byReason('expired', 'dead')],
    });
    expect(fate(topology, 'q', 'rejected')).toMatchObject({ outcome: 'dead-lettered', queues: ['wait'] });
    expect(fate(topology, 'q', 'expired')).toMatchObject({ outcome: 'dead-lettered', queues: ['dead'] });
  });

  test('a limit of deliveries is for quorum queues, and nothing dies in a stream', () => {
    expect(fate(topologyOf([queue('q', { 'x-delivery-limit': 2 })]), 'q', 'delivery_limit')).toBeUndefined();
    expect(fate(topologyOf([queue('q', { 'x-delivery-limit': 2 }, 'quorum')]), 'q', 'delivery_limit')).toMatchObject({
      when: { deliveryLimit: 2 },
    });
    expect(fate(topologyOf([queue('q', {}, 'stream')]), 'q', 'rejected')).toBeUndefined();
  });

  test('policies count: the lower number, the argument before the policy, and only for the types that take all of it', () => {
    const policies = [
      { name: 'low', pattern: '.*', applyTo: 'all', priority: 0, definition: { 'max-length': 1 } },
      { name: 'p', pattern: '^q', applyTo: 'queues', priority: 1, definition: { 'message-ttl': 5, 'dead-letter-exchange': 'dlx' } },
      { name: 'unreadable', pattern: '(?<', applyTo: 'all', priority: 9, definition: { 'max-length': 1 } },
    ];
    const topology = topologyOf([queue('q', { 'x-message-ttl': 9, 'x-dead-letter-exchange': '' }), queue('q2', {}, 'stream')], {
      policies,
    });
    const [, q, q2] = topology.queues;
    expect(q).toMatchObject({
      policy: 'p',
      settings: { messageTtl: { value: 5, from: 'policy' }, deadLetterExchange: { value: '', from: 'argument' } },
    });
    expect(q2?.policy).toBeUndefined();
    expect(topology.gaps).toEqual(['policy unreadable: its pattern (?< cannot be read here, so what it applies to is not known']);
  });
});
