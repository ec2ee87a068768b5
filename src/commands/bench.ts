import { Command } from 'commander';
import type { BenchReport } from '../bench/report.ts';
import { fieldToJson } from '../client/field-json.ts';
import { benchCompare } from './bench-compare.ts';
import { benchParameters, type LoadFlags, withLoadOptions } from './bench-flags.ts';
import { benchOnce, settleBench } from './bench-run.ts';
import type { Act, Lab } from './lab.ts';
import { examples } from './options.ts';

/** `rmq-lab bench`. */
export function bench(act: Act): Command {
  const command = new Command('bench').description(
    'Measures what a broker can do: rates, and the latency of every message from when it was due to be sent until it came, and until it was ' +
      'confirmed. Each message is counted: what was lost, doubled or out of order is told. Its queues are its own, and are removed.',
  );
  command.addCommand(benchCompare(act));
  return withLoadOptions(command)
    .addHelpText(
      'after',
      examples([
        ['rmq-lab bench', 'ten seconds of confirmed, persistent messages'],
        ['rmq-lab bench --no-confirm --transient --ack-mode none', 'as fast and as careless as it goes'],
        ['rmq-lab bench --rate 1000 --queue-type quorum', 'latency under a load that the broker can carry'],
        ['rmq-lab bench -x 4 -y 4 --queues 4 --json | jq .rates', 'for a script'],
      ]),
    )
    .action(act(run));
}

async function run(lab: Lab, flags: LoadFlags): Promise<void> {
  const ground = await lab.benchGround();
  const parameters = benchParameters(flags, ground.machine.cpus);
  const { report: saved, failure } = await benchOnce(lab, await settleBench(lab, ground), parameters);
  const { histograms: _, ...report } = saved;
  await lab.print({ ...report, parameters: { ...parameters, arguments: fieldToJson(parameters.arguments) } }, () => lines(report));
  if (failure !== undefined) throw failure;
  if (lab.interrupted.aborted) throw lab.interrupted.reason;
}

function lines({ rates, totals, latency }: BenchReport): string {
  return [
    `sent ${Math.round(rates.sent)} messages/s, received ${Math.round(rates.received)} messages/s`,
    `lost ${totals.lost}, duplicates ${totals.duplicates}, reordered ${totals.reordered}`,
    `latency: p50 ${latency.endToEnd.p50} µs, p99 ${latency.endToEnd.p99} µs`,
  ].join('\n');
}
