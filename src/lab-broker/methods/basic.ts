import type { Channel } from '../channel.ts';
import type { VhostQueue } from '../entities/queue-port.ts';
import { BrokerFault } from '../faults.ts';
import type { Handlers } from './handlers.ts';
import { queueName, requireQueue } from './queue.ts';

/** basic.* about single messages; basic.publish is put together by the channel. */
export const BASIC: Handlers = {
  'basic.get'(channel, method) {
    const queue = queueName(channel, method.queue);
    channel.connection.rights.require('read', 'queue', queue);
    const found = requireQueue(channel, queue);
    const place = { queue, vhost: channel.vhost.name };
    if (found.type === 'stream') throw new BrokerFault('stream-operation', { operation: 'basic.get', ...place });
    if (found.type === 'quorum' && found.settings.singleActiveConsumer) throw new BrokerFault('get-single-active', place);
    // what has expired goes first, and may be half a million: that takes more than one turn
    const next = () => {
      if (found.expire()) return true;
      if (channel.open) get(channel, found, method.noAck);
      return false;
    };
    channel.carryOn(next);
  },

  'basic.ack'(channel, { deliveryTag, multiple }) {
    channel.settle(deliveryTag, multiple, 'ack');
  },

  'basic.nack'(channel, { deliveryTag, multiple, requeue }) {
    channel.settle(deliveryTag, multiple, requeue ? 'nack' : 'discard-nack');
  },

  'basic.reject'(channel, { deliveryTag, requeue }) {
    channel.settle(deliveryTag, false, requeue ? 'reject' : 'discard-reject');
  },

  'basic.recover'(channel, { requeue }) {
    if (!requeue) throw new BrokerFault('recover-without-requeue');
    // as in RabbitMQ, the answer is out before the messages come again
    channel.send({ name: 'basic.recover-ok' });
    channel.recover();
  },

  'basic.recover-async'(channel, { requeue }) {
    if (!requeue) throw new BrokerFault('recover-without-requeue');
    channel.recover();
  },
};

function get(channel: Channel, queue: VhostQueue, noAck: boolean): void {
  const taken = queue.take(noAck);
  if (taken === undefined) {
    channel.send({ name: 'basic.get-empty' });
    return;
  }
  const { entry, message } = taken;
  const deliveryTag = channel.take(queue, entry, noAck);
  const { exchange, routingKey } = message;
  channel.connection.output.methodWithContent(
    channel.number,
    { name: 'basic.get-ok', deliveryTag, redelivered: entry.redelivered, exchange, routingKey, messageCount: queue.ready },
    message,
  );
}
