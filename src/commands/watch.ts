import { Command } from 'commander';
import { LabError } from '../errors.ts';
import { type WatchedQueue, watchLines } from '../output/watch-view.ts';
import { createQueueSampler, type Moment, type QueueMoment, type QueueSampler } from '../topology/queue-rates.ts';
import { parseInteger } from '../values.ts';
import type { Act, Lab } from './lab.ts';
import { type Keyboard, stoppable } from './lesson-interrupt.ts';
import { examples, parseChoice, parseMilliseconds } from './options.ts';
import { openScreen } from './screen.ts';
import { withApi } from './topology-source.ts';

const SORTS = ['name', 'ready', 'unacked', 'in', 'out'] as const;

/** As many moments are kept for the line of what was. */
const HISTORY = 60;

interface WatchOptions {
  readonly prefix: string;
  readonly sort: string;
  readonly interval: string;
  readonly count?: string;
}

/** `rmq-lab watch`. */
export function watch(act: Act): Command {
  return new Command('watch')
    .description(
      'Shows the queues of a virtual host as they fill and empty: ready, unacknowledged, consumers, and messages a second. On a terminal it ' +
        "goes on until q or Ctrl-C; elsewhere it prints once. Counts are of the moment; the rates are RabbitMQ's own, up to 5 s behind.",
    )
    .option('--prefix <name>', 'only queues that begin so', '')
    .option('--sort <column>', `${SORTS.join(', ')}: the most first, names from a to z`, 'name')
    .option('--interval <duration>', 'between two looks', '1s')
    .option('-n, --count <n>', 'print so many times, one under the other (default: once, where stdout is no terminal)')
    .addHelpText(
      'after',
      examples([
        ['rmq-lab watch', 'all queues, live'],
        ['rmq-lab watch --prefix orders --sort ready', 'the fullest first'],
        ['rmq-lab watch --json', 'one look, for a script'],
        ['rmq-lab watch -n 60 --interval 1m --json >> queues.ndjson', 'an hour of looks'],
      ]),
    )
    .action(act(run));
}

async function run(lab: Lab, options: WatchOptions): Promise<void> {
  const sort = parseChoice(options.sort, '--sort', SORTS);
  const interval = parseMilliseconds(options.interval, '--interval');
  const count = options.count === undefined ? undefined : parseInteger(options.count, '--count', 1);
  await withApi(lab, (management, vhost) => {
    const watching: Watching = {
      sampler: createQueueSampler(management, vhost, lab.clock),
      history: createHistory(options.prefix, sort),
      title: `queues of virtual host ${vhost} at ${management.address}`,
      interval,
    };
    const isLive = count === undefined && lab.out.isTerminal && !lab.settings.json;
    return isLive ? live(lab, watching) : print(lab, watching, count ?? 1);
  });
}

interface Watching {
  readonly sampler: QueueSampler;
  readonly history: History;
  readonly title: string;
  readonly interval: number;
}

async function print(lab: Lab, { sampler, history, title, interval }: Watching, count: number): Promise<void> {
  if (await sampler.needsTwo()) {
    history.add(await sampler.sample());
    await lab.clock.sleep(Math.min(interval, 1_000), lab.interrupted);
  }
  for (let left = count; left > 0; left--) {
    if (lab.interrupted.aborted) throw lab.interrupted.reason;
    const moment = await sampler.sample();
    const queues = history.add(moment);
    const display = {
      color: lab.out.color,
      ascii: lab.settings.ascii,
      columns: lab.out.isTerminal ? lab.out.columns : Number.POSITIVE_INFINITY,
    };
    const rows = queues.map(({ history: _past, ...queue }) => ({ ...queue, in: queue.in ?? null, out: queue.out ?? null }));
    await lab.print({ time: new Date(moment.at).toISOString(), queues: rows }, () => watchLines({ title, queues }, display).join('\n'));
    if (left > 1) await lab.clock.sleep(interval, lab.interrupted);
  }
}

async function live(lab: Lab, watching: Watching): Promise<void> {
  const keyboard: Keyboard = lab.stdin;
  const quit = new AbortController();
  const onKey = (chunk: Buffer | string) => {
    if (/[qQ]/.test(chunk.toString())) quit.abort();
  };
  const screen = openScreen(lab.out.stream);
  let last: string[] = [];
  try {
    await stoppable(keyboard, lab.interrupted, async (interrupted) => {
      if (keyboard.isTTY) keyboard.on('data', onKey);
      last = await frames(lab, watching, screen, AbortSignal.any([interrupted, quit.signal]));
      if (interrupted.aborted) throw interrupted.reason;
    });
  } finally {
    keyboard.removeListener('data', onKey);
    screen.close();
    // the last frame stays for who wants to read on
    if (last.length > 0) await lab.write(`${last.join('\n')}\n`);
  }
}

/** Draws frame after frame until the signal; answers the last. Throws what a look throws, once the broker was waited for long enough. */
async function frames(
  lab: Lab,
  { sampler, history, title, interval }: Watching,
  screen: ReturnType<typeof openScreen>,
  signal: AbortSignal,
): Promise<string[]> {
  let lines: string[] = [];
  let queues: readonly WatchedQueue[] = [];
  let failedSince: number | undefined;
  let remark: string | undefined;
  const draw = () => {
    const display = { color: lab.out.color, ascii: lab.settings.ascii, columns: screen.columns, rows: screen.rows };
    lines = watchLines({ title, queues, ...(remark === undefined ? {} : { remark }) }, display);
    screen.draw(lines);
  };
  screen.onResize(draw);
  while (!signal.aborted) {
    try {
      queues = history.add(await sampler.sample());
      failedSince = undefined;
      remark = undefined;
    } catch (cause) {
      if (!(cause instanceof LabError) || cause.kind !== 'unreachable') throw cause;
      failedSince ??= lab.clock.now();
      if (queues.length === 0 || lab.clock.now() - failedSince > lab.settings.reconnectFor) throw cause;
      remark = `${cause.message}; trying again`;
    }
    draw();
    await lab.clock.sleep(interval, signal);
  }
  return lines;
}

interface History {
  /** Adds a moment, and answers the queues that are wanted, in order. */
  add(moment: Moment): readonly WatchedQueue[];
}

function createHistory(prefix: string, sort: (typeof SORTS)[number]): History {
  let past = new Map<string, readonly number[]>();
  return {
    add({ queues }) {
      const wanted = queues.filter(({ name }) => name.startsWith(prefix));
      past = new Map(wanted.map(({ name, ready }) => [name, [...(past.get(name) ?? []), ready].slice(-HISTORY)]));
      return wanted.map((queue) => ({ ...queue, history: past.get(queue.name) ?? [] })).sort(order(sort));
    },
  };
}

function order(sort: (typeof SORTS)[number]): (one: QueueMoment, other: QueueMoment) => number {
  const byName = (one: QueueMoment, other: QueueMoment) => (one.name < other.name ? -1 : Number(one.name > other.name));
  return sort === 'name' ? byName : (one, other) => (other[sort] ?? 0) - (one[sort] ?? 0) || byName(one, other);
}
