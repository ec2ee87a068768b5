import type { MethodInput } from '../../src/lab-broker/wire/methods.ts';
import type { Properties } from '../../src/lab-broker/wire/properties.ts';
import { managementOf, type TestVhost } from './brokers.ts';
import { Caller } from './caller.ts';
import { brief, type Delivery, deliveryOf, whoGotWhat } from './delivery.ts';
import { own } from './names.ts';
import { eventually } from './polling.ts';
import { tableOf, type Values } from './tables.ts';
import { openWire, type WireOptions } from './wire-client.ts';
import { WireRefusal } from './wire-refusal.ts';

/** A message to publish: its body, or more of it. */
export type Said = string | (Omit<Properties, 'headers'> & { readonly body?: string; readonly headers?: Values });

/** What is said of a queue or an exchange beside its arguments. */
export interface Flags {
  /** Kept apart from other tests' by `own`, unless it is one already. */
  readonly name?: string;
  readonly durable?: boolean;
  readonly exclusive?: boolean;
  readonly autoDelete?: boolean;
  readonly internal?: boolean;
}

/** Where a message goes to. */
export interface Address {
  readonly exchange?: string;
  readonly routingKey?: string;
  readonly mandatory?: boolean;
}

/** The channels of an actor: the first is the test's, which may break it; the others are for what must not fail. */
const FEEDER = 101;
const GETTER = 102;

/** How long "nothing more" is waited out, in ms. */
const QUIET = 60;

/** A client that acts in a test, and waits until the broker has done what was asked. Channel 1 is open. */
export class Actor extends Caller {
  #published = 0;

  /** Connects to a vhost. */
  static async enter(home: TestVhost, options?: WireOptions): Promise<Actor> {
    const actor = new Actor(await openWire(home.url, options), home);
    await actor.open(1);
    return actor;
  }

  /** Declares a queue, durable unless said, and answers its name. */
  async queue(values: Values = {}, { name = 'q', ...flags }: Flags = {}): Promise<string> {
    const queue = name === '' || name.includes('@') ? name : own(name);
    const declare: MethodInput = { name: 'queue.declare', queue, durable: true, ...flags, arguments: tableOf(values) };
    return (await this.wire.call(declare, 'queue.declare-ok')).method.queue;
  }

  /** Declares an exchange, durable unless said, and answers its name. */
  async exchange(type: string, values: Values = {}, { name = 'x', ...flags }: Flags = {}): Promise<string> {
    const exchange = name.includes('@') ? name : own(name);
    const declare: MethodInput = { name: 'exchange.declare', exchange, type, durable: true, ...flags, arguments: tableOf(values) };
    await this.wire.call(declare, 'exchange.declare-ok');
    return exchange;
  }

  /** Binds a queue. */
  async bind(queue: string, exchange: string, routingKey = '', values: Values = {}): Promise<void> {
    await this.wire.call({ name: 'queue.bind', queue, exchange, routingKey, arguments: tableOf(values) }, 'queue.bind-ok');
  }

  /** Messages that wait, and consumers, as a passive declare tells (which renews x-expires of a classic queue); the text of a refusal. */
  async counts(queue: string): Promise<{ readonly messages: number; readonly consumers: number } | string> {
    await this.open(GETTER);
    const passive: MethodInput = { name: 'queue.declare', queue, passive: true };
    try {
      const { method } = await this.wire.call(passive, 'queue.declare-ok', GETTER);
      return { messages: method.messageCount, consumers: method.consumerCount };
    } catch (error) {
      if (!(error instanceof WireRefusal)) throw error;
      return this.refused(error, GETTER);
    }
  }

  /** How many messages wait; the text of a refusal. */
  async count(queue: string): Promise<number | string> {
    const counts = await this.counts(queue);
    return typeof counts === 'string' ? counts : counts.messages;
  }

  /** Waits until so many messages wait: what a closed channel held comes back after the answer. */
  async settled(queue: string, messages: number): Promise<void> {
    await eventually(async () => {
      const count = await this.count(queue);
      if (count !== messages) throw new Error(`${count} messages, not ${messages}`);
    });
  }

  /** Whether there is such a queue, as the management API has it: that is no use of the queue. */
  async exists(queue: string): Promise<boolean> {
    const { url, api, vhost } = this.home;
    return (await managementOf({ url, api }).get(`/api/queues/${vhost}/${encodeURIComponent(queue)}`)) !== undefined;
  }

  /** Whether a queue goes in time. */
  async goes(queue: string): Promise<boolean> {
    const gone = async () => {
      if (await this.exists(queue)) throw new Error('it is still there');
      return true;
    };
    return eventually(gone).catch(() => false);
  }

  /** Publishes to a queue, or to an address, and waits until the broker has it all in its place. Answers what became of each. */
  async fill(target: string | Address, ...messages: readonly Said[]): Promise<string[]> {
    if (await this.open(FEEDER)) {
      await this.wire.call({ name: 'confirm.select' }, 'confirm.select-ok', FEEDER);
    }
    for (const message of messages) this.publish(target, message, FEEDER);
    const first = this.#published + 1;
    this.#published += messages.length;
    return this.confirms(first, this.#published, FEEDER);
  }

  /** Publishes, and waits for nothing. */
  publish(target: string | Address, message: Said, channel = 1): void {
    const { body = '', headers, ...properties } = typeof message === 'string' ? { body: message } : message;
    const address = typeof target === 'string' ? { routingKey: target } : target;
    this.wire.publish({ ...address, channel, body, properties: { ...properties, ...(headers && { headers: tableOf(headers) }) } });
  }

  /** Waits for the confirms of a channel's messages with these numbers: what became of each, however they were grouped. */
  async confirms(from: number, to: number, channel = 1): Promise<string[]> {
    const outcome = new Map<number, string>();
    while (outcome.size < to - from + 1) {
      const { method } = await this.wire.expect(['basic.ack', 'basic.nack'], channel);
      for (let tag = method.multiple ? from : method.deliveryTag; tag <= method.deliveryTag; tag++)
        if (!outcome.has(tag)) outcome.set(tag, method.name.slice('basic.'.length));
    }
    return [...outcome].sort(([one], [other]) => one - other).map(([, what]) => what);
  }

  /** Gets a message and holds it, if there is one. */
  async get(queue: string, { noAck = false, channel = 1 } = {}): Promise<Delivery | undefined> {
    const got = await this.wire.call({ name: 'basic.get', queue, noAck }, ['basic.get-ok', 'basic.get-empty'], channel);
    const { method } = got;
    return method.name === 'basic.get-empty' ? undefined : deliveryOf({ ...got, method });
  }

  /** Gets a message as soon as there is one (within 5 s), and holds it. */
  async hold(queue: string, channel = 1): Promise<Delivery> {
    return eventually(async () => {
      const got = await this.get(queue, { channel });
      if (got === undefined) throw new Error('the queue is empty');
      return got;
    });
  }

  /** Takes all that a queue has: `['R1', '2']`. On channel 1, so that it comes after what was settled there. */
  async drain(queue: string): Promise<string[]> {
    return (await this.takeAll(queue)).map(brief);
  }

  /** Takes all that a queue has. */
  async takeAll(queue: string): Promise<Delivery[]> {
    const all: Delivery[] = [];
    for (let got = await this.get(queue, { noAck: true }); got !== undefined; got = await this.get(queue, { noAck: true })) all.push(got);
    return all;
  }

  /** Takes as many as are expected, waiting for them (5 s), and what else is there then. For what comes in its own time: dead letters. */
  async takeIn(queue: string, count: number): Promise<Delivery[]> {
    const all: Delivery[] = [];
    const enough = async () => {
      all.push(...(await this.takeAll(queue)));
      if (all.length < count) throw new Error(`${all.length} of ${count}`);
    };
    await eventually(enough).catch(() => undefined);
    return all;
  }

  ack({ tag, channel }: Pick<Delivery, 'tag' | 'channel'>, { multiple = false } = {}): void {
    this.wire.send({ name: 'basic.ack', deliveryTag: tag, multiple }, channel);
  }

  nack({ tag, channel }: Pick<Delivery, 'tag' | 'channel'>, { multiple = false, requeue = true } = {}): void {
    this.wire.send({ name: 'basic.nack', deliveryTag: tag, multiple, requeue }, channel);
  }

  reject({ tag, channel }: Pick<Delivery, 'tag' | 'channel'>, { requeue = true } = {}): void {
    this.wire.send({ name: 'basic.reject', deliveryTag: tag, requeue }, channel);
  }

  async prefetch(prefetchCount: number, { global = false, channel = 1 } = {}): Promise<void> {
    await this.wire.call({ name: 'basic.qos', prefetchCount, global }, 'basic.qos-ok', channel);
  }

  async consume(queue: string, consumerTag: string, options: ConsumeOptions = {}): Promise<void> {
    const { channel = 1, arguments: values = {}, ...flags } = options;
    const consume: MethodInput = { name: 'basic.consume', queue, consumerTag, ...flags, arguments: tableOf(values) };
    await this.wire.call(consume, 'basic.consume-ok', channel);
  }

  async cancel(consumerTag: string, channel = 1): Promise<void> {
    await this.wire.call({ name: 'basic.cancel', consumerTag }, 'basic.cancel-ok', channel);
  }

  /** The next deliveries to consumers, as many as are expected, and what else comes then. */
  async deliveries(count: number): Promise<Delivery[]> {
    const all: Delivery[] = [];
    while (all.length < count) {
      const came = await this.wire.expect('basic.deliver').catch((error: unknown) => {
        if (error instanceof WireRefusal) throw error;
      });
      if (came === undefined) break;
      all.push(deliveryOf(came));
    }
    for (const { method, ...rest } of await this.wire.quiet(QUIET))
      if (method.name === 'basic.deliver') all.push(deliveryOf({ ...rest, method }));
    return all;
  }

  /** Who got the next deliveries, as many as are expected, and what else comes then: `['a:1', 'b:R2']`. */
  async served(count: number): Promise<string[]> {
    return (await this.deliveries(count)).map(whoGotWhat);
  }
}

/** How somebody consumes. */
export interface ConsumeOptions {
  readonly channel?: number;
  readonly noAck?: boolean;
  readonly exclusive?: boolean;
  readonly arguments?: Values;
}
