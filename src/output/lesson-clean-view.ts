import type { Cleaned } from '../lessons/clean.ts';

/** What became of what lessons left, a line each. */
export function cleanedView(cleaned: readonly Cleaned[]): string {
  if (cleaned.length === 0) return 'nothing to clean: no lesson left anything';
  return cleaned.map(lineOf).join('\n');
}

function lineOf({ lesson, vhost, broker, state, detail }: Cleaned): string {
  switch (state) {
    case 'removed':
      return `removed what lesson ${lesson} left: ${detail === '' ? 'nothing was left' : detail}`;
    case 'running':
      return `left alone: lesson ${lesson} in ${vhost} is still running`;
    case 'elsewhere':
      return `left alone: lesson ${lesson} in ${vhost} on ${broker}: ${detail}`;
    case 'failed':
      return lesson === '' ? detail : `could not remove what lesson ${lesson} left in ${vhost}: ${detail}`;
  }
}
