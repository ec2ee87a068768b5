import { type Circle, circleId, type DeadLetterPaths } from './dead-letter-paths.ts';
import type { About } from './finding.ts';
import type { TopologyQueue } from './topology.ts';

/** Circles of a kind that are told at one queue, the shortest first: mending these breaks most of the others. */
const SHOWN = 3;

/** Each circle once, at the queue with which it begins; those in which nothing expires tell best where one comes in. */
export function findCircles(
  senders: readonly TopologyQueue[],
  paths: ReadonlyMap<string, DeadLetterPaths>,
): ReadonlyMap<string, readonly About[]> {
  const ordered = [...senders].sort(
    (one, other) => Number(one.settings.messageTtl !== undefined) - Number(other.settings.messageTtl !== undefined),
  );
  const found = new Map<string, About[]>();
  for (const [kind, toFinding] of [
    ['dropping', ofDropping],
    ['endless', ofEndless],
  ] as const) {
    const circles = new Map<string, Circle>();
    for (const { name } of ordered) {
      for (const circle of paths.get(name)?.[kind] ?? []) if (!circles.has(circleId(circle))) circles.set(circleId(circle), circle);
    }
    const byQueue = new Map<string, Circle[]>();
    for (const circle of circles.values()) {
      const [name = ''] = circle.queues;
      byQueue.set(name, [...(byQueue.get(name) ?? []), circle]);
    }
    for (const [name, all] of byQueue) {
      const shown = all.sort((one, other) => one.queues.length - other.queues.length).slice(0, SHOWN);
      const more = all.length - shown.length;
      const findings = shown.map((circle, index) =>
        toFinding(circle, index === SHOWN - 1 && more > 0 ? ` (and ${more} more from here)` : ''),
      );
      found.set(name, [...(found.get(name) ?? []), ...findings]);
    }
  }
  return found;
}

function ofDropping(circle: Circle, more: string): About {
  return {
    severity: circle.byDefault ? 'note' : 'error',
    about: 'dropping cycle',
    detail: `${circleText(circle)}: without a rejection on the way, the broker drops what comes round${more}`,
    fix: circle.byDefault
      ? 'a policy with {"delivery-limit":-1} takes the limit away; then a message that crashes its consumer comes again and again'
      : 'lead the dead letters of one of them to a queue outside the circle, or take away the TTL or limit that makes it turn',
  };
}

function ofEndless(circle: Circle, more: string): About {
  return {
    severity: 'warning',
    about: 'endless cycle',
    detail: `${circleText(circle)}: what is rejected each time goes round for ever${more}`,
    fix: 'attempts that end: rmq-lab dlq setup QUEUE --retry 1s 10s 1m; or reject for good after some (x-death counts them)',
  };
}

function circleText({ queues, reasons }: Circle): string {
  const hops = queues.map((queue, index) => `${queue} (${reasons[index]}) -> `).join('');
  return `${hops}${queues[0]}`;
}
