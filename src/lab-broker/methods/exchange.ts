import { requireEqual, requireEquivalent } from '../arguments/equivalence.ts';
import type { Channel } from '../channel.ts';
import type { Exchange, ExchangeIdentity } from '../entities/exchange.ts';
import { BrokerFault } from '../faults.ts';
import { findField, textOf } from '../wire/field.ts';
import type { MethodOf } from '../wire/methods.ts';
import type { Actor } from './actor.ts';
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

  'exchange.delete'(channel, { exchange, ifUnused, noWait }) {
    deleteExchange(channel, plainName(exchange), ifUnused);
    if (!noWait) channel.send({ name: 'exchange.delete-ok' });
  },

  'exchange.bind'(channel, method) {
    bindExchange(channel, { ...method, source: plainName(method.source), destination: plainName(method.destination) });
    if (!method.noWait) channel.send({ name: 'exchange.bind-ok' });
  },

  'exchange.unbind'(channel, method) {
    unbindExchange(channel, { ...method, source: plainName(method.source), destination: plainName(method.destination) });
    if (!method.noWait) channel.send({ name: 'exchange.unbind-ok' });
  },
};

/** A binding between exchanges that is to be made or removed. */
type ExchangeBinding = Pick<MethodOf<'exchange.bind'>, 'source' | 'destination' | 'routingKey' | 'arguments'>;

/** Binds an exchange to another. @throws BrokerFault */
export function bindExchange(actor: Actor, binding: ExchangeBinding): void {
  checkBinding(actor, binding);
  const [source, destination] = [requireExchange(actor, binding.source), requireExchange(actor, binding.destination)];
  checkNewBinding(source, binding.routingKey, binding.arguments);
  actor.vhost.bind(source, destination, binding.routingKey, binding.arguments);
}

/** Ends a binding between exchanges, if it is there. @throws BrokerFault */
export function unbindExchange(actor: Actor, binding: ExchangeBinding): void {
  checkBinding(actor, binding);
  const { vhost } = actor;
  const { topology } = vhost;
  const [from, to] = [topology.exchanges.get(binding.source), topology.exchanges.get(binding.destination)];
  if (from !== undefined && to !== undefined) vhost.unbind(from, to, binding.routingKey, binding.arguments);
}

/** Removes an exchange; answers whether it was there. @throws BrokerFault */
export function deleteExchange({ vhost, connection }: Actor, exchange: string, ifUnused: boolean): boolean {
  refuseDefault(exchange);
  if (isReserved(exchange)) throw new BrokerFault('system-exchange', { exchange, vhost: vhost.name });
  connection.rights.require('configure', 'exchange', exchange);
  const found = vhost.topology.exchanges.get(exchange);
  if (found === undefined) return false;
  if (ifUnused && found.bindings.size > 0) throw new BrokerFault('exchange-in-use', { exchange, vhost: vhost.name });
  vhost.removeExchange(found);
  return true;
}

/** The exchange of that name. @throws BrokerFault when there is none. */
export function requireExchange({ vhost }: Actor, exchange: string): Exchange {
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

/** Makes an exchange, or makes sure that the one that is there is the same. @throws BrokerFault */
export function declareExchange(
  { vhost, connection }: Actor,
  method: Omit<MethodOf<'exchange.declare'>, 'name' | 'noWait' | 'passive' | 'ticket'>,
): void {
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

function checkBinding({ connection, vhost }: Actor, { source, destination, routingKey }: ExchangeBinding): void {
  refuseDefault(destination);
  connection.rights.require('write', 'exchange', destination);
  refuseDefault(source);
  connection.rights.require('read', 'exchange', source);
  if (vhost.topology.exchanges.get(source)?.type === 'topic') connection.rights.requireTopic('read', source, routingKey);
}
