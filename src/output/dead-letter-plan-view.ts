import type { CarriedOut } from '../topology/carry-out.ts';
import type { DeadLetterPlan } from '../topology/dead-letter-plan.ts';
import { durationView } from './duration-view.ts';
import { messagesText } from './entity-view.ts';
import { escapeLine } from './escape.ts';
import { createStyle } from './style.ts';

/** The way of what dies in a queue, drawn; then what was made anew and what was there. */
export function deadLetterPlanView(
  plan: DeadLetterPlan,
  made: CarriedOut,
  display: { readonly color: boolean; readonly ascii: boolean },
): string {
  const { request, rungs } = plan;
  const style = createStyle(display.color);
  const [tee, corner, line, head] = display.ascii ? ['+', '+', '-', '>'] : ['├', '└', '─', '▶'];
  const name = (text: string) => style.bold(escapeLine(text));
  const ways: [when: string, target: string, then: string][] = [
    ...rungs.map(({ queue, delay }, index): [string, string, string] => [
      rejection(index + 1),
      queue,
      ` waits ${durationView(delay)}, then back to ${escapeLine(request.queue)}`,
    ]),
    ...(rungs.length === 0
      ? ([['rejected, expired or over a limit', request.deadLetterQueue, '']] as [string, string, string][])
      : ([
          [rejection(rungs.length + 1), request.deadLetterQueue, ''],
          ['expired or over a limit', request.deadLetterQueue, ''],
        ] as [string, string, string][])),
  ];
  const width = Math.max(...ways.map(([when]) => when.length));
  const limits = [
    ...(request.ttl === undefined ? [] : [`messages live ${durationView(request.ttl)}`]),
    ...(request.maxLength === undefined ? [] : [`holds ${messagesText(request.maxLength)}`]),
  ];
  return [
    `${name(request.queue)}${limits.length === 0 ? '' : ` (${limits.join(', ')})`}, dead letters through exchange ${name(request.deadLetterExchange)}`,
    ...ways.map(([when, target, then], index) => {
      const stroke = index === ways.length - 1 ? corner : tee;
      return `  ${stroke}${line} ${when} ${line.repeat(width - when.length + 1)}${head} ${name(target)}${then}`;
    }),
    madeView(plan, made),
  ].join('\n');
}

/** A plan and what it made, as JSON has it. */
export function deadLetterPlanDocument(plan: DeadLetterPlan, made: CarriedOut, policy: string | undefined): object {
  const { request, work, exchanges, queues, bindings, rungs } = plan;
  return {
    queue: request.queue,
    deadLetterExchange: request.deadLetterExchange,
    deadLetterQueue: request.deadLetterQueue,
    retry: rungs,
    policy: policy ?? null,
    exchanges: exchanges.map(({ exchange, type, arguments: table }) => ({
      name: exchange,
      type,
      arguments: table,
      created: made.exchanges.includes(exchange),
    })),
    queues: [work, ...queues].map(({ queue, arguments: table }) => ({
      name: queue,
      // a policy leaves the queue's own as they are, whatever they are
      ...(policy === undefined || queue !== request.queue ? { arguments: table } : {}),
      created: made.queues.includes(queue),
    })),
    bindings,
  };
}

function rejection(n: number): string {
  return n === 1 ? 'rejected once' : n === 2 ? 'rejected twice' : `rejected ${n} times`;
}

function madeView({ work, exchanges, queues }: DeadLetterPlan, made: CarriedOut): string {
  const all = exchanges.length + queues.length + 1;
  const parts = [
    ...made.exchanges.map((exchange) => `exchange ${escapeLine(exchange)}`),
    ...[work.queue, ...queues.map(({ queue }) => queue)]
      .filter((queue) => made.queues.includes(queue))
      .map((queue) => `queue ${escapeLine(queue)}`),
  ];
  if (parts.length === 0) return 'all of it was there';
  return `made ${parts.join(', ')}${parts.length === all ? '' : '; the rest was there'}`;
}
