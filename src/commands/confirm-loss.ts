import { LabError } from '../errors.ts';
import type { Lab } from './lab.ts';

/** Asks before something is lost; throws (exit 130) when the answer is no, saying that it was left as it is. */
export async function confirmLoss(lab: Lab, question: string): Promise<void> {
  if (await lab.confirm(question)) return;
  if (lab.interrupted.aborted) throw lab.interrupted.reason;
  lab.warn('left as it is');
  throw new LabError('interrupted', 'left as it is');
}
