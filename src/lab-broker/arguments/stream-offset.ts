import type { Field } from '../wire/field.ts';
import { integerOf } from './integer.ts';

/** Where a reader of a stream begins: `time` in milliseconds since 1970. */
export type StreamOffset = 'first' | 'last' | 'next' | { readonly offset: number } | { readonly time: number };

const SECONDS: Readonly<Record<string, number>> = { Y: 31_536_000, M: 2_592_000, D: 86_400, h: 3_600, m: 60, s: 1 };

/** Reads x-stream-offset. One that cannot be read, which `isStreamOffset` tells, counts as the default, `next`. */
export function streamOffsetOf(field: Field | undefined, now: number): StreamOffset {
  const offset = integerOf(field);
  if (offset !== undefined) return { offset };
  if (field?.type === 'timestamp') return { time: Number(field.value) * 1_000 };
  if (field?.type !== 'longstr') return 'next';
  const text = field.value.toString();
  if (text === 'first' || text === 'last' || text === 'next') return text;
  const [, count, unit] = INTERVAL.exec(text) ?? [];
  return count === undefined ? 'next' : { time: now - Number(count) * (SECONDS[unit ?? ''] ?? 1) * 1_000 };
}

const INTERVAL = /^(\d+)([YMDhms])$/;

/** Whether x-stream-offset has a value that a stream understands. */
export function isStreamOffset(field: Field | undefined): boolean {
  if (field === undefined || field.type === 'timestamp' || integerOf(field) !== undefined) return true;
  if (field.type !== 'longstr') return false;
  const text = field.value.toString();
  return text === 'first' || text === 'last' || text === 'next' || INTERVAL.test(text);
}
