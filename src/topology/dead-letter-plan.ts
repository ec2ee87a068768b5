import type { Binding, ExchangeDeclaration, QueueDeclaration } from '../client/broker.ts';
import type { FieldTable } from '../client/message.ts';
import { exactPattern } from './policy-command.ts';

/** What to set up around a queue. */
export interface DeadLetterRequest {
  readonly queue: string;
  /** classic or quorum, for all the queues; absent: what the vhost says. */
  readonly type?: string;
  /** Milliseconds that a message lives in the queue. */
  readonly ttl?: number;
  /** Ready messages that the queue holds at most. */
  readonly maxLength?: number;
  /** Milliseconds of each wait before a rejected message comes back; empty: it is not tried again. */
  readonly delays: readonly number[];
  readonly deadLetterExchange: string;
  readonly deadLetterQueue: string;
}

/** A queue in which a message waits between two attempts. */
export interface Rung {
  readonly queue: string;
  /** Milliseconds. */
  readonly delay: number;
}

/** Everything that has to be there, and what must not be. */
export interface DeadLetterPlan {
  readonly request: DeadLetterRequest;
  /** The queue itself, with its arguments. */
  readonly work: QueueDeclaration;
  readonly exchanges: readonly ExchangeDeclaration[];
  /** The dead-letter queue, and the wait queues. */
  readonly queues: readonly QueueDeclaration[];
  readonly bindings: readonly Binding[];
  /** Bindings of a longer or shorter ladder that was here before: each would deliver a second copy. */
  readonly stale: readonly Binding[];
  readonly rungs: readonly Rung[];
}

/** Deaths that no consumer asked for. The broker drops what comes back to a queue by these alone, so they are not tried again. */
const AUTOMATIC_DEATHS = ['expired', 'maxlen', 'delivery_limit'] as const;

/**
 * A queue with a way out for what dies in it: a dead-letter exchange and a dead-letter queue. With delays, a ladder of wait queues
 * between them, for which no client needs a line of code: what is rejected comes back after the first delay, then after the second,
 * and goes to the dead-letter queue after the last.
 *
 * How the ladder knows where a message stands: wait queue N hands it back with the routing key `rung.N+1`, and the queue has no
 * dead-letter key of its own, so the next rejection takes that key to the dead-letter exchange, which leads it to wait queue N+1. Any
 * other key is a first failure, and goes to the alternate exchange.
 *
 * `version` is the broker's: since 4.0 a quorum queue drops what was given back 20 times, which no dead-letter queue should do. Before,
 * it does not, and takes -1 for a limit that the first return exceeds.
 */
export function planDeadLetters(request: DeadLetterRequest, version: string): DeadLetterPlan {
  const { queue, delays, deadLetterExchange: dlx, deadLetterQueue: dlq, ttl, maxLength } = request;
  const type: FieldTable = request.type === undefined ? {} : { 'x-queue-type': request.type };
  const isLimited = request.type === 'quorum' && Number.parseInt(version, 10) >= 4;
  const dead = durableQueue(dlq, { ...type, ...(isLimited ? { 'x-delivery-limit': -1 } : {}) });
  const work = durableQueue(queue, {
    ...type,
    'x-dead-letter-exchange': dlx,
    ...(ttl === undefined ? {} : { 'x-message-ttl': ttl }),
    ...(maxLength === undefined ? {} : { 'x-max-length': maxLength }),
  });
  if (delays.length === 0) {
    return {
      request,
      work,
      exchanges: [durableExchange(dlx, 'fanout')],
      queues: [dead],
      bindings: [bindingTo(dlq, dlx)],
      stale: [],
      rungs: [],
    };
  }
  const [first, again] = [`${queue}.retry.first`, `${queue}.retry.again`];
  const waitQueue = (n: number) => `${queue}.retry.${n}`;
  const rungs = delays.map((delay, index) => ({ queue: waitQueue(index + 1), delay }));
  const last = rungs.length + 1;
  const firstDeath = (destination: string, reason: string) =>
    bindingTo(destination, first, '', { 'x-match': 'all-with-x', 'x-first-death-reason': reason });
  return {
    request,
    work,
    exchanges: [
      durableExchange(dlx, 'direct', { 'alternate-exchange': first }),
      durableExchange(first, 'headers'),
      durableExchange(again, 'fanout'),
    ],
    queues: [
      dead,
      ...rungs.map((rung, index) =>
        durableQueue(rung.queue, {
          ...type,
          'x-message-ttl': rung.delay,
          'x-dead-letter-exchange': again,
          'x-dead-letter-routing-key': `rung.${index + 2}`,
        }),
      ),
    ],
    bindings: [
      bindingTo(queue, again),
      firstDeath(waitQueue(1), 'rejected'),
      ...AUTOMATIC_DEATHS.map((reason) => firstDeath(dlq, reason)),
      ...rungs.map((rung, index) => bindingTo(rung.queue, dlx, `rung.${index + 1}`)),
      bindingTo(dlq, dlx, `rung.${last}`),
    ],
    stale: [...rungs.map((_, index) => bindingTo(dlq, dlx, `rung.${index + 1}`)), bindingTo(waitQueue(last), dlx, `rung.${last}`)],
    rungs,
  };
}

/** The policy that does for a queue, whatever arguments it was declared with, what the plan's own arguments would do. */
export function policyOf({ work }: DeadLetterPlan): { readonly name: string; readonly body: Readonly<Record<string, unknown>> } {
  const definition = Object.fromEntries(
    Object.entries(work.arguments)
      .filter(([name]) => name !== 'x-queue-type')
      .map(([name, value]) => [name.replace(/^x-/, ''), value]),
  );
  const pattern = exactPattern(work.queue);
  return { name: `${work.queue}.dead-letters`, body: { pattern, definition, 'apply-to': 'queues' } };
}

/** What is weak about a plan, a line each. `version` is the broker's. */
export function planNotes({ request, rungs }: DeadLetterPlan, version: string): string[] {
  if (rungs.length === 0) return [];
  const limited = request.type === 'quorum' && Number.parseInt(version, 10) >= 4;
  const causes = [
    ...(request.ttl === undefined ? [] : ['expires']),
    ...(request.maxLength === undefined ? [] : ['overflows']),
    ...(limited ? ['is given back too often (the delivery limit, 20 unless set)'] : []),
  ];
  if (causes.length === 0) return [];
  return [
    `a message that ${causes.join(' or ')} at its first attempt goes to '${request.deadLetterQueue}'; at a later one the broker drops it: ` +
      'for what comes round without a rejection it sees a cycle',
  ];
}

function durableQueue(queue: string, table: FieldTable): QueueDeclaration {
  return { queue, durable: true, exclusive: false, autoDelete: false, arguments: table };
}

function durableExchange(exchange: string, type: string, table: FieldTable = {}): ExchangeDeclaration {
  return { exchange, type, durable: true, autoDelete: false, internal: false, arguments: table };
}

function bindingTo(destination: string, source: string, routingKey = '', table: FieldTable = {}): Binding {
  return { source, destination, destinationType: 'queue', routingKey, arguments: table };
}
