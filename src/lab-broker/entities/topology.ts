import type { Table } from '../wire/field.ts';
import { type Binding, bindingIdentity } from './binding.ts';
import { type Destination, Exchange } from './exchange.ts';
import type { Message } from './message.ts';
import type { VhostQueue } from './queue-port.ts';

/** Routes that an exchange remembers, and queues that all of them may lead to: nobody counts this memory. */
const [REMEMBERED, MOST_QUEUES] = [4_096, 65_536];

/** Told of what goes, by itself or because somebody wants it to. */
export interface TopologyPort {
  exchangeGone(exchange: string): void;
  /** `identity`: what tells it from the other bindings of its source. */
  bindingGone(source: string, identity: string): void;
}

/** What exists in a virtual host, and what is bound to what. */
export class Topology {
  readonly exchanges = new Map<string, Exchange>();
  readonly queues = new Map<string, VhostQueue>();
  /** Bindings that lead to a destination. */
  readonly #incoming = new Map<Destination, Set<Binding>>();
  /** Grows with each change: what was found out before holds no longer. */
  version = 0;
  readonly #port: TopologyPort;

  constructor(port: TopologyPort) {
    this.#port = port;
  }

  addExchange(exchange: Exchange): void {
    this.version++;
    this.exchanges.set(exchange.name, exchange);
  }

  addQueue(queue: VhostQueue): void {
    this.version++;
    this.queues.set(queue.name, queue);
  }

  /** Answers whether that is new. */
  bind(source: Exchange, destination: Destination, routingKey: string, table: Table): boolean {
    const identity = bindingIdentity(destination, routingKey, table);
    if (source.bindings.has(identity)) return false;
    this.version++;
    const binding: Binding = { source, destination, routingKey, arguments: table };
    source.bindings.set(identity, binding);
    source.router.add(routingKey, table, destination);
    const incoming = this.#incoming.get(destination) ?? new Set();
    this.#incoming.set(destination, incoming.add(binding));
    return true;
  }

  /** Answers whether there was such a binding. */
  unbind(source: Exchange, destination: Destination, routingKey: string, table: Table): boolean {
    const binding = source.bindings.get(bindingIdentity(destination, routingKey, table));
    if (binding !== undefined) this.#removeBindings([binding]);
    return binding !== undefined;
  }

  bindingsTo(destination: Destination): readonly Binding[] {
    return [...(this.#incoming.get(destination) ?? [])];
  }

  removeQueue(queue: VhostQueue): void {
    if (this.queues.get(queue.name) !== queue) return;
    this.version++;
    this.queues.delete(queue.name);
    this.#removeBindings(this.bindingsTo(queue));
  }

  removeExchange(exchange: Exchange): void {
    this.#removeBindings(this.#cutOut(exchange));
  }

  /** The queues that get a message, each once. `headers` is asked for by headers exchanges: those of the message unless given. */
  route(exchange: Exchange, message: Message, headers?: Table): readonly VhostQueue[] {
    if (exchange.name === '') return this.#byName(message);
    if (message.copies !== undefined) return this.#search(exchange, message, [message.routingKey, ...message.copies], headers).queues;
    if (exchange.foundAt !== this.version) {
      forget(exchange);
      exchange.foundAt = this.version;
    }
    const remembered = exchange.found.get(message.routingKey);
    if (remembered !== undefined) return remembered;
    const { queues, byHeaders } = this.#search(exchange, message, [message.routingKey], headers);
    if (byHeaders) return queues;
    if (exchange.found.size >= REMEMBERED || exchange.foundQueues + queues.length > MOST_QUEUES) forget(exchange);
    exchange.found.set(message.routingKey, queues);
    exchange.foundQueues += queues.length;
    return queues;
  }

  #byName({ routingKey, copies }: Message): readonly VhostQueue[] {
    if (copies === undefined) {
      const queue = this.queues.get(routingKey);
      return queue === undefined ? [] : [queue];
    }
    const names = new Set([routingKey, ...copies]);
    return [...names].flatMap((name) => this.queues.get(name) ?? []);
  }

  /** Follows bindings and alternate exchanges; an exchange is asked once, so cycles end. */
  #search(
    start: Exchange,
    message: Message,
    keys: readonly string[],
    given: Table | undefined,
  ): { queues: readonly VhostQueue[]; byHeaders: boolean } {
    const queues = new Set<VhostQueue>();
    const seen = new Set([start]);
    let byHeaders = false;
    let decoded = given;
    const headers = () => {
      decoded ??= message.properties().headers ?? [];
      return decoded;
    };
    for (const exchange of seen) {
      byHeaders ||= exchange.type === 'headers';
      if (exchange.name === '') {
        for (const queue of this.#byName(message)) queues.add(queue);
        continue;
      }
      const found = new Set<Destination>();
      for (const key of keys) exchange.router.route(key, headers, found);
      if (found.size === 0 && exchange.settings.alternate !== undefined) {
        const alternate = this.exchanges.get(exchange.settings.alternate);
        if (alternate !== undefined) seen.add(alternate);
      }
      for (const destination of found) {
        if (destination instanceof Exchange) seen.add(destination);
        else queues.add(destination);
      }
    }
    return { queues: [...queues], byHeaders };
  }

  /** Takes an exchange out; answers its bindings, which are to be removed. */
  #cutOut(exchange: Exchange): readonly Binding[] {
    if (this.exchanges.get(exchange.name) !== exchange) return [];
    this.version++;
    this.exchanges.delete(exchange.name);
    this.#port.exchangeGone(exchange.name);
    return [...exchange.bindings.values(), ...this.bindingsTo(exchange)];
  }

  /** Removes bindings, and those of exchanges that go with their last one: in a line, so that a long chain of them piles up no calls. */
  #removeBindings(bindings: readonly Binding[]): void {
    const line = [...bindings];
    for (const binding of line) {
      const { source } = binding;
      if (!this.#removeBinding(binding) || !source.autoDelete || source.bindings.size > 0) continue;
      for (const next of this.#cutOut(source)) line.push(next);
    }
  }

  /** Answers whether it was there. */
  #removeBinding(binding: Binding): boolean {
    const { source, destination, routingKey, arguments: table } = binding;
    const identity = bindingIdentity(destination, routingKey, table);
    if (!source.bindings.delete(identity)) return false;
    this.#port.bindingGone(source.name, identity);
    this.version++;
    source.router.remove(routingKey, table, destination);
    const incoming = this.#incoming.get(destination);
    incoming?.delete(binding);
    if (incoming?.size === 0) this.#incoming.delete(destination);
    return true;
  }
}

/** Forgets where messages of an exchange went. */
function forget(exchange: Exchange): void {
  exchange.found.clear();
  exchange.foundQueues = 0;
}
