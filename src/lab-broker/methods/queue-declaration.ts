import { randomBytes } from 'node:crypto';
import { requireEqual, requireEquivalent } from '../arguments/equivalence.ts';
import { checkQueueArguments, QUEUE_ARGUMENTS, queueTypeOf } from '../arguments/queue-arguments.ts';
import type { QueueIdentity, VhostQueue } from '../entities/queue-port.ts';
import { BrokerFault } from '../faults.ts';
import { findField, textOf } from '../wire/field.ts';
import type { MethodOf } from '../wire/methods.ts';
import type { Actor } from './actor.ts';
import { isReserved, plainName } from './entity-name.ts';

/** What is asked for of a queue. */
type QueueDeclaration = Omit<MethodOf<'queue.declare'>, 'name' | 'noWait' | 'passive' | 'ticket'>;

/** Makes a queue, or makes sure that the one that is there is the same. @throws BrokerFault */
export function declareQueue(actor: Actor, method: QueueDeclaration): VhostQueue {
  const { vhost, connection } = actor;
  const asked = plainName(method.queue);
  if (isReserved(asked)) throw new BrokerFault('reserved-name', { kind: 'queue', name: asked });
  const name = asked === '' ? `amq.gen-${randomBytes(16).toString('base64url')}` : asked;
  connection.rights.require('configure', 'queue', name);
  const found = vhost.topology.queues.get(name);
  if (found !== undefined) {
    requireSame(actor, found, method);
    found.touch('declare');
    return found;
  }
  checkDeadLetterRights(actor, name, method);
  const place = { queue: name, vhost: vhost.name };
  const type = queueTypeOf(method.arguments, place);
  checkQueueArguments(method.arguments, type, place);
  const { durable, autoDelete, exclusive, arguments: table } = method;
  const identity: QueueIdentity = { name, type, durable, autoDelete, owner: exclusive ? connection : undefined, arguments: table };
  if (type !== 'classic') checkReplicated(identity, vhost.name, asked === '');
  if (connection.host.strict && !durable && !exclusive)
    throw new BrokerFault('deprecated-feature', { feature: 'transient_nonexcl_queues' });
  checkLimit(actor, name);
  return vhost.createQueue(identity);
}

/** As many as the virtual host may have: nothing below 0 is a limit. */
function checkLimit({ connection, vhost }: Actor, queue: string): void {
  const limit = connection.host.realm.limits.get(vhost.name)?.['max-queues'] ?? -1;
  if (limit >= 0 && vhost.topology.queues.size >= limit) throw new BrokerFault('vhost-queue-limit', { queue, vhost: vhost.name, limit });
}

function requireSame({ connection, vhost }: Actor, found: VhostQueue, method: QueueDeclaration): void {
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
function typeText(method: QueueDeclaration): string {
  return textOf(findField(method.arguments, 'x-queue-type')) ?? 'classic';
}

/** Who has messages dead-lettered must be allowed to read the queue and to publish to the exchange. */
function checkDeadLetterRights({ connection }: Actor, queue: string, method: QueueDeclaration): void {
  const exchange = textOf(findField(method.arguments, 'x-dead-letter-exchange'));
  if (exchange === undefined) return;
  connection.rights.require('read', 'queue', queue);
  connection.rights.require('write', 'exchange', exchange);
}

/** What neither quorum queues nor streams can be. */
function checkReplicated({ name, type, durable, owner, autoDelete }: QueueIdentity, vhost: string, serverNamed: boolean): void {
  const refuse = (property: string) => new BrokerFault('invalid-property', { property, queue: name, vhost });
  if (serverNamed) throw new BrokerFault('server-named', { type: `rabbit_${type}_queue` });
  if (autoDelete) throw refuse('auto-delete');
  if (owner !== undefined) throw refuse('exclusive-owner');
  if (!durable) throw refuse('non-durable');
}
