import type { Channel } from '../channel.ts';
import { isReplyKey, REPLY_QUEUE } from '../direct-replies.ts';
import type { VhostQueue } from '../entities/queue-port.ts';
import { BrokerFault } from '../faults.ts';
import type { Table } from '../wire/field.ts';
import type { MethodOf } from '../wire/methods.ts';
import type { Actor } from './actor.ts';
import { plainName } from './entity-name.ts';
import { refuseDefault, requireExchange } from './exchange.ts';
import type { Handlers } from './handlers.ts';
import { checkNewBinding } from './new-binding.ts';
import { declareQueue } from './queue-declaration.ts';

/** queue.* */
export const QUEUE: Handlers = {
  'queue.declare'(channel, method) {
    const reply = replyQueue(channel, plainName(method.queue));
    const { queue, messageCount, consumerCount } = reply ?? (method.passive ? checkQueue(channel, method) : declared(channel, method));
    channel.lastQueue = queue;
    if (!method.noWait) channel.send({ name: 'queue.declare-ok', queue, messageCount, consumerCount });
  },

  'queue.bind'(channel, method) {
    const queue = queueName(channel, method.queue);
    bindQueue(channel, { ...method, queue, routingKey: bindingKey(channel, method) }, method.routingKey);
    if (!method.noWait) channel.send({ name: 'queue.bind-ok' });
  },

  'queue.unbind'(channel, method) {
    const queue = queueName(channel, method.queue);
    unbindQueue(channel, { ...method, queue, routingKey: bindingKey(channel, method) }, method.routingKey);
    channel.send({ name: 'queue.unbind-ok' });
  },

  'queue.purge'(channel, method) {
    const queue = queueName(channel, method.queue);
    channel.connection.rights.require('read', 'queue', queue);
    const found = requireQueue(channel, queue);
    if (found.type === 'stream') throw new BrokerFault('stream-operation', { operation: 'queue.purge', queue, vhost: channel.vhost.name });
    const messageCount = found.purge();
    if (!method.noWait) channel.send({ name: 'queue.purge-ok', messageCount });
  },

  'queue.delete'(channel, method) {
    const queue = queueName(channel, method.queue);
    const found = requireDeletable(channel, queue, method);
    // consumers of the same channel hear of it after the answer
    if (!method.noWait) channel.send({ name: 'queue.delete-ok', messageCount: found?.ready ?? 0 });
    if (found !== undefined) channel.vhost.removeQueue(found, 'deleted');
  },
};

/** A binding of a queue that is to be made or removed. */
interface QueueBinding {
  readonly exchange: string;
  readonly queue: string;
  readonly routingKey: string;
  readonly arguments: Table;
}

/** Binds a queue; `asked` is the key that rights are asked for. @throws BrokerFault */
export function bindQueue(actor: Actor, binding: QueueBinding, asked = binding.routingKey): void {
  checkBinding(actor, binding, asked);
  const exchange = requireExchange(actor, plainName(binding.exchange));
  const found = requireQueue(actor, binding.queue);
  checkNewBinding(exchange, binding.routingKey, binding.arguments);
  actor.vhost.bind(exchange, found, binding.routingKey, binding.arguments);
}

/** Ends a binding of a queue, if it is there. @throws BrokerFault */
export function unbindQueue(actor: Actor, binding: QueueBinding, asked = binding.routingKey): void {
  checkBinding(actor, binding, asked);
  const { vhost } = actor;
  const { topology } = vhost;
  const [exchange, found] = [topology.exchanges.get(plainName(binding.exchange)), topology.queues.get(binding.queue)];
  if (found !== undefined) refuseLocked(actor, found);
  if (exchange !== undefined && found !== undefined) vhost.unbind(exchange, found, binding.routingKey, binding.arguments);
}

/** The queue that a method names; an empty name stands for the one declared last. @throws BrokerFault */
export function queueName(channel: Channel, name: string): string {
  const plain = plainName(name);
  if (plain !== '') return plain;
  if (channel.lastQueue === undefined) throw new BrokerFault('no-previous-queue');
  return channel.lastQueue;
}

/** The queue of that name, when this connection may use it. @throws BrokerFault */
export function requireQueue(actor: Actor, queue: string): VhostQueue {
  const found = actor.vhost.topology.queues.get(queue);
  if (found === undefined) throw new BrokerFault('no-queue', { queue, vhost: actor.vhost.name });
  refuseLocked(actor, found);
  return found;
}

function refuseLocked({ connection, vhost }: Actor, { owner, name }: VhostQueue): void {
  if (owner !== undefined && owner !== connection) throw new BrokerFault('resource-locked', { queue: name, vhost: vhost.name });
}

interface Declared {
  readonly queue: string;
  readonly messageCount: number;
  readonly consumerCount: number;
}

function declared(channel: Channel, method: MethodOf<'queue.declare'>): Declared {
  return countsOf(declareQueue(channel, method));
}

function checkQueue(channel: Channel, method: MethodOf<'queue.declare'>): Declared {
  const queue = plainName(method.queue);
  if (queue !== '') channel.connection.rights.requireAny('queue', queue);
  const found = requireQueue(channel, queue);
  found.touch('declare');
  return countsOf(found);
}

function countsOf({ name, ready, consumerCount }: VhostQueue): Declared {
  return { queue: name, messageCount: ready, consumerCount };
}

/** Direct replies look like a queue that is always there, while somebody waits for them. */
function replyQueue({ connection }: Channel, queue: string): Declared | undefined {
  if (queue === REPLY_QUEUE || connection.host.replies.find(queue) !== undefined) return { queue, messageCount: 0, consumerCount: 1 };
  if (queue.startsWith(`${REPLY_QUEUE}.`) && !isReplyKey(queue)) throw new BrokerFault('dead-reply-consumer');
  return undefined;
}

function checkBinding({ connection, vhost }: Actor, binding: QueueBinding, routingKey: string): void {
  const exchange = plainName(binding.exchange);
  connection.rights.require('write', 'queue', binding.queue);
  refuseDefault(exchange);
  connection.rights.require('read', 'exchange', exchange);
  if (vhost.topology.exchanges.get(exchange)?.type === 'topic') connection.rights.requireTopic('read', exchange, routingKey);
}

/** Where neither queue nor key is named, the queue that was declared last stands for both. */
function bindingKey({ lastQueue = '' }: Channel, { queue, routingKey }: { readonly queue: string; readonly routingKey: string }): string {
  return queue === '' && routingKey === '' ? lastQueue : routingKey;
}

/** The queue, if there is one and it may go. @throws BrokerFault */
export function requireDeletable(
  actor: Actor,
  queue: string,
  { ifUnused, ifEmpty }: Pick<MethodOf<'queue.delete'>, 'ifUnused' | 'ifEmpty'>,
): VhostQueue | undefined {
  const { vhost, connection } = actor;
  connection.rights.require('configure', 'queue', queue);
  const found = vhost.topology.queues.get(queue);
  if (found === undefined) return undefined;
  refuseLocked(actor, found);
  if (found.type === 'quorum' && (ifUnused || ifEmpty)) {
    throw new BrokerFault('quorum-conditional-delete', { queue, vhost: vhost.name, flag: ifEmpty ? 'if-empty' : 'if-unused' });
  }
  if (found.type === 'classic' && ifUnused && found.consumers.length > 0)
    throw new BrokerFault('queue-in-use', { queue, vhost: vhost.name });
  if (found.type === 'classic' && ifEmpty && found.ready > 0) throw new BrokerFault('queue-not-empty', { queue, vhost: vhost.name });
  return found;
}
