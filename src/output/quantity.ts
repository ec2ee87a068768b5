const UNITS: readonly (readonly [ms: number, unit: string])[] = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'm'],
  [1_000, 's'],
];

/** Milliseconds as people write them, exactly: `250ms`, `5s`, `1.5s`, `90s`, `1h`. */
export function durationText(ms: number): string {
  const [size, unit] = UNITS.find(([length]) => ms !== 0 && ms % length === 0) ?? (ms > 1_000 && ms % 100 === 0 ? [1_000, 's'] : [1, 'ms']);
  return `${ms / size}${unit}`;
}

/** Bytes, exactly: `512 B`, `4 kB`, `1 MiB`. */
export function bytesText(bytes: number): string {
  for (const [size, unit] of [
    [2 ** 30, 'GiB'],
    [2 ** 20, 'MiB'],
    [2 ** 10, 'KiB'],
    [1e9, 'GB'],
    [1e6, 'MB'],
    [1e3, 'kB'],
  ] as const) {
    if (bytes !== 0 && bytes % size === 0) return `${bytes / size} ${unit}`;
  }
  return `${bytes} B`;
}

/** `1 queue`, `12,345 queues`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${countText(count)} ${count === 1 ? noun : plural}`;
}

const DECIMAL_UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** Bytes in three digits with a unit (1 kB is 1000 B): `512 B`, `23.1 MB`. */
export function roundBytesText(bytes: number): string {
  const steps = bytes < 1 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), DECIMAL_UNITS.length - 1);
  const value = bytes / 1000 ** steps;
  return `${steps === 0 ? Math.round(value) : value.toFixed(value < 100 ? 1 : 0)} ${DECIMAL_UNITS[steps]}`;
}

/** A whole number with commas between its thousands. */
export function countText(count: number): string {
  return Math.round(count).toLocaleString('en');
}

/** Microseconds in three digits with a unit: `0.4 µs`, `850 µs`, `1.23 ms`, `12.0 s`; `us` where only ASCII may be shown. */
export function latencyText(microseconds: number, ascii = false): string {
  const text = (value: number) => value.toFixed(value < 9.995 ? 2 : value < 99.95 ? 1 : 0);
  if (microseconds < 10) return `${microseconds.toFixed(1)} ${ascii ? 'us' : 'µs'}`;
  if (microseconds < 999.5) return `${Math.round(microseconds)} ${ascii ? 'us' : 'µs'}`;
  if (microseconds < 999_500) return `${text(microseconds / 1e3)} ms`;
  return `${text(microseconds / 1e6)} s`;
}

/** Seconds: `10 s`, `9.8 s`. */
export function secondsText(seconds: number): string {
  return `${Number(seconds.toFixed(1))} s`;
}
