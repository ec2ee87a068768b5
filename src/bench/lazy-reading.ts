import type { ServerInfo } from '../client/broker.ts';
import { hasLazyQueues } from '../topology/queue-storage.ts';
import type { LazyRound, LazyRounds } from './lazy-comparison.ts';
import { listOf } from './listing.ts';
import { areAlike, ratioBeyondSpread, type Spread, spreadOf } from './spread.ts';

/** What was measured, and what to call it. */
export type LazyFigure = keyof LazyRound;

/** One figure of both queues. */
export interface LazyRow {
  readonly figure: LazyFigure;
  readonly default?: Spread;
  readonly lazy?: Spread;
  /** Lazy to default, of the medians; absent where the rounds do not tell them apart. */
  readonly ratio?: number;
}

/** What the rounds say. */
export interface LazyReading {
  readonly rows: readonly LazyRow[];
  /** Whether `x-queue-mode` counts on this broker. */
  readonly effective: boolean;
  /** In words, a sentence each. */
  readonly sentences: readonly string[];
}

const FIGURES: readonly LazyFigure[] = ['publish', 'consume', 'inMemory', 'queueMemory', 'brokerMemory'];

/** Reads the rounds: nothing is claimed that the spread of the rounds does not allow. */
export function readRounds(rounds: LazyRounds, server: ServerInfo): LazyReading {
  const rows = FIGURES.map((figure) => rowOf(figure, rounds));
  const effective = hasLazyQueues(server);
  return { rows, effective, sentences: [...findings(rows, rounds.default.length), verdict(rows, effective, server)] };
}

function rowOf(figure: LazyFigure, rounds: LazyRounds): LazyRow {
  const pick = (list: readonly LazyRound[]) => list.map((round) => round[figure]).filter((value) => value !== undefined);
  const [plain, lazy] = [pick(rounds.default), pick(rounds.lazy)];
  const [a, b, ratio] = [spreadOf(plain), spreadOf(lazy), ratioBeyondSpread(plain, lazy)];
  return {
    figure,
    ...(a === undefined ? {} : { default: a }),
    ...(b === undefined ? {} : { lazy: b }),
    ...(ratio === undefined ? {} : { ratio }),
  };
}

const SUBJECTS: Readonly<Record<LazyFigure, string>> = {
  publish: 'publishing',
  consume: 'consuming',
  inMemory: 'messages in memory',
  queueMemory: 'the memory of the queue',
  brokerMemory: 'the memory of the broker',
};

function findings(rows: readonly LazyRow[], rounds: number): string[] {
  const known = rows.filter((row) => row.default !== undefined && row.lazy !== undefined);
  const missing = rows.filter((row) => !known.includes(row)).map((row) => SUBJECTS[row.figure]);
  const undecided = known.filter(({ ratio }) => ratio === undefined);
  const equal = undecided.filter(({ default: a, lazy: b }) => a !== undefined && b !== undefined && areAlike(a, b));
  const same = undecided.filter((row) => !equal.includes(row));
  const sentences = known.flatMap((row) => (row.ratio === undefined ? [] : [differenceOf(row, row.ratio)]));
  if (equal.length > 0) sentences.push(`The same in every round, within 1 %: ${listOf(equal.map((row) => SUBJECTS[row.figure]))}.`);
  if (same.length > 0) {
    const why = rounds < 3 ? `${rounds} of each are too few rounds` : `the ranges of ${rounds} rounds overlap`;
    sentences.push(`No difference is shown for ${listOf(same.map((row) => SUBJECTS[row.figure]))}: ${why}.`);
  }
  if (missing.length > 0) sentences.push(`This broker gives no figure for ${listOf(missing)}.`);
  return sentences;
}

function differenceOf({ figure, default: a, lazy: b }: LazyRow, ratio: number): string {
  if (figure === 'inMemory') return `A full lazy queue has ${whole(b?.median)} messages in memory, the default one ${whole(a?.median)}.`;
  const much =
    ratio >= 2 || ratio <= 0.5 ? `${oneDigit(ratio < 1 ? 1 / ratio : ratio)} times` : `${Math.round(Math.abs(ratio - 1) * 100)} %`;
  if (figure === 'publish' || figure === 'consume') {
    const verb = figure === 'publish' ? 'Publishing to' : 'Consuming from';
    return `${verb} the lazy queue was ${much} ${ratio < 1 ? 'slower' : 'faster'} in every round.`;
  }
  const what = figure === 'queueMemory' ? 'The full lazy queue' : 'With the lazy queue full, the broker';
  return `${what} took ${much} ${ratio < 1 ? 'less' : 'more'} memory in every round.`;
}

function verdict(rows: readonly LazyRow[], effective: boolean, { lab, product, version }: ServerInfo): string {
  if (lab) {
    return 'The lab broker has one way to keep messages, in memory, so the two queues are the same to it: see the difference on RabbitMQ 3.10 or 3.11.';
  }
  const name = `${product} ${version}`;
  if (effective) return `On ${name} x-queue-mode=lazy is real: it trades memory for disk.`;
  const surprising = rows.some(({ ratio }) => ratio !== undefined);
  return surprising
    ? `On ${name} x-queue-mode is ignored, so a difference here is not its doing: take it for noise, and measure again with more rounds.`
    : `On ${name} x-queue-mode is ignored: both are the same kind of queue.`;
}

function whole(value: number | undefined): string {
  return value === undefined ? 'no' : Math.round(value).toLocaleString('en');
}

function oneDigit(value: number): string {
  return Number.isFinite(value) ? value.toFixed(1) : 'many';
}
