import type { Beside, Topology } from './topology.ts';

/** Which part of a topology is wanted. */
export interface Selection {
  /** Only what begins so, and what it is bound to; '' takes all. */
  readonly prefix: string;
  /** So many exchanges and so many queues at most; Infinity for no limit. */
  readonly limit: number;
}

/** A part of a topology, and how much of it was left out because of the limit. */
export interface Selected {
  readonly topology: Topology;
  readonly hidden: { readonly exchanges: number; readonly queues: number; readonly bindings: number };
}

/**
 * Takes a part of a topology. With a prefix: the exchanges and queues whose names begin so, and those that a binding, an alternate
 * exchange or dead letters join to them directly. What the limit cuts off is counted.
 */
export function selectTopology(topology: Topology, { prefix, limit }: Selection): Selected {
  const wanted = prefix === '' ? topology : withPrefix(topology, prefix);
  const exchanges = firstOf(wanted.exchanges, limit);
  const queues = wanted.queues.slice(0, limit);
  const kept = { exchange: new Set(exchanges.map(({ name }) => name)), queue: new Set(queues.map(({ name }) => name)) };
  const cut = exchanges.length < wanted.exchanges.length || queues.length < wanted.queues.length;
  const bindings = cut
    ? wanted.bindings.filter(
        ({ source, destination, destinationType }) => kept.exchange.has(source) && kept[destinationType].has(destination),
      )
    : wanted.bindings;
  const part = { ...wanted, exchanges, queues, bindings };
  return {
    topology: { ...part, beside: besideOf(topology, part) },
    hidden: {
      exchanges: wanted.exchanges.length - exchanges.length,
      queues: wanted.queues.length - queues.length,
      bindings: wanted.bindings.length - bindings.length,
    },
  };
}

/** The broker's own exchanges come last, though their names come first: most of them are in nobody's use. */
function firstOf(exchanges: Topology['exchanges'], limit: number): Topology['exchanges'] {
  const isOwn = (name: string) => name === '' || name.startsWith('amq.');
  const ordered = [...exchanges.filter(({ name }) => !isOwn(name)), ...exchanges.filter(({ name }) => isOwn(name))];
  const kept = new Set(ordered.slice(0, limit));
  return exchanges.filter((exchange) => kept.has(exchange));
}

/** What there is that a part does not show: it must not be told as missing. */
function besideOf(whole: Topology, part: Topology): Beside {
  const exchanges = new Set(part.exchanges.map(({ name }) => name));
  const queues = new Set(part.queues.map(({ name }) => name));
  const shown = new Set(part.bindings);
  const left = whole.bindings.filter((binding) => !shown.has(binding));
  return {
    exchanges: new Set(whole.exchanges.map(({ name }) => name).filter((name) => !exchanges.has(name))),
    queues: new Set(whole.queues.map(({ name }) => name).filter((name) => !queues.has(name))),
    sources: new Set(left.map(({ source }) => source)),
    boundQueues: new Set(left.filter(({ destinationType }) => destinationType === 'queue').map(({ destination }) => destination)),
  };
}

function withPrefix(topology: Topology, prefix: string): Topology {
  const begins = (name: string) => name.startsWith(prefix);
  const bindings = topology.bindings.filter(({ source, destination }) => begins(source) || begins(destination));
  const exchanges = new Set<string>();
  const queues = new Set<string>();
  for (const { source, destination, destinationType } of bindings) {
    exchanges.add(source);
    (destinationType === 'queue' ? queues : exchanges).add(destination);
  }
  for (const { name, alternate } of topology.exchanges) {
    if (alternate !== undefined && begins(name)) exchanges.add(alternate.value);
    if (alternate !== undefined && begins(alternate.value)) exchanges.add(name);
  }
  for (const { name, settings } of topology.queues) {
    const exchange = settings.deadLetterExchange?.value;
    if (exchange !== undefined && begins(name)) exchanges.add(exchange);
    if (exchange !== undefined && begins(exchange)) queues.add(name);
  }
  return {
    ...topology,
    bindings,
    exchanges: topology.exchanges.filter(({ name }) => begins(name) || exchanges.has(name)),
    queues: topology.queues.filter(({ name }) => begins(name) || queues.has(name)),
  };
}
