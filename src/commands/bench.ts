import { Command } from 'commander';
import type { BenchInterval } from '../bench/report.ts';
import { benchCompare } from './bench-compare.ts';
import { benchDiff, benchMerge } from './bench-files.ts';
import { benchParameters, type LoadFlags, withLoadOptions } from './bench-flags.ts';
import { benchOutput, judgeBench, type OutputFlags, showBench, withOutputOptions } from './bench-output.ts';
import { showBenchProgress } from './bench-progress.ts';
import { benchOnce, settleBench } from './bench-run.ts';
import { parseStartAt } from './bench-start.ts';
import { handDownOptions } from './hand-down.ts';
import type { Act, Lab } from './lab.ts';
import { examples } from './options.ts';

interface BenchFlags extends LoadFlags, OutputFlags {
  readonly startAt?: string;
}

/** `rmq-lab bench`, and what stands under it. */
export function bench(act: Act): Command {
  const command = new Command('bench').description(
    'Measures what a broker can do: rates, and the latency of every message from when it was due to be sent until it came, and until it was ' +
      'confirmed. Each message is counted: what was lost, doubled or out of order is told. Its queues are its own, and are removed.',
  );
  withOutputOptions(withLoadOptions(command))
    .option('--start-at <time>', 'connect, and begin then, as others do on other machines: 12:00:30')
    .addHelpText(
      'after',
      examples([
        ['rmq-lab bench', 'ten seconds of confirmed, persistent messages'],
        ['rmq-lab bench --no-confirm --transient --ack-mode none', 'as fast and as careless as it goes'],
        ['rmq-lab bench --rate 1000 --queue-type quorum', 'latency under a load that the broker can carry'],
        ["rmq-lab bench --rate 1000 --fail-if 'p99>5ms' --html page.html", 'exit 7 when it is slower; charts to look at'],
        ['rmq-lab bench -x 4 -y 4 --queues 4 --json | jq .rates', 'for a script'],
      ]),
    )
    .action(act(run));
  command.addCommand(benchCompare(act));
  command.addCommand(benchDiff(act));
  command.addCommand(benchMerge(act));
  handDownOptions(command);
  return command;
}

async function run(lab: Lab, flags: BenchFlags): Promise<void> {
  const ground = await lab.benchGround();
  const parameters = benchParameters(flags, ground.machine.cpus);
  const output = await benchOutput(lab, flags);
  const startAt = flags.startAt === undefined ? undefined : parseStartAt(flags.startAt, lab.clock.now());
  const place = await settleBench(lab, ground);
  const progress = showBenchProgress(lab, parameters, output.form);
  const onInterval = (interval: BenchInterval) => progress.add(interval);
  const { report, failure } = await benchOnce(
    lab,
    place,
    parameters,
    startAt === undefined ? { onInterval } : { onInterval, startAt },
  ).finally(() => progress.end());
  await showBench(lab, report, output);
  if (failure !== undefined) throw failure;
  if (lab.interrupted.aborted) throw lab.interrupted.reason;
  judgeBench(lab, report, output);
}
