import { randomBytes } from 'node:crypto';
import { requireEqual, requireEquivalent } from '../arguments/equivalence.ts';
import { checkQueueArguments, QUEUE_ARGUMENTS, queueTypeOf } from '../arguments/queue-arguments.ts';
import type { Channel } from '../channel.ts';
import type { QueueIdentity, VhostQueue } from '../entities/queue-port.ts';
import { BrokerFault } from '../faults.ts';
import { findField, textOf } from '../wire/field.ts';
import type { MethodOf } from '../wire/methods.ts';
import { isReserved, plainName } from './entity-name.ts';

/** Makes a queue, or makes sure that the one that is there is the same. @throws BrokerFault */
export function declareQueue(channel: Channel, method: MethodOf<'queue.declare'>): VhostQueue {
  const { vhost, connection } = channel;
  const asked = plainName(method.queue);
  if (isReserved(asked)) throw new BrokerFault('reserved-name', { kind: 'queue', name: asked });
  const name = asked === '' ? `amq.gen-${randomBytes(16).toString('base64url')}` : asked;
  connection.rights.require('configure', 'queue', name);
  const found = vhost.topology.queues.get(name);
  if (found !== undefined) {
    requireSame(channel, found, method);
    found.touch('declare');
    return found;
  }
  checkDeadLetterRights(channel, name, method);
  const place = { queue: name, vhost: vhost.name };
  const type = queueTypeOf(method.arguments, place);
  checkQueueArguments(method.arguments, type, place);
  const { durable, autoDelete, exclusive, arguments: table } = method;
  const identity: QueueIdentity = { name, type, durable, autoDelete, owner: exclusive ? connection : undefined, arguments: table };
  if (type !== 'classic') checkReplicated(identity, vhost.name, asked === '');
  if (connection.host.strict && !durable && !exclusive)
    throw new BrokerFault('deprecated-feature', { feature: 'transient_nonexcl_queues' });
  checkLimit(channel, name);
  return vhost.createQueue(identity);
}

/** As many as the virtual host may have: nothing below 0 is a limit. */
function checkLimit({ connection, vhost }: Channel, queue: string): void {
  const limit = connection.host.realm.limits.get(vhost.name)?.['max-queues'] ?? -1;
  if (limit >= 0 && vhost.topology.queues.size >= limit) throw new BrokerFault('vhost-queue-limit', { queue, vhost: vhost.name, limit });
}

function requireSame({ connection, vhost }: Channel, found: VhostQueue, method: MethodOf<'queue.declare'>): void {
  const what = { kind: 'queue', name: found.name, vhost: vhost.name } as const;
  if (found.owner !== (method.exclusive ? connection : undefined)) {
    throw new BrokerFault('resource-locked', { queue: found.name, vhost: vhost.name });
  }
  requireEqual(what, 'durable', method.durable, found.durable);
  requireEqual(what, 'auto_delete', method.autoDelete, found.autoDelete);
  for (const argument of Object.keys(QUEUE_ARGUMENTS)) {
    if (argument === 'x-queue-type') requireEqual(what, argument, typeText(method), found.type);
    else requireEquivalent(what, argument, method.arguments, found.arguments);
  }
}

/** A redeclaration that names no type means a classic queue. */
function typeText(method: MethodOf<'queue.declare'>): string {
  return textOf(findField(method.arguments, 'x-queue-type')) ?? 'classic';
}

/** Who has messages dead-lettered must be allowed to read the queue and to publish to the exchange. */
function checkDeadLetterRights({ connection }: Channel, queue: string, method: MethodOf<'queue.declare'>): void {
  const exchange = textOf(findField(method.arguments, 'x-dead-letter-exchange'));
  if (exchange === undefined) return;
  connection.rights.require('read', 'queue', queue);
  connection.rights.require('write', 'exchange', exchange);
}

/** What neither quorum queues nor streams can be. */
function checkReplicated({ name, type, durable, owner, autoDelete }: QueueIdentity, vhost: string, serverNamed: boolean): void {
  const refuse = (property: string) => new BrokerFault('invalid-property', { property, queue: name, vhost });
  if (serverNamed) throw new BrokerFault('server-named', { type: `rabbit_${type}_queue` });
  if (!durable) throw refuse('non-durable');
  if (owner !== undefined) throw refuse('exclusive-owner');
  if (autoDelete) throw refuse('auto-delete');
}
