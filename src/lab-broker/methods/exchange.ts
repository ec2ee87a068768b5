import { requireEqual, requireEquivalent } from '../arguments/equivalence.ts';
import type { Channel } from '../channel.ts';
import type { Exchange, ExchangeIdentity } from '../entities/exchange.ts';
import { BrokerFault } from '../faults.ts';
import { findField, textOf } from '../wire/field.ts';
import type { MethodOf } from '../wire/methods.ts';
import { isReserved, plainName } from './entity-name.ts';
import type { Handlers } from './handlers.ts';
import { checkNewBinding } from './new-binding.ts';

const TYPES = ['direct', 'fanout', 'topic', 'headers'] as const;

/** exchange.* */
export const EXCHANGE: Handlers = {
  'exchange.declare'(channel, method) {
    if (method.passive) checkExchange(channel, method.exchange);
    else declareExchange(channel, method);
    if (!method.noWait) channel.send({ name: 'exchange.declare-ok' });
  },

  'exchange.delete'(channel, { exchange: name, ifUnused, noWait }) {
    const { vhost, connection } = channel;
    const exchange = plainName(name);
    refuseDefault(exchange);
    if (isReserved(exchange)) throw new BrokerFault('system-exchange', { exchange, vhost: vhost.name });
    connection.rights.require('configure', 'exchange', exchange);
    const found = vhost.topology.exchanges.get(exchange);
    if (found !== undefined) {
      if (ifUnused && found.bindings.size > 0) throw new BrokerFault('exchange-in-use', { exchange, vhost: vhost.name });
      vhost.removeExchange(found);
    }
    if (!noWait) channel.send({ name: 'exchange.delete-ok' });
  },

  'exchange.bind'(channel, method) {
    const { vhost } = channel;
    const [source, destination] = [plainName(method.source), plainName(method.destination)];
    checkBinding(channel, source, destination, method.routingKey);
    const ends = [source, destination].map((name) => requireExchange(channel, name));
    checkNewBinding(ends[0] as Exchange, method.routingKey, method.arguments);
    vhost.bind(ends[0] as Exchange, ends[1] as Exchange, method.routingKey, method.arguments);
    if (!method.noWait) channel.send({ name: 'exchange.bind-ok' });
  },

  'exchange.unbind'(channel, method) {
    const { vhost } = channel;
    const { topology } = vhost;
    const [source, destination] = [plainName(method.source), plainName(method.destination)];
    checkBinding(channel, source, destination, method.routingKey);
    const [from, to] = [topology.exchanges.get(source), topology.exchanges.get(destination)];
    if (from !== undefined && to !== undefined) vhost.unbind(from, to, method.routingKey, method.arguments);
    if (!method.noWait) channel.send({ name: 'exchange.unbind-ok' });
  },
};

/** The exchange of that name. @throws BrokerFault when there is none. */
export function requireExchange({ vhost }: Channel, exchange: string): Exchange {
  const found = vhost.topology.exchanges.get(exchange);
  if (found === undefined) throw new BrokerFault('no-exchange', { exchange, vhost: vhost.name });
  return found;
}

/** @throws BrokerFault for the exchange without a name, which is as it is. */
export function refuseDefault(exchange: string): void {
  if (exchange === '') throw new BrokerFault('default-exchange');
}

function checkExchange(channel: Channel, name: string): void {
  const exchange = plainName(name);
  refuseDefault(exchange);
  channel.connection.rights.requireAny('exchange', exchange);
  requireExchange(channel, exchange);
}

function declareExchange(channel: Channel, method: MethodOf<'exchange.declare'>): void {
  const { vhost, connection } = channel;
  const { durable, autoDelete, internal, arguments: table } = method;
  const type = knownType(method.type);
  const name = plainName(method.exchange);
  refuseDefault(name);
  connection.rights.require('configure', 'exchange', name);
  const found = vhost.topology.exchanges.get(name);
  if (found !== undefined) {
    requireSame(found, { name, type, durable, autoDelete, internal, arguments: table }, vhost.name);
    return;
  }
  if (isReserved(name)) throw new BrokerFault('reserved-name', { kind: 'exchange', name });
  const alternate = findField(table, 'alternate-exchange');
  if (alternate !== undefined) {
    if (alternate.type !== 'longstr') {
      const details = { type: alternate.type, argument: 'alternate-exchange', kind: 'exchange', name, vhost: vhost.name };
      throw new BrokerFault('invalid-argument-type', details);
    }
    connection.rights.require('read', 'exchange', name);
    connection.rights.require('write', 'exchange', textOf(alternate) ?? '');
  }
  vhost.createExchange({ name, type, durable, autoDelete, internal, arguments: table });
}

function knownType(type: string): ExchangeIdentity['type'] {
  if (type === '') throw new BrokerFault('invalid-exchange-type', { type });
  const known = TYPES.find((candidate) => candidate === type);
  if (known === undefined) throw new BrokerFault('unknown-exchange-type', { type });
  return known;
}

function requireSame(found: Exchange, declared: ExchangeIdentity, vhost: string): void {
  const what = { kind: 'exchange', name: declared.name, vhost } as const;
  requireEqual(what, 'type', declared.type, found.type);
  requireEqual(what, 'durable', declared.durable, found.durable);
  requireEqual(what, 'auto_delete', declared.autoDelete, found.autoDelete);
  requireEqual(what, 'internal', declared.internal, found.internal);
  requireEquivalent(what, 'alternate-exchange', declared.arguments, found.arguments);
}

function checkBinding({ connection, vhost }: Channel, source: string, destination: string, routingKey: string): void {
  refuseDefault(destination);
  connection.rights.require('write', 'exchange', destination);
  refuseDefault(source);
  connection.rights.require('read', 'exchange', source);
  if (vhost.topology.exchanges.get(source)?.type === 'topic') connection.rights.requireTopic('read', source, routingKey);
}
