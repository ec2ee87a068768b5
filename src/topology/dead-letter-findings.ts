import { shellWord } from '../suggest.ts';
import { findCircles } from './dead-letter-circles.ts';
import { createFollower, type DeadLetterPaths, deliveryLimitOf } from './dead-letter-paths.ts';
import type { About, Finding } from './finding.ts';
import { namesText } from './names-text.ts';
import { exactPattern, setPolicyCommand } from './policy-command.ts';
import type { Setting } from './settings.ts';
import type { Topology, TopologyQueue } from './topology.ts';

/**
 * What is wrong with the dead letters of a virtual host; of all queues that have a dead-letter exchange or lose messages for want of
 * one, or of the queues named. Looks at what exists only, and touches no message.
 */
export function findDeadLetterTroubles(topology: Topology, names?: readonly string[]): readonly Finding[] {
  const wanted = names === undefined ? undefined : new Set(names);
  const isWanted = (name: string) => wanted === undefined || wanted.has(name);
  const senders = topology.queues.filter(({ settings, type }) => settings.deadLetterExchange !== undefined && type !== 'stream');
  const follow = createFollower(topology);
  // what is followed is bounded in all: those that are asked for come first
  const ordered = [...senders.filter(({ name }) => isWanted(name)), ...senders.filter(({ name }) => !isWanted(name))];
  const paths = new Map(ordered.map((queue) => [queue.name, follow(queue)]));
  const sendersTo = sendersByTarget(paths);
  const circles = findCircles(senders, paths);
  const cut = [...paths].flatMap(([name, { complete }]) => (!complete && isWanted(name) ? [name] : []));
  return topology.queues
    .filter(({ name }) => isWanted(name))
    .flatMap((queue): readonly Finding[] => {
      const { name } = queue;
      const path = paths.get(name);
      const from = path === undefined ? sendersTo.get(name) : undefined;
      const own =
        path === undefined ? withoutExchange(topology, queue, wanted !== undefined, from !== undefined) : ofSender(topology, queue, path);
      const all = [...own, ...(from === undefined ? [] : ofEnd(topology, queue, from))];
      return [...all, ...(circles.get(name) ?? []), ...(cut[0] === name ? [notFollowed(cut)] : [])].map((finding) => ({
        queue: name,
        ...finding,
      }));
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
  const ends = paths.reached.length === 0 ? 'no other queue' : namesText(paths.reached);
  return [{ severity: 'ok', about: 'way', detail: `dead letters: exchange '${exchange?.value}' -> ${ends}`, fix: null }, ...by];
}

function sendersByTarget(paths: ReadonlyMap<string, DeadLetterPaths>): ReadonlyMap<string, readonly string[]> {
  const senders = new Map<string, string[]>();
  for (const [name, { reached }] of paths) {
    for (const target of reached) {
      const known = senders.get(target);
      if (known === undefined) senders.set(target, [name]);
      else known.push(name);
    }
  }
  return senders;
}

function notFollowed(queues: readonly string[]): About {
  return {
    severity: 'warning',
    about: 'not followed',
    detail: `too many ways lead on from ${namesText(queues)}: not all were followed, so circles, and what is reached, may be missing here`,
    fix: `look at one alone: rmq-lab dlq doctor ${shellWord(queues[0] ?? '')}; or mend the circles that were found, which shortens the ways`,
  };
}

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
  const from = `gets dead letters of ${namesText(senders)}`;
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

function policyFix(vhost: string, queue: string, definition: object): string {
  return setPolicyCommand(vhost, `${queue}.limits`, exactPattern(queue), definition);
}
