import { tellConsumerEnded, tellFailure } from './channel-events.ts';
import type { Confirms } from './confirms.ts';
import type { Connection } from './connection.ts';
import type { Consumer, DeliveryPort } from './entities/consumer.ts';
import type { Message, QueueEntry } from './entities/message.ts';
import type { GivenBack, VhostQueue } from './entities/queue-port.ts';
import type { Vhost } from './entities/vhost.ts';
import { BrokerFault } from './faults.ts';
import { HANDLERS } from './methods/handlers.ts';
import { Publication } from './publication.ts';
import { Publisher } from './publisher.ts';
import type { Reply } from './reply.ts';
import type { TransactionLog } from './transaction.ts';
import { type Unacked, UnackedLedger } from './unacked-ledger.ts';
import { BODY, type Frame, HEADER, METHOD, methodIdOf } from './wire/frames.ts';
import { decodeMethod, type Method, type MethodInput, type MethodName, type MethodOf } from './wire/methods.ts';

/** Class and method number as the first four octets of a payload have them: basic.publish, basic.ack, channel.open, close, close-ok. */
const [PUBLISH, ACK, OPEN, CLOSE, CLOSE_OK] = [0x003c_0028, 0x003c_0050, 0x0014_000a, 0x0014_0028, 0x0014_0029];

/** Deliveries that are settled in one go. */
const SOME = 2_048;

/** A channel: the state that a client's commands on it share. The commands themselves stand in methods/. */
export class Channel implements DeliveryPort {
  readonly number: number;
  readonly connection: Connection;
  readonly vhost: Vhost;
  readonly unacked = new UnackedLedger();
  readonly consumers = new Map<string, Consumer>();
  readonly publisher: Publisher;
  /** Deliveries that each later consumer may hold; 0 is no limit. */
  prefetch = 0;
  /** The queue that an empty name stands for. */
  lastQueue: string | undefined;
  /** The consumer of direct replies, and the routing key that leads to it. */
  replyConsumer: { readonly tag: string; readonly routingKey: string } | undefined;
  transaction: TransactionLog | undefined;
  confirms: Confirms | undefined;
  /** Class and method of what is being handled, as a close names it: a content frame belongs to its basic.publish. */
  by = 0;
  readonly #publication: Publication;
  /** What is left of a settlement of many. */
  #settling: { readonly last: number; readonly how: Settlement } | undefined;
  #deliveryTag = 0;
  /** `closing`: channel.close was sent, and its answer is waited for. */
  #state: 'open' | 'closing' | 'gone' = 'open';

  constructor(number: number, connection: Connection, vhost: Vhost, maxMessageSize: number) {
    this.number = number;
    this.connection = connection;
    this.vhost = vhost;
    this.#publication = new Publication(maxMessageSize);
    this.publisher = new Publisher(this, maxMessageSize);
  }

  get writable(): boolean {
    return this.#state === 'open' && !this.connection.output.congested;
  }

  get open(): boolean {
    return this.#state === 'open';
  }

  get closing(): boolean {
    return this.#state === 'closing';
  }

  /** Takes a frame of this channel. @throws BrokerFault, WireFault */
  handle({ type, payload }: Frame): void {
    if (this.#state !== 'open') {
      this.#handleClosing(type, payload);
      return;
    }
    const { expects } = this.#publication;
    this.by = expects === 'method' ? methodIdOf(type, payload) : PUBLISH;
    if (type === METHOD && expects === 'method') {
      const id = this.by;
      if (id === PUBLISH) this.#publication.begin(payload);
      else if (id === ACK && payload.length === 13) {
        this.settle(payload.readUInt32BE(4) * 4_294_967_296 + payload.readUInt32BE(8), payload[12] === 1, 'ack');
      } else this.#dispatch(decodeMethod(payload));
    } else if (type === HEADER && expects === 'header') this.#publish(this.#publication.header(payload));
    else if (type === BODY && expects === 'body') this.#publish(this.#publication.body(payload));
    else throw new BrokerFault('unexpected-frame', { reason: unexpected(expects, type) });
  }

  send(method: MethodInput): void {
    this.connection.output.method(this.number, method);
  }

  deliver(consumer: Consumer, entry: QueueEntry, message: Message): void {
    const tag = ++this.#deliveryTag;
    if (!consumer.noAck) this.unacked.add(tag, entry, consumer.queue, consumer);
    this.connection.output.delivery(this.number, consumer.tagBytes, tag, entry.redelivered, message);
  }

  /** Hands a message that did not come from a queue to the consumer of direct replies. */
  deliverReply(tag: string, message: Message): void {
    const bytes = Buffer.from(tag);
    const tagBytes = Buffer.concat([Buffer.of(bytes.length), bytes]);
    this.connection.output.delivery(this.number, tagBytes, ++this.#deliveryTag, false, message);
  }

  cancelled(consumer: Consumer): void {
    if (!this.consumers.delete(consumer.tag)) return;
    tellConsumerEnded(this, consumer, 'queue-deleted');
    if (this.#state !== 'open') return;
    if (this.connection.hasCapability('consumer_cancel_notify')) {
      this.send({ name: 'basic.cancel', consumerTag: consumer.tag, noWait: true });
    }
  }

  /** The client takes something again. */
  wakeConsumers(): void {
    for (const consumer of [...this.consumers.values()]) if (consumer.parked) consumer.queue.wake(consumer);
  }

  /** A delivery tag for what basic.get takes. */
  take(queue: VhostQueue, entry: QueueEntry, noAck: boolean): number {
    const tag = ++this.#deliveryTag;
    if (!noAck) this.unacked.add(tag, entry, queue, undefined);
    return tag;
  }

  /** Acknowledges or gives up deliveries, at once or with the transaction. Tag 0 with `multiple` is all. @throws BrokerFault */
  settle(tag: number, multiple: boolean, how: Settlement): void {
    if (!(multiple && tag === 0) && !this.unacked.has(tag)) throw new BrokerFault('unknown-delivery-tag', { tag });
    const last = tag === 0 ? this.unacked.last : tag;
    if (this.transaction !== undefined) this.transaction.settle(multiple ? this.unacked.takeUpTo(last) : this.#takeOne(tag), how);
    else if (multiple) this.#settleUpTo(last, how);
    else this.apply(this.#takeOne(tag), how);
  }

  /** Gives all back to where it came from. */
  recover(): void {
    this.#settleUpTo(this.unacked.last, 'recover');
  }

  /** Carries out what was decided about deliveries that were taken off the ledger. */
  apply(taken: readonly Unacked[], how: Settlement): void {
    if (how === 'ack') for (const { queue, entry } of taken) queue.settle(entry);
    else if (how === 'discard-reject') this.#byQueue(taken, (queue, entries) => queue.discard(entries, 'reject'));
    else if (how === 'discard-nack') this.#byQueue(taken, (queue, entries) => queue.discard(entries, 'nack'));
    else this.#byQueue(taken, (queue, entries) => queue.giveBack(entries, how));
    // only now is there room for more: what came back stands in its place again
    for (const { consumer } of taken) consumer?.settled();
  }

  /** Does what a frame asks for, a step at a time, before the next frame is handled; `step` answers whether there is more to do. */
  carryOn(step: () => boolean): void {
    if (step()) this.connection.carryOn(step, this);
  }

  /** Closes the channel for a fault. */
  fail(reply: Reply): void {
    tellFailure(this, reply);
    this.terminate('closing');
    this.send({ name: 'channel.close', ...reply });
  }

  /** Ends it: what it held goes back, its consumers go. Idempotent. */
  terminate(state: 'closing' | 'gone'): void {
    const wasOpen = this.#state === 'open';
    this.#state = state;
    if (!wasOpen) return;
    this.flush();
    this.connection.host.replies.delete(this);
    this.transaction?.rollback();
    const consumers = [...this.consumers.values()];
    this.consumers.clear();
    for (const consumer of consumers) tellConsumerEnded(this, consumer, 'channel-closed');
    this.#giveAllBack(() => {
      // first back into the queue, then away with the consumer: who comes after it gets them in order
      for (const consumer of consumers) consumer.queue.unsubscribe(consumer);
    });
  }

  /** Called at the end of each turn in which frames were handled. */
  flush(): void {
    this.confirms?.flush(this.connection.host.realm.journal?.safe);
  }

  #dispatch(method: Method): void {
    const handler = HANDLERS[method.name] as ((channel: Channel, method: MethodOf<MethodName>) => void) | undefined;
    if (handler === undefined) throw new BrokerFault('unimplemented-method');
    handler(this, method);
  }

  #publish(published: ReturnType<Publication['body']>): void {
    if (published !== undefined) this.publisher.publish(published);
  }

  /** After channel.close everything is ignored but its answer, and a channel.close that crossed it. */
  #handleClosing(type: number, payload: Buffer): void {
    this.by = methodIdOf(type, payload);
    if (this.by === OPEN) throw new BrokerFault('second-channel-open');
    if (this.by === CLOSE) this.send({ name: 'channel.close-ok' });
    if (this.by === CLOSE_OK) this.connection.forget(this);
  }

  #takeOne(tag: number): readonly Unacked[] {
    const unacked = this.unacked.take(tag);
    return unacked === undefined ? [] : [unacked];
  }

  /** Half a million deliveries take a while: the client's next frame waits for them, other clients do not. */
  #settleUpTo(last: number, how: Settlement): void {
    this.#settling = { last, how };
    this.carryOn(() => this.#settleSome());
  }

  /** Answers whether there are more to settle. */
  #settleSome(): boolean {
    if (this.#settling === undefined) return false;
    const { last, how } = this.#settling;
    const taken = this.unacked.takeUpTo(last, SOME);
    if (taken.length < SOME) this.#settling = undefined;
    this.apply(taken, how);
    return this.#settling !== undefined;
  }

  /** Does first what is left of a settlement. Many deliveries take several turns of the event loop. */
  #giveAllBack(done: () => void): void {
    if (this.#settling === undefined) this.#settling = { last: this.unacked.last, how: 'close' };
    if (this.#settleSome() || this.unacked.size > 0) this.vhost.clock.later(() => this.#giveAllBack(done));
    else done();
  }

  #byQueue(taken: readonly Unacked[], use: (queue: VhostQueue, entries: QueueEntry[]) => void): void {
    const [first] = taken;
    if (first === undefined) return;
    const queues = new Map<VhostQueue, QueueEntry[]>();
    for (const { queue, entry } of taken) {
      const entries = queues.get(queue);
      if (entries === undefined) queues.set(queue, [entry]);
      else entries.push(entry);
    }
    for (const [queue, entries] of queues) use(queue, entries);
  }
}

/** What becomes of deliveries: they are done with, given up for good, or given back. */
export type Settlement = 'ack' | 'discard-reject' | 'discard-nack' | GivenBack;

function unexpected(expects: 'method' | 'header' | 'body', type: number): string {
  if (expects === 'method') return 'expected method frame, got non method frame instead';
  if (expects === 'header') return 'expected content header for class 60, got non content header frame instead';
  return type === METHOD || type === HEADER
    ? 'expected content body, got non content body frame instead'
    : 'expected method frame, got non method frame instead';
}
