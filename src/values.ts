import { UsageError } from './errors.ts';

const MILLISECONDS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
const BYTES: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['b', 1],
  ['kb', 1_000],
  ['mb', 1_000_000],
  ['gb', 1e9],
  ['kib', 1024],
  ['mib', 1024 ** 2],
  ['gib', 1024 ** 3],
]);

/** A duration in milliseconds from `250ms`, `5s`, `2m`, `1h` (also `1.5s`, and `0`). `what` names the option in the error. */
export function parseDuration(text: string, what: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text);
  if (text === '0') return 0;
  if (match === null) throw new UsageError(`${what}: '${text}' is not a duration`, { hint: 'write 250ms, 5s, 2m or 1h' });
  const milliseconds = Math.round(Number(match[1]) * (MILLISECONDS[match[2] as string] as number));
  if (!Number.isSafeInteger(milliseconds)) throw new UsageError(`${what}: '${text}' is too long`, { hint: 'write 250ms, 5s, 2m or 1h' });
  return milliseconds;
}

/** A size in bytes from `512`, `4kB` (4,000), `1MiB` (1,048,576). `what` names the option in the error. */
export function parseSize(text: string, what: string): number {
  const match = /^(\d+(?:\.\d+)?)([a-zA-Z]*)$/.exec(text);
  const factor = match === null ? undefined : BYTES.get((match[2] as string).toLowerCase());
  if (match === null || factor === undefined) {
    throw new UsageError(`${what}: '${text}' is not a size`, { hint: 'write 512, 4kB, 64KiB or 1MiB' });
  }
  const bytes = Math.round(Number(match[1]) * factor);
  if (!Number.isSafeInteger(bytes)) throw new UsageError(`${what}: '${text}' is too large`, { hint: 'write 512, 4kB, 64KiB or 1MiB' });
  return bytes;
}

/** A whole number within `min` and `max` (both included). `what` names the option in the error. */
export function parseInteger(text: string, what: string, min = 0, max = Number.MAX_SAFE_INTEGER): number {
  const value = Number(text);
  if (!/^[+-]?\d+$/.test(text) || value < min || value > max) {
    const range = max === Number.MAX_SAFE_INTEGER ? `a whole number from ${min} up` : `a whole number from ${min} to ${max}`;
    throw new UsageError(`${what}: '${text}' is not ${range}`, { hint: `give ${range}` });
  }
  // no -0: on the wire it would be a double
  return value + 0;
}
