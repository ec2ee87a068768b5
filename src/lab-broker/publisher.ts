import { parseExpiration } from './arguments/expiration.ts';
import type { Channel } from './channel.ts';
import { isReplyKey, REPLY_QUEUE } from './direct-replies.ts';
import type { Exchange } from './entities/exchange.ts';
import { Message, withHeader } from './entities/message.ts';
import type { VhostQueue } from './entities/queue-port.ts';
import { BrokerFault } from './faults.ts';
import { arrangeHeaders, withoutBlindCopies } from './message-headers.ts';
import type { Published } from './publication.ts';
import { encodeContentHeader } from './wire/properties.ts';
import { textAt } from './wire/short-text.ts';

/** Where the last message of a channel went: the next one goes there as well, as a rule. */
interface Target {
  readonly address: Buffer;
  readonly exchange: Exchange;
  readonly routingKey: string;
  /** The topology's version, and the connection's rights, when this was found out. */
  readonly version: number;
  readonly rights: number;
}

/** Publishes what comes on a channel. */
export class Publisher {
  readonly #channel: Channel;
  readonly #maxMessageSize: number;
  #target: Target | undefined;

  constructor(channel: Channel, maxMessageSize: number) {
    this.#channel = channel;
    this.#maxMessageSize = maxMessageSize;
  }

  /** @throws BrokerFault */
  publish({ content, addressSize, headerSize, traits, mandatory, immediate }: Published): void {
    if (content === undefined) throw new BrokerFault('message-too-large', { size: traits.bodySize, limit: this.#maxMessageSize });
    const { exchange, routingKey } = this.#targetOf(content, addressSize);
    if (immediate) throw new BrokerFault('immediate');
    if (traits.userId !== undefined) this.#checkUserId(traits.userId);
    const message = new Message({
      number: this.#channel.connection.host.realm.nextMessage(),
      content,
      addressSize,
      headerSize,
      exchange: exchange.name,
      routingKey,
      persistent: traits.deliveryMode === 2,
      priority: traits.priority,
      expiration: traits.expiration === undefined ? -1 : parseExpiration(traits.expiration),
    });
    // many clients send a table with nothing in it
    const hasHeaders = traits.headersAt >= 0 && content.readUInt32BE(addressSize + traits.headersAt) > 0;
    const arranged = hasHeaders ? arrangeHeaders(message) : message;
    const sent = traits.replyTo === REPLY_QUEUE ? this.#withReplyKey(arranged) : arranged;
    if (exchange.name === '' && isReplyKey(routingKey)) {
      this.#perform(sent, () => this.#reply(sent));
      return;
    }
    const queues = this.#channel.vhost.topology.route(exchange, sent);
    this.#channel.connection.published(queues.length);
    const shown = sent.copies === undefined ? sent : withoutBlindCopies(sent);
    this.#perform(shown, () => this.#deliver(shown, queues, mandatory));
  }

  #perform(message: Message, run: () => boolean): void {
    const { transaction } = this.#channel;
    if (transaction === undefined) run();
    else transaction.publish(message, run);
  }

  #deliver(message: Message, queues: readonly VhostQueue[], mandatory: boolean): boolean {
    const { vhost, confirms } = this.#channel;
    if (queues.length === 0) this.#unroutable(message, mandatory);
    const taken = vhost.deliver(message, queues);
    confirms?.settle(taken, vhost.told);
    return taken;
  }

  #unroutable(message: Message, mandatory: boolean): void {
    const { connection, number, vhost } = this.#channel;
    const { number: name, exchange, routingKey } = message;
    if (vhost.watched) vhost.tell({ type: 'unroutable', vhost: vhost.name, message: name, exchange, routingKey, returned: mandatory });
    if (!mandatory) return;
    connection.output.methodWithContent(
      number,
      { name: 'basic.return', replyCode: 312, replyText: 'NO_ROUTE', exchange, routingKey },
      message,
    );
  }

  /** A reply goes straight to the consumer that waits for it; one that comes too late is dropped, as is one that it has no room for. */
  #reply(message: Message): boolean {
    const waiting = this.#channel.connection.host.replies.find(message.routingKey);
    if (waiting !== undefined && !waiting.channel.connection.output.overfull) waiting.channel.deliverReply(waiting.tag, message);
    this.#channel.confirms?.settle(true);
    return true;
  }

  #targetOf(content: Buffer, addressSize: number): Target {
    const { vhost, connection } = this.#channel;
    const known = this.#target;
    if (known !== undefined && known.version === vhost.topology.version && known.rights === connection.rights.version) {
      if (known.address.length === addressSize && known.address.equals(content.subarray(0, addressSize))) return known;
    }
    const exchangeSize = content[0] as number;
    const name = textAt(content, 1, exchangeSize);
    const routingKey = textAt(content, 2 + exchangeSize, addressSize - exchangeSize - 2);
    connection.rights.require('write', 'exchange', name);
    const exchange = vhost.topology.exchanges.get(name);
    if (exchange === undefined) throw new BrokerFault('no-exchange', { exchange: name, vhost: vhost.name });
    if (exchange.internal) throw new BrokerFault('internal-exchange', { exchange: name, vhost: vhost.name });
    if (exchange.type === 'topic') connection.rights.requireTopic('write', name, routingKey);
    const address = Buffer.from(content.subarray(0, addressSize));
    this.#target = { address, exchange, routingKey, version: vhost.topology.version, rights: connection.rights.version };
    return this.#target;
  }

  #checkUserId(userId: string): void {
    const { user } = this.#channel.connection;
    if (userId !== user.name && !user.tags.includes('impersonator')) throw new BrokerFault('user-id', { userId, user: user.name });
  }

  #withReplyKey(message: Message): Message {
    const { replyConsumer } = this.#channel;
    if (replyConsumer === undefined) throw new BrokerFault('no-reply-consumer');
    const properties = { ...message.properties(), replyTo: replyConsumer.routingKey };
    return withHeader(message, encodeContentHeader(60, message.bodySize, properties));
  }
}
