import { Command } from 'commander';
import { withChannel } from '../client/session.ts';
import { declaredQueueView } from '../output/entity-view.ts';
import { lazyStorageView } from '../output/lazy-view.ts';
import { serverView } from '../output/server-view.ts';
import { hasLazyQueues, readQueueStorage, storageTruth } from '../topology/queue-storage.ts';
import { type QueueOptions, queueDeclaration } from './declaration.ts';
import { explainRefusal } from './declaration-refused.ts';
import type { Act, Lab } from './lab.ts';
import { compareLazy, type LazyCompareFlags } from './lazy-compare.ts';
import { collect, examples, parseName } from './options.ts';

/** `rmq-lab lazy`, and what stands under it. */
export function lazy(act: Act): Command {
  const command = new Command('lazy').description(
    'Lazy queues keep messages on disk instead of in memory: up to RabbitMQ 3.11. Since 3.12 every classic queue does much the same, and ' +
      'x-queue-mode is ignored. These commands say, and measure, what is true of the broker at hand.',
  );
  command.addHelpText(
    'after',
    examples([
      ['rmq-lab lazy declare backlog', 'a lazy queue, or the news that there are none any more'],
      ['rmq-lab lazy inspect backlog', 'where its messages are'],
      ['rmq-lab lazy compare', 'the difference, measured'],
    ]),
  );
  command.addCommand(
    new Command('declare')
      .summary('declare a queue with x-queue-mode=lazy')
      .description('Declares a durable queue with x-queue-mode=lazy, and says what that does on this broker.')
      .argument('<queue>', 'name of the queue')
      .option('--arg <k=v>', 'another argument, typed: x-max-length:int=1000 (repeatable)', collect, [])
      .addHelpText(
        'after',
        examples([
          ['rmq-lab lazy declare backlog', 'as declare-queue backlog --lazy, with the truth about it'],
          ['rmq-lab lazy declare backlog --arg x-max-length:int=1000000', 'with a limit'],
        ]),
      )
      .action(act(declare)),
  );
  command.addCommand(
    new Command('inspect')
      .summary('where a queue keeps its messages on this broker')
      .description(
        'Says which mode a queue has, by argument or by policy, what that does on this version, and how many of its messages are in memory ' +
          'and on disk. The figures are the management API’s; it waits up to 12 s until they are of this moment. A policy shows there a few seconds late.',
      )
      .argument('<queue>', 'queue to look at')
      .addHelpText(
        'after',
        examples([
          ['rmq-lab lazy inspect backlog', 'mode, effect, memory'],
          ['rmq-lab lazy inspect backlog --json | jq .inMemory', 'messages in memory'],
        ]),
      )
      .action(act(inspect)),
  );
  command.addCommand(
    new Command('compare')
      .summary('measure a default and a lazy queue under the same load')
      .description(
        'Fills a default and a lazy queue in turn with the same load and measures publish rate, consume rate, and memory while each is full, ' +
          'from the management API. What is said of the numbers is said only where the rounds of one queue are all on the same side of those ' +
          'of the other. Takes about a minute; removes its queues, and asks before it loads a broker of another machine.',
      )
      .option('-n, --count <n>', 'messages to fill a queue with (default 20000)')
      .option('-s, --size <size>', 'of a body: 512, 4kB, 64KiB (default 1kB)')
      .option('--rounds <n>', 'times that each queue is filled and emptied (default 5)')
      .option('--keep', 'leave both queues at the end, full, to inspect them')
      .addHelpText(
        'after',
        examples([
          ['rmq-lab lazy compare', 'twenty thousand messages of 1 kB, five times each'],
          ['rmq-lab lazy compare -n 5000 --size 10kB --rounds 3', 'fewer and larger'],
          ['rmq-lab lazy compare --json', 'every round, and the reading'],
        ]),
      )
      .action(act((lab: Lab, flags: LazyCompareFlags) => compareLazy(lab, flags))),
  );
  return command;
}

async function declare(lab: Lab, queue: string, options: Pick<QueueOptions, 'arg'>): Promise<void> {
  const declaration = queueDeclaration(parseName(queue, 'the name of the queue'), { arg: options.arg, lazy: true });
  await lab.withBroker(async (broker) => {
    const state = await withChannel(broker, (channel) => channel.declareQueue(declaration)).catch(async (cause: unknown) => {
      throw await explainRefusal(lab, declaration, cause);
    });
    const effective = hasLazyQueues(broker.server);
    const { text } = storageTruth({ type: 'classic', mode: 'lazy' }, broker.server);
    const name = serverView(broker.server);
    lab.note(`x-queue-mode ${effective ? `counts on ${name}` : `has no effect on ${name}, and nothing is lost by that`}: ${text}`);
    await lab.print({ ...state, effective }, () => declaredQueueView(state, declaration));
  });
}

async function inspect(lab: Lab, queue: string): Promise<void> {
  parseName(queue, 'the name of the queue');
  const [address] = (await lab.target()).addresses;
  const server = await lab.withBroker(async (broker) => broker.server);
  const reader = { management: await lab.management(), vhost: address?.vhost ?? '/', clock: lab.clock, signal: lab.interrupted };
  const storage = await lab.waitFor('waiting for the broker’s statistics', () => readQueueStorage(reader, queue));
  const truth = storageTruth(storage, server);
  const { node: _, ...shown } = storage;
  await lab.print({ ...shown, ...truth }, () => lazyStorageView(storage, truth, server));
}
