import { randomBytes } from 'node:crypto';
import { integerOf } from '../arguments/integer.ts';
import { isStreamOffset } from '../arguments/stream-offset.ts';
import type { Channel } from '../channel.ts';
import { tellConsumerEnded, tellConsumerStarted } from '../channel-events.ts';
import { REPLY_QUEUE } from '../direct-replies.ts';
import { Consumer } from '../entities/consumer.ts';
import type { VhostQueue } from '../entities/queue-port.ts';
import { BrokerFault } from '../faults.ts';
import { findField } from '../wire/field.ts';
import type { MethodOf } from '../wire/methods.ts';
import { plainName } from './entity-name.ts';
import type { Handlers } from './handlers.ts';
import { queueName, requireQueue } from './queue.ts';

/** basic.* about consumers. */
export const CONSUMERS: Handlers = {
  'basic.qos'(channel, { prefetchSize, prefetchCount }) {
    if (prefetchSize !== 0) throw new BrokerFault('prefetch-size', { size: prefetchSize });
    // RabbitMQ 4.3 has no limit over a whole channel any more: `global` means the same as its absence
    channel.prefetch = prefetchCount;
    channel.send({ name: 'basic.qos-ok' });
  },

  'basic.consume'(channel, method) {
    const tag = method.consumerTag === '' ? `amq.ctag-${randomBytes(16).toString('base64url')}` : method.consumerTag;
    if (channel.consumers.has(tag) || channel.replyConsumer?.tag === tag) throw new BrokerFault('consumer-tag-reused', { tag });
    if (plainName(method.queue) === REPLY_QUEUE) {
      consumeReplies(channel, method, tag);
      return;
    }
    const queue = requireConsumable(channel, method);
    const consumer = new Consumer({
      tag,
      port: channel,
      queue,
      noAck: method.noAck,
      exclusive: method.exclusive,
      priority: integerOf(findField(method.arguments, 'x-priority')) ?? 0,
      prefetch: channel.prefetch,
      arguments: method.arguments,
    });
    channel.consumers.set(tag, consumer);
    tellConsumerStarted(channel, consumer);
    if (!method.noWait) channel.send({ name: 'basic.consume-ok', consumerTag: tag });
    queue.subscribe(consumer);
  },

  'basic.cancel'(channel, { consumerTag, noWait }) {
    const consumer = channel.consumers.get(consumerTag);
    channel.consumers.delete(consumerTag);
    if (channel.replyConsumer?.tag === consumerTag) channel.connection.host.replies.delete(channel);
    if (consumer !== undefined) tellConsumerEnded(channel, consumer, 'cancelled');
    consumer?.queue.unsubscribe(consumer);
    if (!noWait) channel.send({ name: 'basic.cancel-ok', consumerTag });
  },
};

function consumeReplies(channel: Channel, { noAck, noWait }: MethodOf<'basic.consume'>, tag: string): void {
  if (!noAck) throw new BrokerFault('reply-consumer-acks');
  if (channel.replyConsumer !== undefined) throw new BrokerFault('reply-consumer-set');
  channel.replyConsumer = { tag, routingKey: channel.connection.host.replies.add(channel, tag) };
  if (!noWait) channel.send({ name: 'basic.consume-ok', consumerTag: tag });
}

/** The queue, when it may be consumed as asked. @throws BrokerFault */
function requireConsumable(channel: Channel, method: MethodOf<'basic.consume'>): VhostQueue {
  const queue = queueName(channel, method.queue);
  channel.connection.rights.require('read', 'queue', queue);
  const found = requireQueue(channel, queue);
  const place = { queue, vhost: channel.vhost.name };
  const refused = found.type === 'stream' ? 'x-priority' : 'x-stream-offset';
  if (findField(method.arguments, refused) !== undefined) {
    throw new BrokerFault('invalid-argument-of-type', { argument: refused, ...place, type: `rabbit_${found.type}_queue` });
  }
  const priority = findField(method.arguments, 'x-priority');
  if (priority !== undefined && integerOf(priority) === undefined) {
    throw new BrokerFault('invalid-argument', { argument: 'x-priority', ...place, reason: `"expected integer, got ${priority.type}"` });
  }
  if (found.type === 'stream') checkStreamReader(channel, method, place);
  // quorum queues take the flag, and do not hold anybody to it
  if (found.type === 'classic' && isInExclusiveUse(found, method.exclusive)) throw new BrokerFault('exclusive-use', place);
  return found;
}

function isInExclusiveUse({ consumers, settings }: VhostQueue, exclusive: boolean): boolean {
  if (exclusive) return consumers.length > 0 || settings.singleActiveConsumer;
  return consumers.some((consumer) => consumer.exclusive);
}

function checkStreamReader(channel: Channel, method: MethodOf<'basic.consume'>, place: { queue: string; vhost: string }): void {
  if (method.noAck) throw new BrokerFault('stream-no-ack', place);
  if (channel.prefetch === 0) throw new BrokerFault('stream-without-prefetch', place);
  const offset = findField(method.arguments, 'x-stream-offset');
  if (isStreamOffset(offset)) return;
  if (offset?.type !== 'longstr') throw new BrokerFault('internal-error');
  const reason = `{invalid_stream_offset_arg,{longstr,<<"${offset.value.toString()}">>}}`;
  throw new BrokerFault('invalid-argument', { argument: 'x-stream-offset', ...place, reason });
}
