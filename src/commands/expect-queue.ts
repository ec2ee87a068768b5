import { Command } from 'commander';
import { LabError, UsageError } from '../errors.ts';
import { expectedQueueView, foundQueueView } from '../output/expectation-view.ts';
import {
  askApiForQueue,
  countUnacked,
  createAbsenceLook,
  type FoundQueue,
  isNegative,
  lookAtQueue,
  meetsQueue,
  type QueueExpectation,
} from '../topology/expected-queue.ts';
import { pollUntil } from '../topology/poll.ts';
import { parseInteger } from '../values.ts';
import { addExpectOptions, type ExpectOptions, pollOptions } from './expect-options.ts';
import type { Act, Lab } from './lab.ts';
import { examples, parseName } from './options.ts';

/** The options of `expect queue`. */
export interface QueueExpectOptions extends ExpectOptions {
  readonly ready?: string;
  readonly readyAtLeast?: string;
  readonly unacked?: string;
  readonly consumers?: string;
}

/** `rmq-lab expect queue` or, with `negated`, `rmq-lab expect no-queue`. */
export function expectQueue(act: Act, negated: boolean): Command {
  const command = new Command(negated ? 'no-queue' : 'queue')
    .summary(negated ? 'expect that a queue does not exist' : 'expect a queue, with so many messages or consumers')
    .description(
      'Exit 0 when it is so, 7 when not. Counts are asked for over AMQP, which renews the expiry (x-expires) of a classic queue; whether ' +
        'a queue is gone is asked over the management API where there is one, so that asking does not keep it alive.',
    )
    .argument('<queue>', 'name of the queue');
  if (!negated) {
    command
      .option('--ready <n>', 'just so many ready messages (what a consumer holds does not count)')
      .option('--ready-at-least <n>', 'so many ready messages or more')
      .option('--unacked <n>', 'just so many that consumers hold unacknowledged (asked over the management API)')
      .option('--consumers <n>', 'just so many consumers');
  }
  return addExpectOptions(command, negated)
    .addHelpText(
      'after',
      negated
        ? examples([['rmq-lab expect no-queue temp --within 10s', 'wait until it is gone']])
        : examples([
            ['rmq-lab expect queue eu --ready 1', 'one message has come'],
            ['rmq-lab expect queue eu --ready 0 --consumers 0', 'nothing there, and it stays so'],
            ['rmq-lab expect queue work --unacked 5', 'a consumer holds five'],
            ['rmq-lab expect queue eu --ready-at-least 100 --within 1m', 'enough to begin'],
          ]),
    )
    .action(act((lab: Lab, queue: string, options: QueueExpectOptions) => run(lab, queueExpectation(queue, options, negated), options)));
}

/** What the options expect. Throws UsageError. */
export function queueExpectation(queue: string, options: QueueExpectOptions, negated: boolean): QueueExpectation {
  const { ready, readyAtLeast, unacked, consumers } = options;
  const absent = negated || options.absent === true;
  const counts = [ready, readyAtLeast, unacked, consumers].filter((count) => count !== undefined);
  if (absent && counts.length > 0) throw new UsageError('--absent and counts exclude each other', { hint: 'leave one of them out' });
  if (ready !== undefined && readyAtLeast !== undefined) {
    throw new UsageError('--ready and --ready-at-least exclude each other', { hint: 'give one of them' });
  }
  return {
    queue: parseName(queue, 'the name of the queue'),
    absent,
    ...(ready === undefined ? {} : { ready: parseInteger(ready, '--ready') }),
    ...(readyAtLeast === undefined ? {} : { readyAtLeast: parseInteger(readyAtLeast, '--ready-at-least') }),
    ...(unacked === undefined ? {} : { unacked: parseInteger(unacked, '--unacked') }),
    ...(consumers === undefined ? {} : { consumers: parseInteger(consumers, '--consumers') }),
  };
}

async function run(lab: Lab, expected: QueueExpectation, { within }: ExpectOptions): Promise<void> {
  const { queue, absent } = expected;
  const polling = pollOptions(lab, within, isNegative(expected));
  const [address] = (await lab.target()).addresses;
  const { met, found } = await lab.withBroker((broker) => {
    const lookByAmqp = () => lookAtQueue(broker, queue);
    const askApi = async () => askApiForQueue(await lab.management(), address?.vhost ?? '/', queue);
    const counting = async () => {
      const looked = await lookByAmqp();
      const held = expected.unacked === undefined ? undefined : await countUnacked(await lab.management(), address?.vhost ?? '/', queue);
      const seen = held === undefined ? looked : { ...looked, unacked: held };
      return { met: meetsQueue(seen, expected), found: seen };
    };
    return pollUntil(absent ? createAbsenceLook(queue, { askApi, lookByAmqp }) : counting, polling);
  });
  if (!met) throw unmet(expected, found);
  await lab.print({ ok: true, found }, () => `ok: ${foundQueueView(found)}`);
}

function unmet(expected: QueueExpectation, found: FoundQueue): LabError {
  const missing = !found.exists;
  return new LabError('condition', `expected ${expectedQueueView(expected)}, but ${foundQueueView(found)}`, {
    hint: missing ? `declare it: rmq-lab declare-queue ${expected.queue}` : 'wait longer, if it may still come: --within 30s',
  });
}
