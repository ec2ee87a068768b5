import { createRouter } from '../../routing/exchange-types.ts';
import { exchangeSettingsOf, queueSettingsOf } from '../arguments/settings.ts';
import type { BrokerClock } from '../clock.ts';
import { deadMessage, routingHeaders } from '../dead-letter/dead-message.ts';
import { isDeathCycle } from '../dead-letter/deaths.ts';
import { departureOf, isRefusal } from '../dead-letter/departure.ts';
import type { BrokerEvent, Departure, Lost } from '../events.ts';
import { encodeBinding, encodeExchange } from '../store/definitions.ts';
import type { Table } from '../wire/field.ts';
import { bindingIdentity } from './binding.ts';
import { type Destination, Exchange, type ExchangeIdentity, type ExchangeSettings } from './exchange.ts';
import { Fifo } from './fifo.ts';
import type { Journal } from './journal.ts';
import type { Message, QueueEntry } from './message.ts';
import { Policies } from './policies.ts';
import { Queue } from './queue.ts';
import type { DeathReason, Dismissal, QueueHost, QueueIdentity, VhostQueue } from './queue-port.ts';
import type { QueueSettings } from './queue-settings.ts';
import { QuorumQueue } from './quorum-queue.ts';
import { StreamQueue } from './stream-queue.ts';
import { Sweep } from './sweep.ts';
import { Topology } from './topology.ts';

/** What a virtual host asks of the broker. */
export interface VhostHost {
  readonly clock: BrokerClock;
  readonly watched: boolean;
  /** Where it is told what is to outlast the broker. */
  readonly journal?: Journal | undefined;
  hold(bytes: number): void;
  /** Whether anybody listens to events of this type. */
  wants(type: BrokerEvent['type']): boolean;
  tell(event: BrokerEvent): void;
}

/** The exchanges that each virtual host has from the start, and nobody may delete. */
const SYSTEM_EXCHANGES: readonly (readonly [name: string, type: ExchangeIdentity['type'], internal?: true])[] = [
  ['', 'direct'],
  ['amq.direct', 'direct'],
  ['amq.fanout', 'fanout'],
  ['amq.topic', 'topic'],
  ['amq.headers', 'headers'],
  ['amq.match', 'headers'],
  ['amq.rabbitmq.trace', 'topic', true],
];

/** Dead letters that are published in one turn of the event loop, and milliseconds that they may take: long chains make large headers. */
const [BATCH, TURN] = [256, 8];

/** Octets. */
const LONGEST_KEY = 255;

/** A virtual host: a synchronous core. What it does is called on the ports it was given: consumers' channels, the clock, the events. */
export class Vhost implements QueueHost {
  readonly name: string;
  readonly clock: BrokerClock;
  readonly topology = new Topology({
    exchangeGone: (exchange) => {
      this.#host.journal?.forget(['exchange', this.name, exchange]);
      if (this.watched) this.tell({ type: 'exchange-deleted', vhost: this.name, exchange });
    },
    bindingGone: (source, identity) => this.#host.journal?.forget(['binding', this.name, source, identity]),
  });
  readonly policies = new Policies();
  readonly #configuration: Sweep<Destination>;
  readonly #host: VhostHost;
  readonly #dead = new Fifo<Dead>();
  /** How many dead letters may still be published in this turn, and until when. */
  #left = BATCH;
  #until = Number.POSITIVE_INFINITY;
  #burying = false;

  constructor(name: string, host: VhostHost) {
    this.name = name;
    this.clock = host.clock;
    this.#host = host;
    this.#configuration = new Sweep(host.clock, (entity) => this.#configure(entity));
    for (const [exchange, type, internal = false] of SYSTEM_EXCHANGES) {
      this.#addExchange({ name: exchange, type, durable: true, autoDelete: false, internal, arguments: [] });
    }
  }

  /** How much of what is to outlast the broker has been told. */
  get told(): number {
    return this.#host.journal?.told ?? 0;
  }

  get watched(): boolean {
    return this.#host.watched;
  }

  hold(bytes: number): void {
    this.#host.hold(bytes);
  }

  tell(event: BrokerEvent): void {
    this.#host.tell(event);
  }

  /** Makes an exchange that is not there yet. */
  createExchange(identity: ExchangeIdentity): Exchange {
    const exchange = this.#addExchange(identity);
    // RabbitMQ 4.3 keeps those that are not durable, too
    this.#host.journal?.define(['exchange', this.name, identity.name], encodeExchange(identity));
    if (this.watched) this.tell({ type: 'exchange-declared', vhost: this.name, exchange: identity.name });
    return exchange;
  }

  removeExchange(exchange: Exchange): void {
    this.topology.removeExchange(exchange);
  }

  /** Makes a queue that is not there yet; its arguments have been checked. */
  createQueue(identity: QueueIdentity): VhostQueue {
    const Kind = { classic: Queue, quorum: QuorumQueue, stream: StreamQueue }[identity.type];
    const kept = identity.durable && identity.owner === undefined;
    const journal = kept ? this.#host.journal?.openQueue(this.name, identity) : undefined;
    const queue: VhostQueue = new Kind(identity, this.#queueSettings(identity), this, journal);
    this.topology.addQueue(queue);
    if (this.watched) this.tell({ type: 'queue-declared', vhost: this.name, queue: queue.name });
    return queue;
  }

  removeQueue(queue: VhostQueue, why: Dismissal = 'deleted'): void {
    if (this.topology.queues.get(queue.name) !== queue) return;
    this.topology.removeQueue(queue);
    const count = queue.ready;
    queue.close();
    if (this.watched) this.tell({ type: 'queue-deleted', vhost: this.name, queue: queue.name, reason: why, count });
  }

  /** Removes the queues that belong to a connection alone. */
  removeQueuesOf(owner: object): void {
    for (const queue of [...this.topology.queues.values()]) if (queue.owner === owner) this.removeQueue(queue, 'exclusive');
  }

  bind(source: Exchange, destination: Destination, routingKey: string, table: Table): void {
    if (!this.topology.bind(source, destination, routingKey, table)) return;
    this.#keepBinding(source, destination, routingKey, table);
    this.#tellBinding('bound', source, destination, routingKey);
  }

  unbind(source: Exchange, destination: Destination, routingKey: string, table: Table): void {
    if (this.topology.unbind(source, destination, routingKey, table)) this.#tellBinding('unbound', source, destination, routingKey);
  }

  /** Changes policies, and in turns of the event loop what queues and exchanges are held to by them. To be called by the realm only. */
  changePolicies<T>(change: (policies: Policies) => T): T {
    const result = change(this.policies);
    this.#configuration.begin([...this.topology.exchanges.values(), ...this.topology.queues.values()]);
    return result;
  }

  /** Waits until queues and exchanges are held to what the policies say. */
  whenConfigured(): Promise<void> {
    return this.#configuration.done();
  }

  /** Queues do what is due, after all of them were restored. */
  resume(): void {
    for (const queue of [...this.topology.queues.values()]) queue.configure(queue.settings);
  }

  /** Hands a message to its queues. False when one of them refused it: the others have it all the same. */
  deliver(message: Message, queues: readonly VhostQueue[]): boolean {
    if (queues.length > 0 && this.#host.wants('routed')) this.#tellRouted(message, queues);
    let taken = true;
    for (const queue of queues) if (!queue.publish(message)) taken = false;
    return taken;
  }

  /** Dead letters wait their turn in a line, so that a chain of full queues does not pile up calls, nor starve the event loop. */
  deadLetter(queue: VhostQueue, entry: QueueEntry, reason: DeathReason): void {
    if (queue.settings.deadLetterExchange === undefined) {
      queue.buried(entry);
      if (!this.watched) return;
      const departure = departureOf(this.name, queue, entry, reason, this.clock.now());
      this.tell(reason === 'expired' ? { type: reason, ...departure } : { type: 'dropped', ...departure, count: 1 });
      return;
    }
    this.hold(entry.weight);
    const departure = this.watched ? departureOf(this.name, queue, entry, reason, this.clock.now()) : undefined;
    this.#dead.push({ queue, entry, reason, departure });
    this.#bury();
  }

  /** Ends all that is in it. */
  close(): void {
    for (const queue of [...this.topology.queues.values()]) this.removeQueue(queue, 'vhost-deleted');
    for (let next = this.#dead.shift(); next !== undefined; next = this.#dead.shift()) this.hold(-next.entry.weight);
  }

  #configure(entity: Destination): void {
    if (entity instanceof Exchange) {
      entity.settings = this.#exchangeSettings(entity);
      this.topology.version++;
    } else if (this.topology.queues.get(entity.name) === entity) entity.configure(this.#queueSettings(entity));
  }

  #queueSettings({ name, type, arguments: table }: QueueIdentity): QueueSettings {
    return queueSettingsOf(table, type, this.policies.appliedTo(name, type));
  }

  #exchangeSettings({ name, arguments: table }: ExchangeIdentity): ExchangeSettings {
    return exchangeSettingsOf(table, this.policies.appliedTo(name, 'exchange'));
  }

  /** Publishes as many dead letters as this turn has time for. Called again by what it publishes itself, which only joins the line. */
  #bury(): void {
    if (this.#burying) return;
    this.#burying = true;
    if (this.#until === Number.POSITIVE_INFINITY) {
      this.#until = this.clock.now() + TURN;
      this.clock.later(() => this.#nextTurn());
    }
    try {
      for (; this.#left > 0 && this.clock.now() < this.#until; this.#left--) {
        const next = this.#dead.shift();
        if (next === undefined) break;
        this.#publishDead(next);
        next.queue.buried(next.entry);
        this.hold(-next.entry.weight);
      }
    } finally {
      this.#burying = false;
    }
  }

  #nextTurn(): void {
    this.#left = BATCH;
    this.#until = Number.POSITIVE_INFINITY;
    if (this.#dead.size > 0) this.#bury();
  }

  #publishDead(letter: Dead): void {
    const { queue, entry, reason } = letter;
    const { message } = entry;
    const { deadLetterExchange = '', deadLetterRoutingKey } = queue.settings;
    const exchange = this.topology.exchanges.get(deadLetterExchange);
    const key = deadLetterRoutingKey ?? message.routingKey;
    // RabbitMQ takes a key that fits into no frame, and fails whoever is to get the message
    if (exchange === undefined || Buffer.byteLength(key) > LONGEST_KEY) {
      this.#tellBuried(letter, deadLetterExchange, key, [], exchange === undefined ? 'no-exchange' : 'key-too-long');
      return;
    }
    const circumstances = { queue: queue.name, reason, now: this.clock.now(), exchange: exchange.name, routingKey: deadLetterRoutingKey };
    const dead = deadMessage(entry, circumstances);
    const found = this.topology.route(exchange, dead, exchange.type === 'direct' ? undefined : routingHeaders(dead, message));
    const queues = reason === 'rejected' ? found : found.filter(({ name }) => !isDeathCycle(dead.deaths, name));
    this.#tellBuried(letter, exchange.name, dead.routingKey, queues, found.length === 0 ? 'no-queue' : 'cycle');
    for (const target of queues) target.publish(dead);
  }

  #addExchange(identity: ExchangeIdentity): Exchange {
    const exchange = new Exchange(identity, this.#exchangeSettings(identity), createRouter<Destination>(identity.type));
    this.topology.addExchange(exchange);
    return exchange;
  }

  /** `lost`: why it went nowhere, if it did. */
  #tellBuried({ queue, reason, departure }: Dead, exchange: string, routingKey: string, to: readonly VhostQueue[], lost: Lost): void {
    if (departure === undefined) return;
    const [refused, queues] = [isRefusal(queue, reason), to.map(({ name }) => name)];
    this.tell({ type: 'dead-lettered', ...departure, refused, exchange, routingKey, queues, ...(queues.length > 0 ? {} : { lost }) });
  }

  #keepBinding(source: Exchange, destination: Destination, routingKey: string, table: Table): void {
    const isExchange = destination instanceof Exchange;
    if (!isExchange && (!destination.durable || destination.owner !== undefined)) return;
    const content = encodeBinding({
      destination: destination.name,
      destinationType: isExchange ? 'exchange' : 'queue',
      routingKey,
      arguments: table,
    });
    this.#host.journal?.define(['binding', this.name, source.name, bindingIdentity(destination, routingKey, table)], content);
  }

  #tellRouted({ number, exchange, routingKey }: Message, queues: readonly VhostQueue[]): void {
    this.tell({ type: 'routed', vhost: this.name, message: number, exchange, routingKey, queues: queues.map(({ name }) => name) });
  }

  #tellBinding(type: 'bound' | 'unbound', source: Exchange, destination: Destination, routingKey: string): void {
    if (!this.watched) return;
    const destinationType = destination instanceof Exchange ? 'exchange' : 'queue';
    this.tell({ type, vhost: this.name, source: source.name, destination: destination.name, destinationType, routingKey });
  }
}

/** A message that waits to be dead-lettered. */
interface Dead {
  readonly queue: VhostQueue;
  readonly entry: QueueEntry;
  readonly reason: DeathReason;
  /** Undefined when nobody listened as it left. */
  readonly departure: Departure | undefined;
}
