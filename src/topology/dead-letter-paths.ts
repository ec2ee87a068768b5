import type { FieldTable } from '../client/message.ts';
import { type Fate, type FateReason, fatesOf } from './fates.ts';
import { createRouter, type Router } from './route.ts';
import type { Topology, TopologyQueue } from './topology.ts';

/** What may become of messages that die in a queue, and in the queues after it. */
export interface DeadLetterPaths {
  /** What becomes of a message as it was published, for each key that it may have: for the reasons that may befall it here. */
  readonly fates: readonly { readonly key: string; readonly fate: Fate }[];
  /** Queues that dead letters pass or end in, the queue itself not among them. */
  readonly reached: readonly string[];
  /** Circles without a rejection: the broker drops what comes round. Each as the queues and reasons in their order. */
  readonly dropping: readonly Circle[];
  /** Circles that only a consumer can leave, by taking the message. */
  readonly endless: readonly Circle[];
  /** Whether all ways were followed to their end. */
  readonly complete: boolean;
}

/** A way that leads back to the queue with which it begins. */
export interface Circle {
  readonly queues: readonly string[];
  readonly reasons: readonly FateReason[];
  /** Whether nobody asked for it: only the limit of deliveries that 4.x sets by default closes the circle. */
  readonly byDefault: boolean;
}

/** A message that lies in a queue. */
interface State {
  readonly queue: TopologyQueue;
  readonly keys: readonly string[];
  /** Why it died first; the broker writes it into the message, and an exchange may route by it. */
  readonly firstReason?: FateReason;
}

interface Step {
  readonly state: State;
  readonly reason: FateReason;
}

/** So many steps are taken from one queue in search of circles, of which a web of queues has more than anybody could count. */
const MOST_STEPS = 5_000;
/** And so many from all queues together: in search of circles, and of what is reached. About a second each. */
const MOST_STEPS_OF_ALL = { circles: 100_000, reach: 2_000_000 };
/** Keys of its bindings for which a queue is followed. */
const MOST_KEYS = 8;

/** Follows what dies in a queue wherever it may go. */
export type Follower = (queue: TopologyQueue) => DeadLetterPaths;

/** Creates a Follower for the queues of a topology. What it takes to follow them is bounded for all of them together. */
export function createFollower(topology: Topology): Follower {
  const byName = new Map(topology.queues.map((each) => [each.name, each]));
  const index: Index = {
    topology,
    byName,
    keys: likelyKeys(topology),
    route: remembering(topology, createRouter(topology)),
    fates: new Map(),
    left: { ...MOST_STEPS_OF_ALL },
  };
  return (queue) => follow(index, queue);
}

interface Index {
  readonly topology: Topology;
  readonly byName: ReadonlyMap<string, TopologyQueue>;
  /** Keys with which a message may come into a queue that has bindings, by the queue's name. */
  readonly keys: ReadonlyMap<string, readonly string[]>;
  readonly route: Router;
  /** What was found out about states already. */
  readonly fates: Map<string, readonly Fate[]>;
  /** Steps that may still be taken. */
  readonly left: { circles: number; reach: number };
}

/** A Router that follows what is the same but once: why and where a message died counts for headers exchanges only. */
function remembering({ exchanges }: Topology, route: Router): Router {
  const known = new Map<string, ReturnType<Router>>();
  const hasHeaders = exchanges.some(({ type, name }) => type === 'headers' && !name.startsWith('amq.'));
  const usesOwn = exchanges.some(({ alternate }) => alternate?.value.startsWith('amq.'));
  return (message) => {
    const isAlike = !hasHeaders && !usesOwn && !message.exchange.startsWith('amq.');
    if (!isAlike) return route(message);
    const id = JSON.stringify([message.exchange, message.keys]);
    if (!known.has(id)) known.set(id, route(message));
    return known.get(id);
  };
}

function follow(index: Index, queue: TopologyQueue): DeadLetterPaths {
  const starts = keysInto(index, queue).map((key): State => ({ queue, keys: [key] }));
  const { reached, complete: isReachKnown } = reach(index, starts, queue);
  const { dropping, endless, complete: areCirclesKnown } = circlesFrom(index, starts, queue);
  return {
    fates: starts.flatMap((state) => likelyFates(index, state, queue).map((fate) => ({ key: state.keys[0] ?? '', fate }))),
    reached,
    dropping,
    endless,
    complete: isReachKnown && areCirclesKnown,
  };
}

/** The queues that what dies in these states may come to, the nearest first. */
function reach(index: Index, starts: readonly State[], origin: TopologyQueue): { readonly reached: string[]; readonly complete: boolean } {
  const reached = new Set<string>();
  const states = new Map(starts.map((state) => [identity(state), state]));
  // a Map that grows while it is walked goes on to what is added
  for (const state of states.values()) {
    for (const fate of likelyFates(index, state, origin)) {
      for (const name of fate.queues) {
        if (index.left.reach-- <= 0) return { reached: [...reached], complete: false };
        const next = index.byName.get(name);
        if (next === undefined) continue;
        if (name !== origin.name) reached.add(name);
        const after: State = { queue: next, keys: fate.keys ?? [], firstReason: state.firstReason ?? fate.reason };
        const id = identity(after);
        if (!states.has(id)) states.set(id, after);
      }
      if (reached.size >= index.byName.size - 1) return { reached: [...reached], complete: true };
    }
  }
  return { reached: [...reached], complete: true };
}

/** The circles that what dies in these states may get into, the shortest first. */
function circlesFrom(index: Index, starts: readonly State[], origin: TopologyQueue): Omit<DeadLetterPaths, 'fates' | 'reached'> {
  const { topology, byName, left } = index;
  const dropping = new Map<string, Circle>();
  const endless = new Map<string, Circle>();
  const seen = new Set<string>();
  const ways: { readonly state: State; readonly path: readonly Step[] }[] = starts.map((state) => ({ state, path: [] }));
  let steps = 0;

  /** Whether to go on from there. */
  const isNew = (state: State, way: readonly Step[]): boolean => {
    const last = way.findLastIndex((step) => step.state.queue.name === state.queue.name);
    if (last >= 0 && way.slice(last).every(({ reason }) => reason !== 'rejected')) {
      note(dropping, circleOf(topology, way, last));
      return false;
    }
    const same = last < 0 ? -1 : way.findIndex((step) => identity(step.state) === identity(state));
    if (same >= 0) {
      note(endless, circleOf(topology, way, same));
      return false;
    }
    const lastRejection = way.findLastIndex(({ reason }) => reason === 'rejected');
    const since = way.slice(lastRejection + 1).map((step) => step.state.queue.name);
    const id = JSON.stringify([identity(state), since]);
    if (seen.has(id)) return false;
    seen.add(id);
    return true;
  };
  // an array that grows while it is walked goes on to what is added
  for (const { state, path } of ways) {
    for (const fate of likelyFates(index, state, origin)) {
      const way = [...path, { state, reason: fate.reason }];
      if (fate.returns && fate.reason !== 'rejected') note(dropping, circleOf(topology, way, way.length - 1));
      for (const name of fate.queues) {
        const next = byName.get(name);
        if (next === undefined) continue;
        if (steps++ >= MOST_STEPS || left.circles-- <= 0) {
          return { dropping: [...dropping.values()], endless: [...endless.values()], complete: false };
        }
        const after: State = { queue: next, keys: fate.keys ?? [], firstReason: state.firstReason ?? fate.reason };
        if (isNew(after, way)) ways.push({ state: after, path: way });
      }
    }
  }
  return { dropping: [...dropping.values()], endless: [...endless.values()], complete: true };
}

/** Returns after which a quorum queue gives a message up, and who said so; undefined: never. */
export function deliveryLimitOf(
  { version }: Topology,
  queue: TopologyQueue,
): { readonly limit: number; readonly byDefault: boolean } | undefined {
  if (queue.type !== 'quorum') return undefined;
  const set = queue.settings.deliveryLimit?.value;
  if (set !== undefined) return set < 0 ? undefined : { limit: set, byDefault: false };
  return Number.parseInt(version ?? '4', 10) >= 4 ? { limit: 20, byDefault: true } : undefined;
}

/** Of the ways to die those that something in the queue may bring about. */
function likelyFates({ topology, route, fates }: Index, state: State, origin: TopologyQueue): readonly Fate[] {
  const { queue, keys, firstReason } = state;
  // a queue on the way in which messages only wait for their TTL: nobody takes them, so nobody rejects them
  const isWaitQueue = queue !== origin && queue.settings.messageTtl !== undefined && topology.counted && queue.consumers === 0;
  const id = `${isWaitQueue} ${identity(state)}`;
  const known = fates.get(id);
  if (known !== undefined) return known;
  const headers: FieldTable = firstReason === undefined ? {} : { 'x-first-death-reason': firstReason };
  const likely = fatesOf(topology, queue, { keys, headers }, route).filter(({ reason, when, outcome }) => {
    if (reason === 'rejected') return !isWaitQueue;
    if (reason === 'delivery_limit') return !isWaitQueue && deliveryLimitOf(topology, queue) !== undefined;
    return when !== undefined && outcome !== 'refused';
  });
  fates.set(id, likely);
  return likely;
}

/** Keys for which a queue is followed: those that make a difference. Where it has no bindings, its name: by the default exchange. */
function keysInto({ keys }: Index, { name, settings }: TopologyQueue): readonly string[] {
  const all = keys.get(name) ?? [name];
  return settings.deadLetterRoutingKey === undefined ? all : all.slice(0, 1);
}

/** The keys of the bindings of each queue, with a word for each wildcard. */
function likelyKeys(topology: Topology): ReadonlyMap<string, readonly string[]> {
  const topics = new Set(topology.exchanges.filter(({ type }) => type === 'topic').map(({ name }) => name));
  const keys = new Map<string, string[]>();
  for (const { source, destination, destinationType, routingKey } of topology.bindings) {
    if (destinationType !== 'queue') continue;
    const key = topics.has(source) ? sample(routingKey) : routingKey;
    const known = keys.get(destination);
    if (known === undefined) keys.set(destination, [key]);
    else if (known.length < MOST_KEYS && !known.includes(key)) known.push(key);
  }
  return keys;
}

function sample(pattern: string): string {
  return pattern
    .split('.')
    .map((word) => (word === '*' || word === '#' ? 'any' : word))
    .join('.');
}

function identity({ queue, keys, firstReason }: State): string {
  return JSON.stringify([queue.name, keys, firstReason ?? null]);
}

function circleOf(topology: Topology, way: readonly Step[], from: number): Circle {
  const round = way.slice(from);
  return {
    queues: round.map(({ state }) => state.queue.name),
    reasons: round.map(({ reason }) => reason),
    byDefault: round.some(({ state, reason }) => reason === 'delivery_limit' && deliveryLimitOf(topology, state.queue)?.byDefault === true),
  };
}

function note(circles: Map<string, Circle>, circle: Circle): void {
  const id = circleId(circle);
  if (!circles.has(id)) circles.set(id, circle);
}

/** The same for a circle wherever one enters it, and however messages go round. */
export function circleId({ queues }: Circle): string {
  return JSON.stringify([...new Set(queues)].sort());
}
