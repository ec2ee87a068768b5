import { Channel } from '../channel.ts';
import type { Consumer } from '../entities/consumer.ts';
import type { VhostQueue } from '../entities/queue-port.ts';
import { NODE } from './node-name.ts';
import { plainTable } from './plain-value.ts';

/** The consumers of a queue as JSON. */
export function consumerViews(vhost: string, queue: VhostQueue) {
  return queue.consumers.map((consumer) => consumerView(vhost, queue, consumer));
}

function consumerView(vhost: string, { name, settings, activeConsumer }: VhostQueue, consumer: Consumer) {
  const active = !settings.singleActiveConsumer || activeConsumer === consumer;
  return {
    consumer_tag: consumer.tag,
    queue: { name, vhost },
    channel_details: consumer.port instanceof Channel ? channelDetails(consumer.port) : {},
    ack_required: !consumer.noAck,
    exclusive: consumer.exclusive,
    prefetch_count: consumer.prefetch,
    arguments: plainTable(consumer.arguments),
    active,
    activity_status: settings.singleActiveConsumer ? (active ? 'single_active' : 'waiting') : 'up',
  };
}

function channelDetails({ connection, number }: Channel) {
  return {
    name: `${connection.name} (${number})`,
    number,
    connection_name: connection.name,
    node: NODE,
    user: connection.user.name,
    peer_host: connection.socket.remoteAddress ?? '',
    peer_port: connection.socket.remotePort ?? 0,
  };
}
