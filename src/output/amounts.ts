const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** Bytes in three digits with a unit (1 kB is 1000 B): `512 B`, `23.1 MB`. */
export function roundBytesText(bytes: number): string {
  const steps = bytes < 1 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), UNITS.length - 1);
  const value = bytes / 1000 ** steps;
  return `${steps === 0 ? Math.round(value) : value.toFixed(value < 100 ? 1 : 0)} ${UNITS[steps]}`;
}

/** A whole number with commas between its thousands. */
export function countText(count: number): string {
  return Math.round(count).toLocaleString('en');
}
