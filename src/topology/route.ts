import type { Binding } from '../client/broker.ts';
import type { FieldTable } from '../client/message.ts';
import type { ExchangeType } from '../routing/exchange-types.ts';
import { explainBinding } from '../routing/explain-binding.ts';
import type { Headers } from '../routing/typed-value.ts';
import type { Topology, TopologyExchange } from './topology.ts';
import { typedHeaders } from './typed-headers.ts';

/** A message as far as routing looks at it. */
export interface RoutedMessage {
  readonly exchange: string;
  /** Its key, and those of its CC and BCC headers. */
  readonly keys: readonly string[];
  readonly headers: FieldTable;
}

/** A binding, and what it makes of the message. */
export interface RoutedBinding extends Binding {
  readonly matched: boolean;
  /** Why or why not: one line. */
  readonly reason: string;
}

/** One exchange on the way. */
export interface RouteStep {
  readonly exchange: string;
  readonly type: string;
  /** How the message came here; with `alternate`, `from` is the exchange that could not route it. */
  readonly via: 'publish' | 'binding' | 'alternate';
  readonly from?: string;
  readonly bindings: readonly RoutedBinding[];
  /** Of the default exchange: the queues named by the keys, or the keys that name none. */
  readonly named?: readonly { readonly key: string; readonly exists: boolean }[];
  /** Its alternate exchange, where it routed nothing; whether there is such an exchange. */
  readonly alternate?: { readonly exchange: string; readonly exists: boolean };
  /** True for a plugin's exchange: what it does with a message is not known here. */
  readonly unknownType?: true;
}

/** Where a message goes. */
export interface Route {
  /** The queues that get a copy, one each, sorted. */
  readonly queues: readonly string[];
  readonly steps: readonly RouteStep[];
  /** Whether an alternate exchange had a part in it. */
  readonly alternate: boolean;
}

const TYPES: readonly string[] = ['direct', 'fanout', 'topic', 'headers'] satisfies ExchangeType[];

/**
 * Follows a message as RabbitMQ routes it: each exchange is asked once, so cycles end, and an alternate exchange is asked where an
 * exchange on the way finds no destination at all. Undefined when the first exchange does not exist.
 */
export function routeMessage(topology: Topology, message: RoutedMessage): Route | undefined {
  return createRouter(topology)(message);
}

/** Follows messages as `routeMessage` does: for many of one topology, which it sorts out once. */
export type Router = (message: RoutedMessage) => Route | undefined;

/** Creates a Router of a topology. */
export function createRouter(topology: Topology): Router {
  const exchanges = new Map(topology.exchanges.map((exchange) => [exchange.name, exchange]));
  const names = new Set(topology.queues.map(({ name }) => name));
  const bySource = new Map<string, Binding[]>();
  for (const binding of topology.bindings) {
    const known = bySource.get(binding.source);
    if (known === undefined) bySource.set(binding.source, [binding]);
    else known.push(binding);
  }
  const alike = areNumbersAlike(topology.version);
  return (message) => follow({ exchanges, names, bySource, typed: (table) => typedHeaders(table, alike) }, message);
}

/** A topology sorted out for routing. */
interface RoutingIndex {
  readonly exchanges: ReadonlyMap<string, TopologyExchange>;
  /** Of the queues. */
  readonly names: ReadonlySet<string>;
  readonly bySource: ReadonlyMap<string, readonly Binding[]>;
  readonly typed: (table: FieldTable) => Headers;
}

function follow({ exchanges, names, bySource, typed }: RoutingIndex, message: RoutedMessage): Route | undefined {
  const start = exchanges.get(message.exchange);
  if (start === undefined) return undefined;
  const headers = typed(message.headers);
  const queues = new Set<string>();
  const steps: RouteStep[] = [];
  const seen = new Map<TopologyExchange, Pick<RouteStep, 'via' | 'from'>>([[start, { via: 'publish' }]]);
  // a Map that grows while it is walked goes on to what is added
  for (const [exchange, came] of seen) {
    const step = { exchange: exchange.name, type: exchange.type, ...came };
    if (exchange.name === '') {
      const named = [...new Set(message.keys)].map((key) => ({ key, exists: names.has(key) }));
      for (const { key, exists } of named) if (exists) queues.add(key);
      steps.push({ ...step, bindings: [], named });
      continue;
    }
    if (!isKnown(exchange.type)) {
      steps.push({ ...step, bindings: [], unknownType: true });
      continue;
    }
    const type = exchange.type;
    const bindings = (bySource.get(exchange.name) ?? []).map((binding) =>
      judge(type, binding, typed(binding.arguments), message.keys, headers),
    );
    const taken = bindings.filter(({ matched }) => matched);
    const fallback = taken.length === 0 ? exchange.alternate : undefined;
    const alternate = fallback === undefined ? undefined : exchanges.get(fallback.value);
    steps.push({
      ...step,
      bindings,
      ...(fallback === undefined ? {} : { alternate: { exchange: fallback.value, exists: alternate !== undefined } }),
    });
    if (alternate !== undefined && !seen.has(alternate)) seen.set(alternate, { via: 'alternate', from: exchange.name });
    for (const { destination, destinationType } of taken) {
      if (destinationType === 'queue') queues.add(destination);
      else {
        const next = exchanges.get(destination);
        if (next !== undefined && !seen.has(next)) seen.set(next, { via: 'binding', from: exchange.name });
      }
    }
  }
  return { queues: [...queues].sort(), steps, alternate: steps.some((step) => step.alternate?.exists === true) };
}

/** Before 3.13 a headers exchange took 1 and 1.0 for the same. */
function areNumbersAlike(version: string | undefined): boolean {
  const [major = 4, minor = 0] = (version ?? '4.0').split('.').map(Number);
  return major < 3 || (major === 3 && minor < 13);
}

function isKnown(type: string): type is ExchangeType {
  return TYPES.includes(type);
}

/** Any key will do; where none does, what is said is about the message's own. */
function judge(type: ExchangeType, binding: Binding, wanted: Headers, keys: readonly string[], headers: Headers): RoutedBinding {
  const verdicts = keys.map((routingKey) => explainBinding(type, binding.routingKey, wanted, { routingKey, headers }));
  const verdict = verdicts.find(({ matched }) => matched) ?? verdicts[0];
  return { ...binding, matched: verdict?.matched ?? false, reason: verdict?.reason ?? 'the message has no key' };
}

/** The keys by which a message is routed: its own, and those of its CC and BCC headers. */
export function keysOf(routingKey: string, headers: FieldTable): readonly string[] {
  const more = ['CC', 'BCC'].flatMap((name) => {
    const value = headers[name];
    return Array.isArray(value) ? value.filter((key): key is string => typeof key === 'string') : [];
  });
  return [...new Set([routingKey, ...more])];
}
