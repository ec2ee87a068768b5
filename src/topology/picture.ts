import type { Binding } from '../client/broker.ts';
import type { Inventory, QueueFacts } from './inventory.ts';

/** A binding to draw; `lit` where a message has just gone along it. */
export interface PictureBinding extends Binding {
  readonly lit: boolean;
}

/** An exchange to draw, with the bindings that lead away from it. */
export interface PictureExchange {
  /** `''` is the default exchange. */
  readonly name: string;
  readonly type: string;
  readonly bindings: readonly PictureBinding[];
}

/** A queue to draw; `arrived` of its ready messages have just come. */
export interface PictureQueue {
  readonly name: string;
  readonly ready: number;
  readonly unacked: number;
  readonly arrived: number;
}

/** What a drawing of a topology shows. */
export interface Picture {
  readonly exchanges: readonly PictureExchange[];
  readonly queues: readonly PictureQueue[];
}

/** What happened between two looks at a broker. */
export interface Between {
  readonly before: Inventory;
  readonly after: Inventory;
  /** The command lines run between them. */
  readonly ran: readonly (readonly string[])[];
  /** Draw the default exchange even where nothing has just gone through it. */
  readonly showDefault: boolean;
}

/** The picture of a broker after something happened; undefined when nothing that it shows has changed. */
export function pictureOf({ before, after, ran, showDefault }: Between): Picture | undefined {
  if (JSON.stringify(before) === JSON.stringify(after)) return undefined;
  const arrived = arrivals(before, after);
  const published = ran.filter(([command]) => command === 'publish');
  const sources = new Set(published.flatMap(namedExchanges));
  const lit = litBindings(after, arrived, sources, new Set(published.flat()));
  const exchanges = after.exchanges.flatMap(({ name, type }): PictureExchange[] => {
    const bindings = after.bindings.filter((binding) => binding.source === name).map((binding) => ({ ...binding, lit: lit.has(binding) }));
    const own = name === '' ? showDefault || bindings.some((binding) => binding.lit) : !name.startsWith('amq.') || bindings.length > 0;
    return own ? [{ name, type, bindings: bindings.sort(byDestination) }] : [];
  });
  const queues = after.queues.map(({ name, ready, unacked }) => ({
    name,
    ready,
    unacked,
    arrived: Math.min(ready, arrived.get(name) ?? 0),
  }));
  return { exchanges, queues };
}

/** The exchanges that a `publish` may name: its first argument, else any word of it, for options may stand before. */
function namedExchanges(argv: readonly string[]): readonly string[] {
  const [, first = ''] = argv;
  if (argv.some((word) => word === '-q' || word === '--queue' || word.startsWith('--queue='))) return [''];
  return first.startsWith('-') ? argv.slice(1).filter((word) => word !== '') : [first];
}

function arrivals(before: Inventory, after: Inventory): Map<string, number> {
  const had = new Map(before.queues.map((queue) => [queue.name, queue.messages]));
  const grown = after.queues.map(({ name, messages }: QueueFacts): [string, number] => [name, messages - (had.get(name) ?? 0)]);
  return new Map(grown.filter(([, more]) => more > 0));
}

/**
 * The bindings along which what arrived can have come, from an exchange that was published to. The evidence is the broker's:
 * only ways to queues that grew count. Where keys are compared they tell which of several ways it was.
 */
function litBindings(
  after: Inventory,
  arrived: ReadonlyMap<string, number>,
  sources: ReadonlySet<string>,
  words: ReadonlySet<string>,
): Set<Binding> {
  const types = new Map(after.exchanges.map(({ name, type }) => [name, type]));
  const follow = (source: string, path: readonly string[], goals: ReadonlySet<string>, byKey: boolean): Binding[] =>
    after.bindings.flatMap((binding) => {
      const { destination, destinationType } = binding;
      if (binding.source !== source) return [];
      if (byKey && !matches(types.get(source), binding.routingKey, words)) return [];
      if (destinationType === 'queue') return goals.has(destination) ? [binding] : [];
      const further = path.includes(destination) ? [] : follow(destination, [...path, source], goals, byKey);
      return further.length === 0 ? [] : [binding, ...further];
    });
  const from = after.exchanges.map(({ name }) => name).filter((name) => sources.has(name));
  const found = from.flatMap((name) => follow(name, [], new Set(arrived.keys()), true));
  const explained = new Set(found.filter(({ destinationType }) => destinationType === 'queue').map(({ destination }) => destination));
  const open = new Set([...arrived.keys()].filter((queue) => !explained.has(queue)));
  return new Set([...found, ...from.flatMap((name) => follow(name, [], open, false))]);
}

function matches(type: string | undefined, key: string, words: ReadonlySet<string>): boolean {
  if (type === 'direct') return words.has(key);
  return type !== 'topic' || [...words].some((word) => matchesTopic(key.split('.'), word === '' ? [] : word.split('.')));
}

function matchesTopic([pattern, ...patterns]: readonly string[], words: readonly string[]): boolean {
  if (pattern === undefined) return words.length === 0;
  if (pattern === '#') return matchesTopic(patterns, words) || (words.length > 0 && matchesTopic([pattern, ...patterns], words.slice(1)));
  return words.length > 0 && (pattern === '*' || pattern === words[0]) && matchesTopic(patterns, words.slice(1));
}

function byDestination(a: Binding, b: Binding): number {
  return a.destination.localeCompare(b.destination) || a.routingKey.localeCompare(b.routingKey);
}
