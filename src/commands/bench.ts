import { randomBytes, randomInt } from 'node:crypto';
import { Command } from 'commander';
import { planBench } from '../bench/plan.ts';
import type { BenchReport } from '../bench/report.ts';
import { reportOf } from '../bench/report-of.ts';
import { runBench } from '../bench/run.ts';
import { fieldToJson } from '../client/field-json.ts';
import { isLoopback, showAddress } from '../client/target.ts';
import { LabError } from '../errors.ts';
import { benchParameters, type LoadFlags, withLoadOptions } from './bench-flags.ts';
import type { Act, Lab } from './lab.ts';
import { examples } from './options.ts';

/** `rmq-lab bench`. */
export function bench(act: Act): Command {
  const command = new Command('bench').description(
    'Measures what a broker can do: rates, and the latency of every message from when it was due to be sent until it came, and until it was ' +
      'confirmed. Each message is counted: what was lost, doubled or out of order is told. Its queues are its own, and are removed.',
  );
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
  await lab.bringBroker();
  const { addresses } = await lab.target();
  const remote = addresses.find((one) => !isLoopback(one));
  if (remote !== undefined && !(await lab.confirm(`This puts load on ${showAddress(remote)}, which is another machine. Go on?`))) {
    throw new LabError('interrupted', 'nothing was measured');
  }
  const name = `rmq-lab.bench.${randomBytes(3).toString('hex')}`;
  const startedAt = new Date(lab.clock.now()).toISOString();
  const server = await lab.withBroker(async (broker) => broker.server);
  const outcome = await runBench(planBench(parameters, name, randomInt(2 ** 32 - 1)), parameters, {
    ground,
    connect: () => lab.connect(),
    signal: lab.interrupted,
    begin: async () => undefined,
    onInterval: () => undefined,
    note: (line) => lab.warn(line),
  });
  const context = { name, startedAt, parameters, server, addresses: addresses.map(showAddress), machine: ground.machine };
  const { histograms: _, ...report } = reportOf(outcome, context);
  await lab.print({ ...report, parameters: { ...parameters, arguments: fieldToJson(parameters.arguments) } }, () => lines(report));
  if (outcome.measured.failure !== undefined) throw outcome.measured.failure;
  if (lab.interrupted.aborted) throw lab.interrupted.reason;
}

function lines({ rates, totals, latency }: BenchReport): string {
  return [
    `sent ${Math.round(rates.sent)} messages/s, received ${Math.round(rates.received)} messages/s`,
    `lost ${totals.lost}, duplicates ${totals.duplicates}, reordered ${totals.reordered}`,
    `latency: p50 ${latency.endToEnd.p50} µs, p99 ${latency.endToEnd.p99} µs`,
  ].join('\n');
}
