import type { LabBrokerOptions } from '../lab-broker/lab-broker.ts';
import type { Lab } from './lab.ts';

/** Milliseconds until a word is said, and between two. */
const PATIENCE = 2_000;

/** Says how far the reading of a folder has come, where that takes long. */
export function createLoadingTeller({ clock, note }: Pick<Lab, 'clock' | 'note'>): NonNullable<LabBrokerOptions['loading']> {
  let last = clock.now();
  return (files, of) => {
    if (clock.now() - last <= PATIENCE) return;
    last = clock.now();
    note(files < of ? `reading what was kept: ${files} of ${of} files` : 'putting back what was kept');
  };
}
