import { Command } from 'commander';
import { type CompareRound, readCombinations } from '../bench/compare-reading.ts';
import type { BenchReport } from '../bench/report.ts';
import { UsageError } from '../errors.ts';
import { benchCompareView } from '../output/bench-compare-view.ts';
import { serverView } from '../output/server-view.ts';
import { parseInteger } from '../values.ts';
import { benchParameters, type LoadFlags, withLoadOptions } from './bench-flags.ts';
import { benchOnce, settleBench } from './bench-run.ts';
import { VARIABLES, variantsOf } from './bench-vary.ts';
import type { Act, Lab } from './lab.ts';
import { collect, examples } from './options.ts';

interface CompareFlags extends LoadFlags {
  readonly vary: readonly string[];
  readonly rounds: string;
}

/** `rmq-lab bench compare`. */
export function benchCompare(act: Act): Command {
  const command = new Command('compare')
    .summary('measure what a choice costs: persistence, confirms, prefetch, queue type …')
    .description(
      'Runs every combination of what is varied, in rounds in which each has its turn, and says what the rounds bear out: a difference is ' +
        'claimed only where every round shows it. The other options are those of bench; a run takes 3 s after 1 s of warm-up, unless they say so.',
    )
    .option('--vary <what>', 'what to vary, and with =a,b,c between which values (repeatable)', collect, [])
    .option('--rounds <n>', 'how often each combination is run', '3');
  return withLoadOptions(command)
    .addHelpText('after', `\nWhat can be varied:\n${VARIABLES.map((line) => `  ${line}\n`).join('')}`)
    .addHelpText(
      'after',
      examples([
        ['rmq-lab bench compare --vary persistence,confirm', 'what a safe message costs'],
        ['rmq-lab bench compare --vary queue-type --vary size=100,10kB', 'four combinations'],
        ['rmq-lab bench compare --vary prefetch=1,10,1000 --rounds 5 --json', 'every round, and the reading'],
      ]),
    )
    .action(act(compare));
}

async function compare(lab: Lab, given: CompareFlags): Promise<void> {
  const ground = await lab.benchGround();
  const rounds = parseInteger(given.rounds, '--rounds', 1, 100);
  // short runs, for there are many of them
  const short = given.count === undefined ? { duration: given.duration ?? '3s', warmup: given.warmup ?? '1s' } : {};
  const variants = variantsOf(given.vary, { ...given, ...short }).map(({ labels, flags }) => {
    const text = Object.entries(labels).map(([name, value]) => `${name} ${value}`);
    try {
      return { labels, text: text.join(', '), rounds: [] as CompareRound[], parameters: benchParameters(flags, ground.machine.cpus) };
    } catch (cause) {
      if (!(cause instanceof UsageError)) throw cause;
      throw new UsageError(`${text.join(', ')}: ${cause.message}`, { ...(cause.hint === undefined ? {} : { hint: cause.hint }), cause });
    }
  });
  const place = await settleBench(lab, ground);
  let done = 0;
  for (; done < rounds && !lab.interrupted.aborted; done++) {
    // each comes first as often as the others
    const first = done % variants.length;
    const figures = new Map<(typeof variants)[number], CompareRound>();
    for (const variant of [...variants.slice(first), ...variants.slice(0, first)]) {
      lab.note(`round ${done + 1} of ${rounds}: ${variant.text}`);
      const run = await benchOnce(lab, place, variant.parameters).catch((cause: unknown) => {
        // interrupted before it began: the rounds before it count
        if (lab.interrupted.aborted) return undefined;
        throw cause;
      });
      if (run?.failure !== undefined) throw run.failure;
      if (run === undefined || lab.interrupted.aborted) break;
      figures.set(variant, roundOf(run.report));
    }
    if (figures.size < variants.length) break;
    for (const [variant, round] of figures) variant.rounds.push(round);
  }
  // interrupted in the first round: nothing can be compared
  if (done === 0) throw lab.interrupted.reason;
  const [one] = variants;
  const combinations = variants.map(({ labels, rounds: all }) => ({ labels, rounds: all }));
  const reading = readCombinations(combinations, one !== undefined && one.parameters.rates.length > 0);
  const { product, version, lab: isLab } = place.server;
  await lab.print(
    {
      broker: { product, version, lab: isLab },
      rounds: done,
      combinations,
      rows: reading.rows,
      rate: reading.rate,
      reading: reading.sentences,
    },
    () => {
      const title = `${serverView(place.server)}, ${done} ${done === 1 ? 'round' : 'rounds'} of ${variants.length} loads`;
      return benchCompareView(title, reading, { color: lab.out.color, ascii: lab.settings.ascii, columns: lab.out.columns });
    },
  );
  if (lab.interrupted.aborted) throw lab.interrupted.reason;
}

function roundOf({ rates, latency, cpu, generatorBound, parameters }: BenchReport): CompareRound {
  const { endToEnd, confirm } = latency;
  const figures = parameters.consumers > 0 ? endToEnd : confirm;
  const isMeasured = figures.count > 0;
  return {
    sent: rates.sent,
    received: parameters.consumers > 0 ? rates.received : undefined,
    p50: isMeasured ? figures.p50 : undefined,
    p99: isMeasured ? figures.p99 : undefined,
    cpu: cpu.perMessage,
    generatorBound,
  };
}
