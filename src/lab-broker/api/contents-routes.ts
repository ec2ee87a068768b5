import { permits } from '../entities/user.ts';
import { BrokerFault } from '../faults.ts';
import { type Answer, badRequest, NOT_FOUND, notAuthorised } from './answer.ts';
import type { ApiRequest, Route } from './request.ts';

/** What is in queues. */
export const CONTENTS: readonly Route[] = [
  { method: 'DELETE', path: '/api/queues/:vhost/:queue/contents', audience: 'management', handle: purge },
];

/** Drops what is ready, as queue.purge by the same user would: an administrator's tag does not make up for permissions. */
function purge({ realm, user, params }: ApiRequest): Answer {
  const { vhost = '', queue: name = '' } = params;
  const queue = realm.vhosts.get(vhost)?.topology.queues.get(name);
  if (queue === undefined) return NOT_FOUND;
  if (!permits(user.permissions.get(vhost)?.read ?? '', name)) return notAuthorised('Access refused.');
  const where = { queue: name, vhost };
  if (queue.owner !== undefined) return refusedBy(new BrokerFault('resource-locked', where));
  if (queue.type === 'stream') return refusedBy(new BrokerFault('stream-operation', { operation: 'queue.purge', ...where }));
  queue.purge();
  return { status: 204 };
}

/** The text of a fault without the name of its code. */
function refusedBy({ message }: BrokerFault): Answer {
  return badRequest(message.replace(/^[A-Z_]+ - /, ''));
}
