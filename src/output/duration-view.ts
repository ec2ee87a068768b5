/** A duration in milliseconds as one would write it: `250ms`, `5s`, `1.5s`, `2m`, `1h`. */
export function durationView(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)}ms`;
  if (ms >= 3_600_000 && ms % 3_600_000 === 0) return `${ms / 3_600_000}h`;
  if (ms >= 60_000 && ms % 60_000 === 0) return `${ms / 60_000}m`;
  return `${Number((ms / 1_000).toFixed(1))}s`;
}
