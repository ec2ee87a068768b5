import type { MethodInput, MethodName } from '../../../src/lab-broker/wire/methods.ts';
import { managementOf, withVhost } from '../../support/brokers.ts';
import { urlFor } from '../../support/limited-user.ts';
import { plainText } from '../../support/names.ts';
import { channel, connection, NOTHING, type Outcome, ok, outcomeOf } from '../../support/outcome.ts';
import { describeProbes, type Ground, type Probe } from '../../support/probes.ts';
import { declare, openVhost } from '../../support/provocations.ts';
import { int, tableOf } from '../../support/tables.ts';
import { openWire } from '../../support/wire-client.ts';

/** The letters of a name say what the user may do with it: `cw` is a queue that it may configure and write. */
const may = (letter: string): string => `^[crw]*${letter}[crw]*@`;
const PERMISSIONS = {
  configure: may('c'),
  write: `${may('w')}|^amq\\.topic$`,
  read: `${may('r')}|^amq\\.topic$`,
  topics: { exchange: 'amq.topic', write: '^may\\.', read: '^may\\.' },
};

/** Sends this as the user with few permissions. Nothing that it names exists. */
function limited(name: string, method: (own: Ground['own']) => MethodInput, expect: Outcome): Probe {
  return { name, connect: (ground) => ground.joinLimited(), fence: 1, provoke: ({ wire, own }) => wire.send(method(own)), expect };
}

/** Publishes to this exchange with this key as that user. */
function publishing(name: string, target: (own: Ground['own']) => readonly [exchange: string, routingKey: string], expect: Outcome): Probe {
  return {
    name,
    connect: (ground) => ground.joinLimited(),
    fence: 1,
    provoke: ({ wire, own }) => {
      const [exchange, routingKey] = target(own);
      wire.publish({ exchange, routingKey, body: 'x' });
    },
    expect,
  };
}

/** Declares a queue that exists, and that the user may do this with. */
function passive(name: string, letters: string, expect: Outcome): Probe {
  return {
    name,
    connect: (ground) => ground.joinLimited(),
    fence: 1,
    provoke: async ({ wire, own, join }) => {
      const queue = own(letters);
      await (await join()).call(declare(queue, { durable: true }), 'queue.declare-ok');
      wire.send(declare(queue, { passive: true }));
    },
    expect,
  };
}

function refused(access: 'configure' | 'read' | 'write', what: string, by: MethodName): Outcome {
  return channel(403, `ACCESS_REFUSED - ${access} access to ${what} in vhost '/' refused for user 'user'`, by);
}

const exchange = (name: string, args: Parameters<typeof tableOf>[0] = {}, flags: object = {}): MethodInput => ({
  name: 'exchange.declare',
  exchange: name,
  type: 'direct',
  ...flags,
  arguments: tableOf(args),
});
const DEFAULT_EXCHANGE = 'ACCESS_REFUSED - operation not permitted on the default exchange';

describeProbes(
  'permissions',
  [
    limited('declare a queue', (own) => declare(own('q')), refused('configure', "queue 'q'", 'queue.declare')),
    limited(
      'declare a queue with a bad argument: the permission is looked at first',
      (own) => declare(own('q'), { arguments: { 'x-expires': int('byte', 0) } }),
      refused('configure', "queue 'q'", 'queue.declare'),
    ),
    limited(
      'declare a queue of a reserved name: the name is looked at first',
      () => declare('amq.foo'),
      channel(403, "ACCESS_REFUSED - queue name 'amq.foo' contains reserved prefix 'amq.*'", 'queue.declare'),
    ),
    limited('declare a server-named queue', () => declare(''), refused('configure', "queue 'amq.gen-…'", 'queue.declare')),
    limited(
      'passive declare of a missing queue',
      (own) => declare(own('q'), { passive: true }),
      refused('configure', "queue 'q'", 'queue.declare'),
    ),
    limited(
      'declare a queue with a dead letter exchange, without read',
      (own) => declare(own('c'), { durable: true, arguments: { 'x-dead-letter-exchange': own('w') } }),
      refused('read', "queue 'c'", 'queue.declare'),
    ),
    limited(
      'declare a queue with a dead letter exchange, without write to that',
      (own) => declare(own('cr'), { durable: true, arguments: { 'x-dead-letter-exchange': own('dlx') } }),
      refused('write', "exchange 'dlx'", 'queue.declare'),
    ),
    limited(
      'declare a queue with a dead letter exchange, allowed',
      (own) => declare(own('cr'), { durable: true, arguments: { 'x-dead-letter-exchange': own('w') } }),
      ok('queue.declare-ok', { queue: 'cr', messageCount: 0, consumerCount: 0 }),
    ),
    passive('passive declare of a queue without any permission', 'q', refused('configure', "queue 'q'", 'queue.declare')),
    passive('passive declare of a queue that may be read', 'r', ok('queue.declare-ok', { queue: 'r' })),
    passive('passive declare of a queue that may be written', 'w', ok('queue.declare-ok', { queue: 'w' })),
    passive('passive declare of a queue that may be configured', 'c', ok('queue.declare-ok', { queue: 'c' })),
    limited('declare an exchange', (own) => exchange(own('x')), refused('configure', "exchange 'x'", 'exchange.declare')),
    limited(
      'passive declare of a missing queue that could be read',
      (own) => declare(own('r'), { passive: true }),
      channel(404, "NOT_FOUND - no queue 'r' in vhost '/'", 'queue.declare'),
    ),
    limited(
      'passive declare of a missing exchange that could be read',
      (own) => exchange(own('r'), {}, { passive: true }),
      channel(404, "NOT_FOUND - no exchange 'r' in vhost '/'", 'exchange.declare'),
    ),
    limited(
      'passive declare of a missing exchange',
      (own) => exchange(own('x'), {}, { passive: true }),
      refused('configure', "exchange 'x'", 'exchange.declare'),
    ),
    limited(
      'declare an exchange with an alternate exchange, without read',
      (own) => exchange(own('c'), { 'alternate-exchange': own('w') }),
      refused('read', "exchange 'c'", 'exchange.declare'),
    ),
    limited(
      'declare an exchange with an alternate exchange, without write to that',
      (own) => exchange(own('cr'), { 'alternate-exchange': own('ae') }),
      refused('write', "exchange 'ae'", 'exchange.declare'),
    ),
    limited(
      'delete a missing queue',
      (own) => ({ name: 'queue.delete', queue: own('q') }),
      refused('configure', "queue 'q'", 'queue.delete'),
    ),
    limited(
      'delete a missing exchange',
      (own) => ({ name: 'exchange.delete', exchange: own('x') }),
      refused('configure', "exchange 'x'", 'exchange.delete'),
    ),
    limited(
      'delete the default exchange',
      () => ({ name: 'exchange.delete', exchange: '' }),
      channel(403, DEFAULT_EXCHANGE, 'exchange.delete'),
    ),
    limited(
      'bind without write to the queue',
      (own) => ({ name: 'queue.bind', queue: own('q'), exchange: own('r') }),
      refused('write', "queue 'q'", 'queue.bind'),
    ),
    limited(
      'bind without read of the exchange',
      (own) => ({ name: 'queue.bind', queue: own('w'), exchange: own('x') }),
      refused('read', "exchange 'x'", 'queue.bind'),
    ),
    limited(
      'bind to the default exchange without write to the queue',
      (own) => ({ name: 'queue.bind', queue: own('q'), exchange: '' }),
      refused('write', "queue 'q'", 'queue.bind'),
    ),
    limited(
      'bind to the default exchange',
      (own) => ({ name: 'queue.bind', queue: own('w'), exchange: '' }),
      channel(403, DEFAULT_EXCHANGE, 'queue.bind'),
    ),
    limited(
      'bind to a topic that may not be read',
      (own) => ({ name: 'queue.bind', queue: own('w'), exchange: 'amq.topic', routingKey: 'k' }),
      refused('read', "topic 'k' in exchange 'amq.topic'", 'queue.bind'),
    ),
    limited(
      'unbind without write to the queue',
      (own) => ({ name: 'queue.unbind', queue: own('q'), exchange: own('r') }),
      refused('write', "queue 'q'", 'queue.unbind'),
    ),
    limited(
      'unbind without read of the exchange',
      (own) => ({ name: 'queue.unbind', queue: own('w'), exchange: own('x') }),
      refused('read', "exchange 'x'", 'queue.unbind'),
    ),
    limited(
      'bind e2e without write to the destination',
      (own) => ({ name: 'exchange.bind', destination: own('x'), source: own('r') }),
      refused('write', "exchange 'x'", 'exchange.bind'),
    ),
    limited(
      'bind e2e without read of the source',
      (own) => ({ name: 'exchange.bind', destination: own('w'), source: own('x') }),
      refused('read', "exchange 'x'", 'exchange.bind'),
    ),
    limited(
      'bind e2e of a topic that may not be read',
      (own) => ({ name: 'exchange.bind', destination: own('w'), source: 'amq.topic', routingKey: 'k' }),
      refused('read', "topic 'k' in exchange 'amq.topic'", 'exchange.bind'),
    ),
    limited(
      'unbind e2e without write to the destination',
      (own) => ({ name: 'exchange.unbind', destination: own('x'), source: own('r') }),
      refused('write', "exchange 'x'", 'exchange.unbind'),
    ),
    limited('consume', (own) => ({ name: 'basic.consume', queue: own('q') }), refused('read', "queue 'q'", 'basic.consume')),
    limited('get', (own) => ({ name: 'basic.get', queue: own('q') }), refused('read', "queue 'q'", 'basic.get')),
    limited('purge', (own) => ({ name: 'queue.purge', queue: own('q') }), refused('read', "queue 'q'", 'queue.purge')),
    limited(
      'consume replies: needs none',
      () => ({ name: 'basic.consume', queue: 'amq.rabbitmq.reply-to', noAck: true }),
      ok('basic.consume-ok', { consumerTag: 'amq.ctag-…' }),
    ),
    publishing('publish', (own) => [own('x'), 'k'], refused('write', "exchange 'x'", 'basic.publish')),
    publishing('publish into a queue', () => ['', 'nosuch'], refused('write', "exchange 'amq.default'", 'basic.publish')),
    publishing(
      'publish a topic that may not be written',
      () => ['amq.topic', 'k'],
      refused('write', "topic 'k' in exchange 'amq.topic'", 'basic.publish'),
    ),
    publishing('publish a topic that may be written', () => ['amq.topic', 'may.k'], NOTHING),
    {
      name: 'open a vhost without permission',
      connect: ({ broker, user }) => openWire(urlFor(broker.url, user()), { upTo: 'tune' }),
      provoke: ({ wire }) => openVhost(wire, '/'),
      expect: connection(530, "NOT_ALLOWED - access to vhost '/' refused for user 'user'", 'connection.open'),
    },
    {
      name: 'open a vhost that has as many connections as it may',
      observe: ({ broker }) =>
        withVhost(broker, async ({ vhost }) => {
          await managementOf(broker).put(`/api/vhost-limits/${vhost}/max-connections`, { value: 0 });
          const wire = await openWire(broker.url, { upTo: 'tune' });
          try {
            openVhost(wire, vhost);
            const outcome = await outcomeOf(wire, { fence: undefined, expected: NOTHING });
            return 'text' in outcome ? { ...outcome, text: plainText(outcome.text, vhost) } : outcome;
          } finally {
            wire.destroy();
          }
        }),
      expect: connection(
        530,
        "NOT_ALLOWED - access to vhost '/' refused for user 'guest': connection limit (0) is reached",
        'connection.open',
      ),
    },
  ],
  { permissions: PERMISSIONS },
);
