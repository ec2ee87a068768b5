import type { Channel } from './channel.ts';
import type { Consumer } from './entities/consumer.ts';
import type { BrokerEvent } from './events.ts';
import type { Reply } from './reply.ts';

type Ended = Extract<BrokerEvent, { readonly type: 'consumer-ended' }>;

/** Tells who listens that a channel's client began to consume. */
export function tellConsumerStarted({ vhost, connection }: Channel, { tag, queue }: Consumer): void {
  if (!vhost.watched) return;
  vhost.tell({ type: 'consumer-started', vhost: vhost.name, queue: queue.name, tag, connection: connection.name });
}

/** Tells who listens that a channel's consumer gets nothing more, and why. */
export function tellConsumerEnded({ vhost, connection }: Channel, { tag, queue }: Consumer, reason: Ended['reason']): void {
  if (!vhost.watched) return;
  vhost.tell({ type: 'consumer-ended', vhost: vhost.name, queue: queue.name, tag, connection: connection.name, reason });
}

/** Tells who listens what a channel is closed for. */
export function tellFailure({ vhost, connection, number }: Channel, { replyCode, replyText }: Reply): void {
  if (!vhost.watched) return;
  const { user, name } = connection;
  vhost.tell({ type: 'channel-closed', vhost: vhost.name, user: user.name, name, channel: number, replyCode, replyText });
}
