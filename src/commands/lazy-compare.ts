import { randomBytes } from 'node:crypto';
import { compareModes, keptQueues, type LazyPlan } from '../bench/lazy-comparison.ts';
import { readRounds } from '../bench/lazy-reading.ts';
import { isLoopback, showAddress } from '../client/target.ts';
import { LabError } from '../errors.ts';
import { lazyComparisonView } from '../output/lazy-comparison-view.ts';
import { parseInteger, parseSize } from '../values.ts';
import type { Lab } from './lab.ts';

/** The options of `lazy compare`. */
export interface LazyCompareFlags {
  readonly count?: string;
  readonly size?: string;
  readonly rounds?: string;
  readonly keep?: boolean;
}

/** What the options ask for, with names for the queues that nothing else has. Throws UsageError. */
export function lazyPlan({ count = '20000', size = '1kB', rounds = '5', keep = false }: LazyCompareFlags): LazyPlan {
  return {
    count: parseInteger(count, '--count', 1, 10_000_000),
    size: parseSize(size, '--size'),
    rounds: parseInteger(rounds, '--rounds', 1, 100),
    prefix: `rmq-lab.lazy-compare.${randomBytes(3).toString('hex')}`,
    keep,
  };
}

/** `rmq-lab lazy compare`. */
export async function compareLazy(lab: Lab, flags: LazyCompareFlags): Promise<void> {
  const plan = lazyPlan(flags);
  const { addresses } = await lab.target();
  const [address] = addresses;
  const remote = addresses.find((one) => !isLoopback(one));
  if (remote !== undefined) await askFirst(lab, `This puts load on ${showAddress(remote)}, which is another machine. Go on?`);
  await lab.withBroker(async (broker) => {
    lab.note('warming up');
    const rounds = await compareModes(plan, {
      broker,
      management: await lab.management(),
      vhost: address?.vhost ?? '/',
      clock: lab.clock,
      signal: lab.interrupted,
      onRound: (n, mode) => lab.note(`round ${n} of ${plan.rounds}: ${mode}`),
    });
    const reading = readRounds(rounds, broker.server);
    const { count, size, keep } = plan;
    const queues = keptQueues(plan);
    const { color } = lab.out;
    const { product, version, lab: isLab } = broker.server;
    await lab.print(
      {
        parameters: { count, size, rounds: plan.rounds },
        broker: { product, version, lab: isLab },
        effective: reading.effective,
        rounds,
        figures: Object.fromEntries(reading.rows.map(({ figure, ...row }) => [figure, row])),
        reading: reading.sentences,
        ...(keep ? { queues } : {}),
      },
      () => lazyComparisonView(plan, reading, { color, ascii: lab.settings.ascii }),
    );
    if (keep) lab.note(`kept ${queues.default} and ${queues.lazy}: rmq-lab lazy inspect ${queues.lazy}`);
  });
}

async function askFirst(lab: Lab, question: string): Promise<void> {
  if (await lab.confirm(question)) return;
  if (lab.interrupted.aborted) throw lab.interrupted.reason;
  throw new LabError('interrupted', 'nothing was measured');
}
