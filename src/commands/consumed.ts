import { LabError } from '../errors.ts';
import type { ConsumeReport } from '../messages/consume.ts';
import { interruption } from './interruption.ts';
import type { Lab } from './lab.ts';

/** How to tell of it. */
export interface ConsumedWords {
  /** What was done with messages: `consumed`. */
  readonly verb: string;
  /** How many were asked for. */
  readonly count: number | undefined;
  /** What to try when fewer came. */
  readonly hint: string;
  /** Tells also where no person looks on. */
  readonly telling?: boolean;
}

/** Says how consuming ended, and throws when that is not what was asked for: exit 7 for fewer than the count, 130 or 143 when interrupted. */
export function finishConsuming(lab: Lab, { finished, gaveBack, stopped }: ConsumeReport, words: ConsumedWords): void {
  const { verb, count, hint, telling = false } = words;
  if (stopped === 'sink') return;
  const back = gaveBack === 0 ? '' : `, gave back ${gaveBack}`;
  if (lab.err.isTerminal || stopped === 'interrupted' || telling) lab.note(`${verb} ${finished}${back}`);
  if (stopped === 'interrupted') throw interruption(lab);
  if (count !== undefined && finished < count) {
    const why = { empty: 'the queue is empty', idle: 'no more came', timeout: 'the time is over', count: '', crash: '' }[stopped];
    throw new LabError('condition', `${finished} of ${count} messages: ${why}`, { hint });
  }
}
