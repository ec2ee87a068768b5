import { type Circle, circleId, createFollower, type DeadLetterPaths, deliveryLimitOf } from './dead-letter-paths.ts';
import { exactPattern, setPolicyCommand, shellWord } from './policy-command.ts';
import type { Setting } from './settings.ts';
import type { Topology, TopologyQueue } from './topology.ts';

/**
 * How bad it is: `error` loses messages, `warning` may in time or goes on for ever, `note` is worth knowing, `ok` is what is as it
 * should be.
 */
export type Severity = 'error' | 'warning' | 'note' | 'ok';

/** One thing that was found out about a queue and its dead letters. */
export interface Finding {
  readonly queue: string;
  readonly severity: Severity;
  /** What it is about, in a word or two, the same for the same kind of thing. */
  readonly about: string;
  readonly detail: string;
  /** What to type or do; null: nothing. */
  readonly fix: string | null;
}

/**
 * What is wrong with the dead letters of a virtual host; of all queues that have a dead-letter exchange or lose messages for want of
 * one, or of the queues named. Looks at what exists only, and touches no message.
 */
export function findDeadLetterTroubles(topology: Topology, names?: readonly string[]): readonly Finding[] {
  const wanted = names === undefined ? undefined : new Set(names);
  const isWanted = (name: string) => wanted === undefined || wanted.has(name);
  const senders = topology.queues.filter(({ settings, type }) => settings.deadLetterExchange !== undefined && type !== 'stream');
  const follow = createFollower(topology);
  const paths = new Map(senders.map((queue) => [queue.name, follow(queue)]));
  const sendersTo = new Map<string, string[]>();
  for (const [name, { reached }] of paths) for (const target of reached) sendersTo.set(target, [...(sendersTo.get(target) ?? []), name]);
  const circles = findCircles(senders, paths).filter(({ queue }) => isWanted(queue));
  return topology.queues
    .filter(({ name }) => isWanted(name))
    .flatMap((queue): readonly Finding[] => {
      const { name } = queue;
      const path = paths.get(name);
      const from = path === undefined ? sendersTo.get(name) : undefined;
      const own =
        path === undefined ? withoutExchange(topology, queue, wanted !== undefined, from !== undefined) : ofSender(topology, queue, path);
      const all = [...own, ...(from === undefined ? [] : ofEnd(topology, queue, from))];
      return [...all.map((finding) => ({ queue: name, ...finding })), ...circles.filter((finding) => finding.queue === name)];
    });
}

/** Queues that dead letters of these pass or end in, and these. */
export function withReached(topology: Topology, names: readonly string[]): readonly string[] {
  const found = topology.queues.filter(({ name }) => names.includes(name));
  return [...new Set([...names, ...found.flatMap((queue) => createFollower(topology)(queue).reached)])];
}

function ofSender(topology: Topology, queue: TopologyQueue, paths: DeadLetterPaths): readonly About[] {
  const trouble = [...ofWay(topology, queue, paths), ...ofStrategy(topology, queue)];
  const { deadLetterExchange: exchange } = queue.settings;
  const by = exchange === undefined || exchange.from === 'argument' ? [] : [setByPolicy(exchange)];
  if (trouble.length > 0) return [...trouble, ...by];
  const ends = paths.reached.length === 0 ? 'no other queue' : paths.reached.join(', ');
  return [{ severity: 'ok', about: 'way', detail: `dead letters: exchange '${exchange?.value}' -> ${ends}`, fix: null }, ...by];
}

type About = Omit<Finding, 'queue'>;

function ofWay(topology: Topology, { name, settings }: TopologyQueue, { fates }: DeadLetterPaths): readonly About[] {
  const exchange = settings.deadLetterExchange?.value ?? '';
  if (fates.some(({ fate }) => fate.outcome === 'exchange-missing')) {
    return [
      {
        severity: 'error',
        about: 'missing exchange',
        detail: `its dead-letter exchange '${exchange}' does not exist: the broker drops dead letters silently`,
        fix: `rmq-lab declare-exchange ${shellWord(exchange)} --type fanout; rmq-lab declare-queue ${shellWord(`${name}.dlq`)}; rmq-lab bind ${shellWord(exchange)} ${shellWord(`${name}.dlq`)}`,
      },
    ];
  }
  const lost = fates.filter(({ fate }) => fate.outcome === 'unroutable');
  if (lost.length === 0) return [];
  const own = settings.deadLetterRoutingKey !== undefined;
  const keys = [...new Set(lost.map(({ fate, key }) => fate.keys?.[0] ?? key))];
  const key = keys.map((each) => `'${each}'`).join(', ');
  const type = topology.exchanges.find((each) => each.name === exchange)?.type;
  const target = exchange === '' ? `no queue has the name ${key}` : `no binding of exchange '${exchange}' takes the key ${key}`;
  const certain = type !== 'headers' && lost.length === fates.length;
  return [
    {
      severity: certain ? 'error' : 'warning',
      about: 'unbound',
      detail: `${target}${own ? ', its dead-letter key' : ''}: the broker drops such dead letters silently`,
      fix:
        exchange === ''
          ? `rmq-lab declare-queue ${shellWord(keys[0] ?? '')}`
          : `rmq-lab bind ${shellWord(exchange)} ${shellWord(`${name}.dlq`)}${type === 'fanout' ? '' : ` ${keys.map(shellWord).join(' ')}`}`,
    },
  ];
}

/** Each circle once, at the queue with which it begins; those in which nothing expires tell best where one comes in. */
function findCircles(senders: readonly TopologyQueue[], paths: ReadonlyMap<string, DeadLetterPaths>): readonly Finding[] {
  const ordered = [...senders].sort(
    (one, other) => Number(one.settings.messageTtl !== undefined) - Number(other.settings.messageTtl !== undefined),
  );
  const all = (kind: 'dropping' | 'endless') => {
    const circles = new Map<string, Circle>();
    for (const { name } of ordered) {
      for (const circle of paths.get(name)?.[kind] ?? []) if (!circles.has(circleId(circle))) circles.set(circleId(circle), circle);
    }
    return [...circles.values()];
  };
  return [
    ...all('dropping').map(
      (circle): Finding => ({
        queue: circle.queues[0] ?? '',
        severity: circle.byDefault ? 'note' : 'error',
        about: 'dropping cycle',
        detail: `${circleText(circle)}: without a rejection on the way, the broker drops what comes round`,
        fix: circle.byDefault
          ? 'a policy with {"delivery-limit":-1} takes the limit away; then a message that crashes its consumer comes again and again'
          : 'lead the dead letters of one of them to a queue outside the circle, or take away the TTL or limit that makes it turn',
      }),
    ),
    ...all('endless').map(
      (circle): Finding => ({
        queue: circle.queues[0] ?? '',
        severity: 'warning',
        about: 'endless cycle',
        detail: `${circleText(circle)}: what is rejected each time goes round for ever`,
        fix: 'attempts that end: rmq-lab dlq setup QUEUE --retry 1s 10s 1m; or reject for good after some (x-death counts them)',
      }),
    ),
  ];
}

function ofStrategy({ vhost }: Topology, { name, type, settings }: TopologyQueue): readonly About[] {
  if (settings.deadLetterStrategy?.value !== 'at-least-once') return [];
  if (type !== 'quorum') {
    return [
      {
        severity: 'warning',
        about: 'strategy',
        detail: `at-least-once dead-lettering is for quorum queues; this one is ${type}`,
        fix: 'declare it anew with --type quorum',
      },
    ];
  }
  const overflow = settings.overflow?.value ?? 'drop-head';
  if (overflow === 'reject-publish') return [];
  return [
    {
      severity: 'warning',
      about: 'strategy',
      detail: `at-least-once dead-lettering needs the overflow reject-publish; with ${overflow} the broker falls back to at-most-once`,
      fix: policyFix(vhost, name, { overflow: 'reject-publish' }),
    },
  ];
}

function withoutExchange(topology: Topology, queue: TopologyQueue, isNamed: boolean, isEnd: boolean): readonly About[] {
  const { name, type, settings } = queue;
  if (type === 'stream') return [];
  const limit = deliveryLimitOf(topology, queue);
  const setUp = `rmq-lab dlq setup ${shellWord(name)} --policy`;
  if (limit !== undefined) {
    const set = limit.byDefault ? 'the default since 4.0' : 'as it was set';
    return [
      {
        severity: 'warning',
        about: 'delivery limit',
        detail: `a message given back more than ${limit.limit} times (${set}) is dropped silently: there is no dead-letter exchange`,
        // where dead letters end there is nowhere to send them on
        fix: isEnd ? policyFix(topology.vhost, name, { 'delivery-limit': -1 }) : setUp,
      },
    ];
  }
  if (settings.deadLetterRoutingKey !== undefined) {
    return [
      { severity: 'warning', about: 'key alone', detail: 'a dead-letter key without a dead-letter exchange does nothing', fix: setUp },
    ];
  }
  if (!isNamed || isEnd) return [];
  const causes = ['rejected', ...(settings.messageTtl === undefined ? [] : ['expired']), ...(isLimited(queue) ? ['pushed out'] : [])];
  return [
    { severity: 'note', about: 'no exchange', detail: `no dead-letter exchange: what is ${causes.join(' or ')} is gone`, fix: setUp },
  ];
}

function ofEnd({ vhost, counted }: Topology, queue: TopologyQueue, senders: readonly string[]): readonly About[] {
  const { name, consumers, messages, settings } = queue;
  if (!counted) return [];
  const from = `gets dead letters of ${senders.join(', ')}`;
  const isBounded = isLimited(queue) || settings.messageTtl !== undefined;
  if (consumers > 0 || isBounded || queue.type === 'stream') {
    return [{ severity: 'ok', about: 'end', detail: `${from}; ${messages} in it`, fix: null }];
  }
  const open = 'no consumer, and no limit to how much it holds';
  return [
    {
      severity: messages > 0 ? 'warning' : 'note',
      about: 'nobody looks',
      detail: `${from}: ${open}${messages > 0 ? `; ${messages} in it now` : ''}`,
      fix: messages > 0 ? `rmq-lab dlq inspect ${shellWord(name)}; ${policyFix(vhost, name, { 'max-length': 100_000 })}` : null,
    },
  ];
}

function setByPolicy({ from, policy }: Setting<string>): About {
  return {
    severity: 'note',
    about: 'by policy',
    detail: `the ${from} '${policy}' sets its dead-letter exchange: it goes when the policy goes`,
    fix: null,
  };
}

function isLimited({ settings }: TopologyQueue): boolean {
  return settings.maxLength !== undefined || settings.maxLengthBytes !== undefined;
}

function circleText({ queues, reasons }: Circle): string {
  const hops = queues.map((queue, index) => `${queue} (${reasons[index]}) -> `).join('');
  return `${hops}${queues[0]}`;
}

function policyFix(vhost: string, queue: string, definition: object): string {
  return setPolicyCommand(vhost, `${queue}.limits`, exactPattern(queue), definition);
}
