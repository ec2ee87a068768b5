import { isUtf8 } from 'node:buffer';
import type { Message, QueueEntry } from '../entities/message.ts';
import type { VhostQueue } from '../entities/queue-port.ts';
import { BrokerFault } from '../faults.ts';
import { requireQueue } from '../methods/queue.ts';
import { type Answer, badRequest, missingKeys, notAuthorised, Refused } from './answer.ts';
import { propertiesView } from './message-properties.ts';
import { type ApiRequest, actorOf } from './request.ts';
import { integerIn } from './values.ts';

const MODES = ['ack_requeue_true', 'ack_requeue_false', 'reject_requeue_true', 'reject_requeue_false'];

/** Messages, and octets of their bodies, that one answer may have: an answer is made in one go, and nobody else has a turn meanwhile. */
const [MOST_MESSAGES, MOST_BYTES] = [10_000, 33_554_432];

/** Takes messages from a queue, shows them, and drops them or puts them back. */
export function getMessages(request: ApiRequest): Answer {
  const { body, params } = request;
  const { queue: name = '' } = params;
  const { vhost, connection } = actorOf(request);
  if (!vhost.topology.queues.has(name)) return { status: 404, body: { error: 'not_found', reason: 'queue_not_found' } };
  const missing = missingKeys(body, ['ackmode', 'count', 'encoding']);
  if (missing !== undefined) return missing;
  const mode = String(body.ackmode);
  if (!MODES.includes(mode)) return badRequest(`Invalid ackmode value: ${mode}. Valid values are: ${MODES.join(', ')}`);
  if (body.encoding !== 'auto' && body.encoding !== 'base64') return badRequest('Unsupported encoding. Please use auto or base64.');
  const count = integerIn(body, 'count');
  const truncate = body.truncate === undefined ? Number.POSITIVE_INFINITY : integerIn(body, 'truncate');
  const queue = readable(request, name, () => {
    connection.rights.require('read', 'queue', name);
    return requireQueue({ vhost, connection }, name);
  });
  const taken = takeSome(queue, count, truncate);
  const documents = taken.map(({ entry, message, left }) => ({
    payload_bytes: message.bodySize,
    redelivered: entry.redelivered,
    exchange: message.exchange,
    routing_key: message.routingKey,
    message_count: left,
    properties: propertiesView(message.properties()),
    ...payloadView(message.body.subarray(0, truncate), body.encoding === 'base64'),
  }));
  const entries = taken.map(({ entry }) => entry);
  if (mode === 'ack_requeue_false') for (const entry of entries) queue.settle(entry);
  else if (mode === 'reject_requeue_false') queue.discard(entries, 'reject');
  else queue.giveBack(entries, mode === 'ack_requeue_true' ? 'nack' : 'reject');
  return { status: 200, body: documents };
}

/** The queue, when one may get from it. @throws Refused with the words of this request. */
function readable({ params }: ApiRequest, queue: string, find: () => VhostQueue): VhostQueue {
  const place = { queue, vhost: params.vhost ?? '' };
  try {
    const found = find();
    if (found.type === 'stream') throw new BrokerFault('stream-operation', { operation: 'basic.get', ...place });
    if (found.type === 'quorum' && found.settings.singleActiveConsumer) throw new BrokerFault('get-single-active', place);
    return found;
  } catch (error) {
    if (!(error instanceof BrokerFault)) throw error;
    throw new Refused(
      error.code === 403 ? notAuthorised(error.message) : badRequest(`${error.code} ${error.message.replace(/^[A-Z_]+ - /, '')}`),
    );
  }
}

interface Got {
  readonly entry: QueueEntry;
  readonly message: Message;
  readonly left: number;
}

function takeSome(queue: VhostQueue, count: number, truncate: number): Got[] {
  const taken: Got[] = [];
  for (let bytes = 0; taken.length < Math.min(count, MOST_MESSAGES) && bytes < MOST_BYTES; ) {
    const next = queue.take(false);
    if (next === undefined) break;
    taken.push({ ...next, left: queue.ready });
    bytes += Math.min(next.message.bodySize, truncate);
  }
  return taken;
}

function payloadView(body: Buffer, asBase64: boolean) {
  if (!asBase64 && isUtf8(body)) return { payload: body.toString(), payload_encoding: 'string' };
  return { payload: body.toString('base64'), payload_encoding: 'base64' };
}
