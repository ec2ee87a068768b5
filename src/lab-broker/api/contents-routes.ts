import { BrokerFault } from '../faults.ts';
import { requireQueue } from '../methods/queue.ts';
import { deleted, NOT_FOUND } from './answer.ts';
import { getMessages } from './get-messages.ts';
import { publishMessage } from './publish-message.ts';
import { actorOf, change, type Route } from './request.ts';

/** What is in queues, and what comes into them. */
export const CONTENTS: readonly Route[] = [
  // drops what is ready, as queue.purge by the same user would: an administrator's tag does not make up for permissions
  change('DELETE', '/api/queues/:vhost/:queue/contents', 'management', (request) => {
    const actor = actorOf(request);
    const { vhost } = actor;
    const { queue = '' } = request.params;
    if (!vhost.topology.queues.has(queue)) return NOT_FOUND;
    actor.connection.rights.require('read', 'queue', queue);
    const found = requireQueue(actor, queue);
    if (found.type === 'stream') throw new BrokerFault('stream-operation', { operation: 'queue.purge', queue, vhost: vhost.name });
    found.purge();
    return deleted(true);
  }),
  change('POST', '/api/queues/:vhost/:queue/get', 'management', getMessages),
  change('POST', '/api/exchanges/:vhost/:exchange/publish', 'management', publishMessage),
];
