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
    const taken = found.take(method.noAck);
    if (taken === undefined) {
      channel.send({ name: 'basic.get-empty' });
      return;
    }
    const { entry, message } = taken;
    const deliveryTag = channel.take(found, entry, method.noAck);
    const { exchange, routingKey } = message;
    channel.connection.output.methodWithContent(
      channel.number,
      { name: 'basic.get-ok', deliveryTag, redelivered: entry.redelivered, exchange, routingKey, messageCount: found.ready },
      message,
    );
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
