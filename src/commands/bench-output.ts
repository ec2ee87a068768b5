import { constants } from 'node:fs';
import { access, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Command } from 'commander';
import { type BenchCondition, failures, parseCondition } from '../bench/fail-if.ts';
import { curvesOf } from '../bench/percentile-curve.ts';
import type { SavedBench } from '../bench/report.ts';
import { savedBenchText } from '../bench/saved-bench.ts';
import { fieldToJson } from '../client/field-json.ts';
import { formatFieldValue } from '../client/field-text.ts';
import { LabError, UsageError } from '../errors.ts';
import { benchConditionView } from '../output/bench-condition-view.ts';
import { benchDocument } from '../output/bench-json.ts';
import { benchPage } from '../output/bench-page.ts';
import { benchSummaryView } from '../output/bench-summary-view.ts';
import type { Lab } from './lab.ts';
import { collect } from './options.ts';

/** The options that say what becomes of a run's figures, as commander gives them. */
export interface OutputFlags {
  readonly ndjson?: boolean;
  readonly csv?: boolean;
  readonly html?: string;
  readonly save?: string;
  readonly failIf: readonly string[];
}

/** What becomes of them. */
export interface BenchOutput {
  /** How each interval is written to stdout. */
  readonly form: 'ndjson' | 'csv' | undefined;
  readonly html: string | undefined;
  readonly save: string | undefined;
  readonly conditions: readonly BenchCondition[];
}

/** Adds the options that say what becomes of a run's figures. */
export function withOutputOptions(command: Command): Command {
  return withFileOptions(
    command
      .option('--ndjson', 'write each interval to stdout, as a line of JSON')
      .option('--csv', 'write each interval to stdout, as a line of CSV'),
  );
}

/** Of them those that are of use once it is over. */
export function withFileOptions(command: Command): Command {
  return command
    .option('--html <file>', 'write a page with charts, which needs nothing else')
    .option('--save <file>', 'write all figures, for bench diff and bench merge')
    .option('--fail-if <condition>', "exit 7 when it is so: 'p99>5ms', 'lost>0', 'rate<25000' (repeatable)", collect, []);
}

/** What the options ask for. Throws UsageError; for a file that cannot be written before the run, not after it. */
export async function benchOutput(lab: Lab, { ndjson, csv, html, save, failIf }: OutputFlags): Promise<BenchOutput> {
  if ([lab.settings.json, ndjson, csv].filter((wanted) => wanted === true).length > 1) {
    throw new UsageError('--json, --ndjson and --csv exclude each other', { hint: 'give one of them; --save keeps all figures beside it' });
  }
  const conditions = failIf.map(parseCondition);
  for (const [option, file] of [
    ['--html', html],
    ['--save', save],
  ] as const) {
    if (file !== undefined) await access(dirname(file), constants.W_OK).catch((cause) => refuse(option, file, cause));
  }
  if (html !== undefined && html === save)
    throw new UsageError(`--html and --save name one file, '${html}'`, { hint: 'give each its own' });
  return { form: ndjson === true ? 'ndjson' : csv === true ? 'csv' : undefined, html, save, conditions };
}

/** Writes the files, and prints the summary: to stderr where stdout has the intervals. `remarks` stand beside it. */
export async function showBench(lab: Lab, bench: SavedBench, output: BenchOutput, remarks: readonly string[] = []): Promise<void> {
  const { ascii } = lab.settings;
  const summary = ({ color, columns }: Lab['out']) => benchSummaryView(bench, { color, ascii, columns }, formatFieldValue);
  if (output.form === undefined) {
    const document = benchDocument(bench, fieldToJson);
    await lab.print(remarks.length === 0 ? document : { ...document, remarks }, () => summary(lab.out));
  } else lab.note(summary(lab.err));
  for (const remark of remarks) lab.warn(`! ${remark}`);
  if (output.save !== undefined) await write('--save', output.save, savedBenchText(bench));
  if (output.html !== undefined) await write('--html', output.html, benchPage(bench, curvesOf(bench.histograms), formatFieldValue));
}

/** Throws LabError when a condition has come true. */
export function judgeBench(lab: Lab, bench: SavedBench, { conditions }: BenchOutput): void {
  const failed = failures(conditions, bench);
  if (failed.length > 0) throw new LabError('condition', benchConditionView(failed, lab.settings.ascii));
}

async function write(option: string, file: string, text: string): Promise<void> {
  await writeFile(file, text).catch((cause) => refuse(option, file, cause));
}

function refuse(option: string, file: string, cause: unknown): never {
  const { code, message } = cause as NodeJS.ErrnoException;
  throw new UsageError(`${option}: cannot write '${file}': ${code ?? message}`, {
    cause,
    hint: 'give a file in a folder that you may write to',
  });
}
