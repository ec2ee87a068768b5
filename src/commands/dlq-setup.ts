import { Command } from 'commander';
import { LabError, UsageError } from '../errors.ts';
import { carryOut } from '../topology/carry-out.ts';
import { type DeadLetterPlan, type DeadLetterRequest, planDeadLetters, planNotes } from '../topology/dead-letter-plan.ts';
import { parseInteger } from '../values.ts';
import { explainRefusal } from './declaration-refused.ts';
import { policyCommands, refuseVainPolicy, setPolicy } from './dlq-policy.ts';
import type { Act, Lab } from './lab.ts';
import { examples, parseChoice, parseMilliseconds, parseName } from './options.ts';

interface Options {
  readonly ttl?: string;
  readonly maxLength?: string;
  readonly retry?: readonly string[];
  readonly dlx?: string;
  readonly dlq?: string;
  readonly type?: string;
  readonly policy?: boolean;
}

/** What RabbitMQ's timers hold, in milliseconds: 49 days. */
const LONGEST_DELAY = 2 ** 32 - 1;
/** Rungs of a ladder, at most: each is a queue. */
const MOST_DELAYS = 50;

/** `rmq-lab dlq setup`. */
export function dlqSetup(act: Act): Command {
  return new Command('setup')
    .summary('give a queue a dead-letter exchange and queue, and retries with back-off')
    .description(
      'Declares a queue, its dead-letter exchange and its dead-letter queue. With --retry also a ladder of wait queues, for which no ' +
        'client needs any code: what a consumer rejects (basic.reject or nack without requeue) comes back after the first delay, then ' +
        'after the second, and ends in the dead-letter queue when it is rejected after the last. To do it again changes nothing.',
    )
    .argument('<queue>', 'queue to set up; a name in front of --retry')
    .option('--retry <delay...>', 'delays between attempts: 1s 10s 1m')
    .option('--ttl <duration>', 'messages expire after this time in the queue')
    .option('--max-length <n>', 'ready messages that it holds at most: the oldest goes')
    .option('--type <type>', 'classic or quorum, for all the queues')
    .option('--dlx <exchange>', 'name of the dead-letter exchange (default: QUEUE.dlx)')
    .option('--dlq <queue>', 'name of the dead-letter queue (default: QUEUE.dlq)')
    .option('--policy', 'set the queue up by a policy, not by arguments: for one that exists (needs the management API)')
    .addHelpText(
      'after',
      examples([
        ['rmq-lab dlq setup orders', 'orders, orders.dlx and orders.dlq'],
        ['rmq-lab dlq setup orders --retry 1s 10s 1m', 'four attempts in all'],
        ['rmq-lab dlq setup work --type quorum --retry 5s 5s', 'replicated'],
        ['rmq-lab dlq setup old --policy', 'a queue that was declared without'],
      ]),
    )
    .action(act(run));
}

async function run(lab: Lab, queue: string, options: Options): Promise<void> {
  const request = parseSetup(queue, options);
  const byPolicy = options.policy === true;
  const [address] = (await lab.target()).addresses;
  const vhost = address?.vhost ?? '/';
  await lab.withBroker(async (broker) => {
    const plan = planDeadLetters(request, broker.server.version);
    if (byPolicy) await refuseVainPolicy(await lab.management(), vhost, plan);
    const made = await carryOut(broker, plan, {
      byPolicy,
      onRefused: async (declaration, cause) => {
        const explained = await explainRefusal(lab, declaration, cause);
        return 'queue' in declaration && declaration.queue === queue ? withPolicyHint(explained, plan, vhost) : explained;
      },
    });
    const policy = byPolicy ? await setPolicy(await lab.management(), vhost, plan) : undefined;
    for (const line of planNotes(plan, broker.server.version)) lab.warn(`note: ${line}`);
    const { deadLetterPlanDocument, deadLetterPlanView } = await import('../output/dead-letter-plan-view.ts');
    await lab.print(deadLetterPlanDocument(plan, made, policy), () =>
      deadLetterPlanView(plan, made, { color: lab.out.color, ascii: lab.settings.ascii }),
    );
  });
}

/** What to set up, from a name and flags; throws UsageError. */
export function parseSetup(queue: string, options: Options): DeadLetterRequest {
  parseName(queue, 'the name of the queue');
  const { ttl, maxLength, retry = [], type } = options;
  const request: DeadLetterRequest = {
    queue,
    delays: retry.flatMap((text) => text.split(',')).map(parseDelay),
    deadLetterExchange: parseName(options.dlx ?? `${queue}.dlx`, options.dlx === undefined ? 'the name of the exchange' : '--dlx'),
    deadLetterQueue: parseName(options.dlq ?? `${queue}.dlq`, options.dlq === undefined ? 'the name of the queue' : '--dlq'),
    ...(type === undefined ? {} : { type: parseType(type) }),
    ...(ttl === undefined ? {} : { ttl: parseMilliseconds(ttl, '--ttl') }),
    ...(maxLength === undefined ? {} : { maxLength: parseInteger(maxLength, '--max-length') }),
  };
  if (request.deadLetterQueue === queue) {
    throw new UsageError(`--dlq: '${queue}' is the queue itself: its dead letters would come back to it`, { hint: 'give another name' });
  }
  if (request.delays.length > MOST_DELAYS) {
    throw new UsageError(`--retry: ${request.delays.length} delays; each takes a queue, and ${MOST_DELAYS} are the most`, {
      hint: 'give fewer and longer ones',
    });
  }
  if (request.delays.length > 0) parseName(`${queue}.retry.again`, 'the name of the queue with .retry.again');
  return request;
}

function parseType(text: string): string {
  if (text === 'stream') {
    throw new UsageError('--type: a stream keeps its messages, and has no dead letters', { hint: 'give classic or quorum' });
  }
  return parseChoice(text, '--type', ['classic', 'quorum']);
}

function parseDelay(text: string): number {
  if (!/^[\d.]/.test(text)) {
    throw new UsageError(`--retry: '${text}' is not a duration`, {
      hint: 'write 1s 10s 1m; the name of the queue stands first: rmq-lab dlq setup QUEUE --retry 1s 10s 1m',
    });
  }
  const delay = parseMilliseconds(text, '--retry');
  if (delay === 0) throw new UsageError('--retry: a delay of 0 is none', { hint: 'give 1ms or more' });
  if (delay > LONGEST_DELAY) throw new UsageError(`--retry: '${text}' is too long`, { hint: 'give 49 days (1176h) at most' });
  return delay;
}

function withPolicyHint(explained: unknown, plan: DeadLetterPlan, vhost: string): unknown {
  if (!(explained instanceof LabError) || explained.replyCode !== 406) return explained;
  return new LabError(explained.kind, explained.message, {
    cause: explained.cause,
    replyCode: explained.replyCode,
    detail: [...(explained.detail === undefined ? [] : [explained.detail]), policyCommands(plan, vhost)].join('\n'),
    hint: 'add --policy: a policy sets dead letters up for the queue as it exists',
  });
}
