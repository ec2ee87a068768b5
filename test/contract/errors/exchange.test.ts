import type { MethodInput, MethodOf } from '../../../src/lab-broker/wire/methods.ts';
import { channel, type Outcome, ok } from '../../support/outcome.ts';
import { describeProbes, type Probe, type Provocation, type Stage } from '../../support/probes.ts';
import { declareQueue, send } from '../../support/provocations.ts';
import { int, tableOf, type Values } from '../../support/tables.ts';

type Declaration = Partial<Omit<MethodOf<'exchange.declare'>, 'name' | 'exchange' | 'arguments'>> & { readonly arguments?: Values };

function declare(exchange: string, { arguments: values = {}, ...flags }: Declaration = {}): MethodInput {
  return { name: 'exchange.declare', exchange, type: 'direct', ...flags, arguments: tableOf(values) };
}

async function declareExchange({ wire, own }: Stage, declaration: Declaration = {}): Promise<string> {
  const exchange = own('x');
  await wire.call(declare(exchange, declaration), 'exchange.declare-ok');
  return exchange;
}

/** Declares an exchange `x` of the probe's own, then sends what is in question. */
function withExchange(method: (exchange: string) => MethodInput, declaration: Declaration = {}): Provocation['provoke'] {
  return async (stage) => {
    const exchange = await declareExchange(stage, declaration);
    stage.wire.send(method(exchange));
  };
}

/** Declares an exchange, and then again with this difference. */
function redeclare(name: string, second: Declaration, expect: Outcome): Probe {
  return { name, provoke: withExchange((exchange) => declare(exchange, second)), expect };
}

/** Binds a queue to a headers exchange with these arguments. */
function bindHeaders(name: string, values: Values, expect: Outcome): Probe {
  return {
    name,
    provoke: async (stage) => {
      const exchange = await declareExchange(stage, { type: 'headers' });
      stage.wire.send({ name: 'queue.bind', queue: await declareQueue(stage), exchange, arguments: tableOf(values) });
    },
    expect,
  };
}

const refused = (text: string) => channel(406, `PRECONDITION_FAILED - ${text}`, 'exchange.declare');
const NO_EXCHANGE = "NOT_FOUND - no exchange 'nosuchx' in vhost '/'";
const DEFAULT_EXCHANGE = 'ACCESS_REFUSED - operation not permitted on the default exchange';
const declared = ok('exchange.declare-ok');

describeProbes('exchange', [
  {
    name: 'passive declare missing',
    provoke: send(declare('nosuchx', { passive: true })),
    expect: channel(404, NO_EXCHANGE, 'exchange.declare'),
  },
  redeclare(
    'redeclare other type',
    { type: 'fanout' },
    refused("inequivalent arg 'type' for exchange 'x' in vhost '/': received 'fanout' but current is 'direct'"),
  ),
  redeclare(
    'redeclare other durable',
    { durable: true },
    refused("inequivalent arg 'durable' for exchange 'x' in vhost '/': received 'true' but current is 'false'"),
  ),
  redeclare(
    'redeclare other auto_delete',
    { autoDelete: true },
    refused("inequivalent arg 'auto_delete' for exchange 'x' in vhost '/': received 'true' but current is 'false'"),
  ),
  redeclare(
    'redeclare other internal',
    { internal: true },
    refused("inequivalent arg 'internal' for exchange 'x' in vhost '/': received 'true' but current is 'false'"),
  ),
  redeclare(
    'redeclare other everything: type is named',
    { type: 'fanout', durable: true, autoDelete: true, internal: true },
    refused("inequivalent arg 'type' for exchange 'x' in vhost '/': received 'fanout' but current is 'direct'"),
  ),
  redeclare(
    'redeclare other flags: durable is named',
    { durable: true, autoDelete: true, internal: true },
    refused("inequivalent arg 'durable' for exchange 'x' in vhost '/': received 'true' but current is 'false'"),
  ),
  redeclare(
    'redeclare other alternate-exchange',
    { arguments: { 'alternate-exchange': 'ae' } },
    refused(
      "inequivalent arg 'alternate-exchange' for exchange 'x' in vhost '/': received the value 'ae' of type 'longstr' but current is none",
    ),
  ),
  redeclare('redeclare other unknown argument', { arguments: { 'x-foo': int('byte', 1) } }, declared),
  {
    name: 'unknown type',
    provoke: ({ wire, own }) => wire.send(declare(own('x'), { type: 'banana' })),
    expect: refused("unknown exchange type 'banana'"),
  },
  {
    name: 'empty type',
    provoke: ({ wire, own }) => wire.send(declare(own('x'), { type: '' })),
    expect: refused("invalid exchange type ''"),
  },
  redeclare('passive with an unknown type', { passive: true, type: 'banana' }, declared),
  redeclare('passive with another type', { passive: true, type: 'fanout' }, declared),
  {
    name: 'reserved name',
    provoke: send(declare('amq.foo')),
    expect: channel(403, "ACCESS_REFUSED - exchange name 'amq.foo' contains reserved prefix 'amq.*'", 'exchange.declare'),
  },
  { name: 'redeclare amq.direct equivalent', provoke: send(declare('amq.direct', { durable: true })), expect: declared },
  {
    name: 'redeclare amq.direct differently',
    provoke: send(declare('amq.direct')),
    expect: refused("inequivalent arg 'durable' for exchange 'amq.direct' in vhost '/': received 'false' but current is 'true'"),
  },
  {
    name: 'declare the default exchange',
    provoke: send(declare('', { durable: true })),
    expect: channel(403, DEFAULT_EXCHANGE, 'exchange.declare'),
  },
  {
    name: 'passive declare the default exchange',
    provoke: send(declare('', { passive: true })),
    expect: channel(403, DEFAULT_EXCHANGE, 'exchange.declare'),
  },
  {
    name: 'delete the default exchange',
    provoke: send({ name: 'exchange.delete', exchange: '' }),
    expect: channel(403, DEFAULT_EXCHANGE, 'exchange.delete'),
  },
  {
    name: 'delete amq.direct',
    provoke: send({ name: 'exchange.delete', exchange: 'amq.direct' }),
    expect: channel(403, "ACCESS_REFUSED - deletion of system exchange 'amq.direct' in vhost '/' not allowed", 'exchange.delete'),
  },
  {
    name: 'delete amq.nosuch',
    provoke: send({ name: 'exchange.delete', exchange: 'amq.nosuch' }),
    expect: channel(403, "ACCESS_REFUSED - deletion of system exchange 'amq.nosuch' in vhost '/' not allowed", 'exchange.delete'),
  },
  {
    name: 'delete if-unused when bound',
    provoke: async (stage) => {
      const exchange = await declareExchange(stage);
      await stage.wire.call({ name: 'queue.bind', queue: await declareQueue(stage), exchange }, 'queue.bind-ok');
      stage.wire.send({ name: 'exchange.delete', exchange, ifUnused: true });
    },
    expect: channel(406, "PRECONDITION_FAILED - exchange 'x' in vhost '/' in use", 'exchange.delete'),
  },
  {
    name: 'delete a missing exchange',
    provoke: send({ name: 'exchange.delete', exchange: 'nosuchx' }),
    expect: ok('exchange.delete-ok'),
  },
  {
    name: 'bind e2e: missing source',
    provoke: withExchange((destination) => ({ name: 'exchange.bind', destination, source: 'nosuchx' })),
    expect: channel(404, NO_EXCHANGE, 'exchange.bind'),
  },
  {
    name: 'bind e2e: missing destination',
    provoke: withExchange((source) => ({ name: 'exchange.bind', destination: 'nosuchx', source })),
    expect: channel(404, NO_EXCHANGE, 'exchange.bind'),
  },
  {
    name: 'bind e2e: both missing',
    provoke: send({ name: 'exchange.bind', destination: 'nosuchd', source: 'nosuchx' }),
    expect: channel(404, NO_EXCHANGE, 'exchange.bind'),
  },
  {
    name: 'bind e2e: default exchange as the source',
    provoke: withExchange((destination) => ({ name: 'exchange.bind', destination, source: '' })),
    expect: channel(403, DEFAULT_EXCHANGE, 'exchange.bind'),
  },
  {
    name: 'bind e2e: default exchange as the destination',
    provoke: withExchange((source) => ({ name: 'exchange.bind', destination: '', source })),
    expect: channel(403, DEFAULT_EXCHANGE, 'exchange.bind'),
  },
  {
    name: 'unbind e2e missing',
    provoke: withExchange((destination) => ({ name: 'exchange.unbind', destination, source: 'amq.direct' })),
    expect: ok('exchange.unbind-ok'),
  },
  {
    name: 'unbind e2e: missing exchanges',
    provoke: send({ name: 'exchange.unbind', destination: 'nosuchd', source: 'nosuchx' }),
    expect: ok('exchange.unbind-ok'),
  },
  {
    name: 'alternate-exchange integer',
    provoke: ({ wire, own }) => wire.send(declare(own('x'), { arguments: { 'alternate-exchange': int('byte', 5) } })),
    expect: refused("invalid type 'byte' for arg 'alternate-exchange' in exchange 'x' in vhost '/'"),
  },
  {
    name: 'alternate-exchange missing exchange',
    provoke: ({ wire, own }) => wire.send(declare(own('x'), { arguments: { 'alternate-exchange': 'nosuchx' } })),
    expect: declared,
  },
  bindHeaders(
    'headers x-match invalid',
    { 'x-match': 'some' },
    channel(
      406,
      'PRECONDITION_FAILED - Invalid x-match field value <<"some">>; expected all, any, all-with-x, or any-with-x',
      'queue.bind',
    ),
  ),
  bindHeaders(
    'headers x-match integer',
    { 'x-match': int('byte', 1) },
    channel(406, 'PRECONDITION_FAILED - Invalid x-match field type byte (value 1); expected longstr', 'queue.bind'),
  ),
  bindHeaders('headers x-match any-with-x', { 'x-match': 'any-with-x' }, ok('queue.bind-ok')),
  bindHeaders('headers x-match missing', { a: int('byte', 1) }, ok('queue.bind-ok')),
]);
