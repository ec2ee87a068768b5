import { Channel } from '../channel.ts';
import type { Consumer } from '../entities/consumer.ts';
import type { VhostQueue } from '../entities/queue-port.ts';
import { NODE } from './node-name.ts';
import { plainTable } from './plain-value.ts';

/** The consumers of a queue as JSON. */
export function consumerViews(vhost: string, queue: VhostQueue) {
  return queue.consumers.map((consumer) => consumerView(vhost, queue, consumer));
}

/** A consumer as JSON. */
export function consumerView(vhost: string, queue: VhostQueue, consumer: Consumer) {
  return {
    consumer_tag: consumer.tag,
    queue: { name: queue.name, vhost },
    channel_details: consumer.port instanceof Channel ? channelDetails(consumer.port) : {},
    ack_required: !consumer.noAck,
    exclusive: consumer.exclusive,
    prefetch_count: consumer.prefetch,
    arguments: plainTable(consumer.arguments),
    active: isActive(queue, consumer),
    activity_status: activityOf(queue, consumer),
  };
}

/** Whether it gets messages at all: with a single active consumer all others wait. */
function isActive({ settings, activeConsumer }: VhostQueue, consumer: Consumer): boolean {
  return !settings.singleActiveConsumer || activeConsumer === consumer;
}

function activityOf(queue: VhostQueue, consumer: Consumer): string {
  if (queue.settings.singleActiveConsumer) return isActive(queue, consumer) ? 'single_active' : 'waiting';
  // one that has all that it may hold, and was passed over
  return consumer.parked && queue.type === 'classic' ? 'blocked' : 'up';
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
