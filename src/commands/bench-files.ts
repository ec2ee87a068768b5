import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { diffBenches } from '../bench/diff.ts';
import { type BenchFile, mergeBenches } from '../bench/merge.ts';
import { parameterText } from '../bench/parameter-text.ts';
import { parseSavedBench } from '../bench/saved-bench.ts';
import { formatFieldValue } from '../client/field-text.ts';
import { UsageError } from '../errors.ts';
import { benchDiffView } from '../output/bench-diff-view.ts';
import { benchOutput, judgeBench, type OutputFlags, showBench, withFileOptions } from './bench-output.ts';
import type { Act, Lab } from './lab.ts';
import { examples } from './options.ts';

/** `rmq-lab bench diff`. */
export function benchDiff(act: Act): Command {
  return new Command('diff')
    .summary('set two saved runs beside each other')
    .description('Sets two runs that bench --save has written beside each other: what was not the same, and each figure with its ratio.')
    .argument('<a>', 'file of the first run')
    .argument('<b>', 'file of the second')
    .addHelpText('after', examples([['rmq-lab bench diff before.json after.json', 'what an upgrade has changed']]))
    .action(act(diff));
}

/** `rmq-lab bench merge`. */
export function benchMerge(act: Act): Command {
  const command = new Command('merge')
    .summary('join saved runs of several machines')
    .description(
      'Joins runs that went on at the same time on one broker, started on several machines with bench --start-at TIME --save FILE: counts ' +
        'and rates are added, latencies put together message by message.',
    )
    .argument('<files...>', 'files that bench --save has written, two or more');
  return withFileOptions(command)
    .addHelpText(
      'after',
      examples([
        ['rmq-lab bench merge a.json b.json', 'the summary of both'],
        ['rmq-lab bench merge *.json --html page.html --save all.json', 'a page, and one file of all'],
      ]),
    )
    .action(act(merge));
}

async function diff(lab: Lab, first: string, second: string): Promise<void> {
  const [a, b] = [await read(first), await read(second)];
  const found = diffBenches(a.bench, b.bench);
  const { parameters, surroundings, rows, sentences } = found;
  const differing = parameters.map((name) => [
    name,
    { a: parameterText(a.bench.parameters, name), b: parameterText(b.bench.parameters, name) },
  ]);
  const { color, columns } = lab.out;
  await lab.print(
    {
      ...{ a: a.bench.name, b: b.bench.name },
      parameters: Object.fromEntries(differing),
      surroundings: Object.fromEntries(surroundings.map((name) => [name, { a: a.bench[name], b: b.bench[name] }])),
      figures: rows.map(({ a: inA = null, b: inB = null, ratio = null, ...row }) => ({ ...row, a: inA, b: inB, ratio })),
      reading: sentences,
    },
    () => benchDiffView(found, a.bench, b.bench, { color, columns, ascii: lab.settings.ascii }, formatFieldValue),
  );
}

async function merge(lab: Lab, files: readonly string[], flags: OutputFlags): Promise<void> {
  const output = await benchOutput(lab, flags);
  const { bench, remarks } = mergeBenches(await Promise.all(files.map(read)));
  await showBench(lab, bench, output, remarks);
  judgeBench(lab, bench, output);
}

async function read(file: string): Promise<BenchFile> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new UsageError(`cannot read '${file}': ${code ?? message}`, {
      cause,
      hint: 'give files that rmq-lab bench --save FILE has written',
    });
  }
  return { file, bench: parseSavedBench(text, file) };
}
