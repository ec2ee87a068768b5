import type { BenchInterval, BenchParameters } from '../bench/report.ts';
import { benchCsvHeader, benchCsvLine } from '../output/bench-csv.ts';
import { benchIntervalLines, benchLiveLines } from '../output/bench-interval-view.ts';
import { intervalDocument } from '../output/bench-json.ts';
import type { Lab } from './lab.ts';
import { createLiveBlock } from './live-block.ts';

/** What is shown of a run while it goes on. */
export interface BenchProgress {
  add(interval: BenchInterval): void;
  /** Resolves when stdout has taken all; rejects when it would not. */
  end(): Promise<void>;
}

/**
 * Writes each interval as it ends: as data to stdout where that is asked for; for people to stderr, on a terminal with a chart below that
 * is drawn anew, elsewhere as lines. With `--json` people are told on a terminal only.
 */
export function showBenchProgress(lab: Lab, parameters: BenchParameters, form: 'ndjson' | 'csv' | undefined): BenchProgress {
  const isMixed = form !== undefined && lab.out.isTerminal && lab.err.isTerminal;
  const people = lab.settings.quiet || isMixed ? undefined : lab.err.isTerminal ? live(lab, parameters) : lines(lab, parameters);
  const data = form === undefined ? undefined : dataOf(lab, form);
  return {
    add(interval) {
      data?.add(interval);
      people?.add(interval);
    },
    async end() {
      people?.end();
      await data?.end();
    },
  };
}

interface Telling {
  add(interval: BenchInterval): void;
  end(): void;
}

function live(lab: Lab, parameters: BenchParameters): Telling {
  const intervals: BenchInterval[] = [];
  const { stream, color, columns } = lab.err;
  const terminal: typeof stream & { readonly columns?: number } = stream;
  const block = createLiveBlock(terminal);
  const draw = (staying: (display: { color: boolean; ascii: boolean; columns: number }) => readonly string[]) => {
    const display = { color, ascii: lab.settings.ascii, columns: terminal.columns ?? columns };
    block.draw(staying(display), ['', ...benchLiveLines(intervals, parameters, display)]);
  };
  draw(() => []);
  return {
    add(interval) {
      intervals.push(interval);
      draw((display) => benchIntervalLines(interval, intervals.length - 1, parameters, display));
    },
    end: block.clear,
  };
}

function lines(lab: Lab, parameters: BenchParameters): Telling | undefined {
  if (lab.settings.json) return undefined;
  let count = 0;
  const display = { color: false, ascii: lab.settings.ascii, columns: 120 };
  return {
    add(interval) {
      for (const line of benchIntervalLines(interval, count++, parameters, display)) lab.note(line);
    },
    end() {},
  };
}

function dataOf(lab: Lab, form: 'ndjson' | 'csv'): BenchProgress {
  let written = form === 'csv' ? lab.write(benchCsvHeader()) : Promise.resolve();
  // told at the end: until then nobody looks
  written.catch(() => undefined);
  return {
    add(interval) {
      const line = form === 'csv' ? benchCsvLine(interval) : `${JSON.stringify(intervalDocument(interval))}\n`;
      written = written.then(() => lab.write(line));
      written.catch(() => undefined);
    },
    end: () => written,
  };
}
