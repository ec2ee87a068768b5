import { randomBytes } from 'node:crypto';
import type { Channel } from './channel.ts';

/** The name under which a client consumes direct replies, and that it puts into reply-to. */
export const REPLY_QUEUE = 'amq.rabbitmq.reply-to';

/** Who waits for direct replies, by the routing key that leads to them through the default exchange. */
export class DirectReplies {
  readonly #waiting = new Map<string, { readonly channel: Channel; readonly tag: string }>();

  /** Makes a routing key for a channel's consumer. */
  add(channel: Channel, tag: string): string {
    const routingKey = `${REPLY_QUEUE}.${randomBytes(24).toString('base64url')}.${randomBytes(16).toString('base64url')}`;
    this.#waiting.set(routingKey, { channel, tag });
    return routingKey;
  }

  find(routingKey: string): { readonly channel: Channel; readonly tag: string } | undefined {
    return this.#waiting.get(routingKey);
  }

  delete(channel: Channel): void {
    if (channel.replyConsumer === undefined) return;
    this.#waiting.delete(channel.replyConsumer.routingKey);
    channel.replyConsumer = undefined;
  }
}

const REPLY_KEY = /^amq\.rabbitmq\.reply-to\.[\w-]{32}\.[\w-]{22}$/;

/** Whether a routing key was made for direct replies, be its consumer still there or not. */
export function isReplyKey(routingKey: string): boolean {
  return routingKey.startsWith(REPLY_QUEUE) && REPLY_KEY.test(routingKey);
}
