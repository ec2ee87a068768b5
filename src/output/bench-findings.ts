import type { BenchReport } from '../bench/report.ts';
import { escapeLine } from './escape.ts';
import { counted, secondsText } from './quantity.ts';

/** What a reader must not miss: `error` is a wrong of the broker or the run, `warning` lessens what the figures say, `good` is well. */
export interface BenchFinding {
  readonly level: 'error' | 'warning' | 'good';
  readonly text: string;
}

/** What went wrong in a run, or could mislead, the worst last: there it is seen. */
export function benchFindings(report: BenchReport): readonly BenchFinding[] {
  return [...integrity(report), ...refusals(report), ...generator(report), ...ending(report)].sort((a, b) => rank(a) - rank(b));
}

function rank({ level }: BenchFinding): number {
  return ['good', 'warning', 'error'].indexOf(level);
}

function integrity({ parameters, totals, ended }: BenchReport): BenchFinding[] {
  if (parameters.consumers === 0) return [];
  const { lost, duplicates, reordered, left, foreign } = totals;
  const found: BenchFinding[] = [];
  if (lost > 0) found.push({ level: 'error', text: `${counted(lost, 'message')} LOST: sent, not refused, never received, in no queue.` });
  if (duplicates > 0) found.push({ level: 'error', text: `${counted(duplicates, 'message')} DUPLICATED: received more often than sent.` });
  if (reordered > 0) {
    found.push({ level: 'warning', text: `${counted(reordered, 'message')} REORDERED: received after a later one of the same producer.` });
  }
  if (lost === 0 && duplicates === 0 && reordered === 0 && ended !== 'failed') {
    found.push({ level: 'good', text: 'No message was lost, none came twice, all came in order.' });
  }
  if (left > 0) {
    found.push({ level: 'warning', text: `${counted(left, 'message')} LEFT in the queues: more was sent than was consumed in the time.` });
  }
  if (foreign > 0)
    found.push({ level: 'warning', text: `${counted(foreign, 'delivery', 'deliveries')} not of this run: somebody else sends here.` });
  return found;
}

function refusals({ totals: { returned, nacked, unanswered, redelivered } }: BenchReport): BenchFinding[] {
  return [
    ...(returned > 0 ? [warning(`${counted(returned, 'message')} RETURNED: no queue took them.`)] : []),
    ...(nacked > 0 ? [warning(`${counted(nacked, 'message')} NACKED: the broker refused them, as a full queue does.`)] : []),
    ...(unanswered > 0 ? [warning(`${counted(unanswered, 'message')} UNANSWERED: whether the broker has them is not known.`)] : []),
    ...(redelivered > 0 ? [warning(`${counted(redelivered, 'message')} REDELIVERED.`)] : []),
  ];
}

function warning(text: string): BenchFinding {
  return { level: 'warning', text };
}

function generator({ generatorBound, parameters: { threads, producers, consumers }, machine: { cpus } }: BenchReport): BenchFinding[] {
  if (!generatorBound) return [];
  const had = `it had ${threads === 0 ? 'none of its own' : threads}; the machine has ${counted(cpus, 'CPU')}`;
  const advice =
    threads > cpus
      ? `give it fewer --threads (${had}), or run it on another machine than the broker`
      : threads < Math.min(cpus, producers + consumers)
        ? `give it more --threads (${had})`
        : 'run it on another machine than the broker, or on several, and put what they --save together with bench merge';
  return [warning(`The LOAD GENERATOR was the limit, not the broker, which can do more than this. To see more, ${advice}.`)];
}

function ending({ ended, failure, seconds, intervals, parameters }: BenchReport): BenchFinding[] {
  const blocked = intervals.filter((interval) => interval.blocked !== undefined);
  const reasons = [...new Set(blocked.map((interval) => escapeLine(interval.blocked ?? '')))].join(', ');
  const held =
    blocked.length === 0 ? [] : [warning(`The broker BLOCKED publishers in ${counted(blocked.length, 'interval')}: ${reasons}.`)];
  if (ended === 'interrupted')
    return [...held, warning(`INTERRUPTED after ${secondsText(seconds.sending)} of measuring: this is what was measured until then.`)];
  if (ended === 'failed')
    return [
      ...held,
      { level: 'error', text: `FAILED after ${secondsText(seconds.sending)} of measuring: ${escapeLine(failure ?? 'reason not known')}` },
    ];
  if (ended === 'drain') {
    const text = `The consumers were NOT DONE ${secondsText(parameters.drain)} after the last message was sent.`;
    return [...held, warning(text)];
  }
  return held;
}
