import { isUtf8 } from 'node:buffer';
import type { TypedValue } from './typed-value.ts';
import { almostTheSame, counted, oneLine } from './wording.ts';

type Kind = 'text' | 'number' | 'floating-point number' | 'decimal' | 'boolean' | 'empty value' | 'array' | 'table';

const KINDS: ReadonlyMap<string, Kind> = new Map([
  ['longstr', 'text'],
  ['binary', 'text'],
  ['float', 'floating-point number'],
  ['double', 'floating-point number'],
  ['decimal', 'decimal'],
  ['bool', 'boolean'],
  ['void', 'empty value'],
  ['array', 'array'],
  ['table', 'table'],
]);

const NEVER_LOOK_ALIKE: ReadonlySet<Kind> = new Set(['empty value', 'array', 'table']);

/** A value with its kind: `the text "1"`, `the number 1`, `a table of two pairs`. Long ones are cut short. */
export function describeValue(value: TypedValue): string {
  switch (kindOf(value)) {
    case 'empty value':
      return 'empty (no value)';
    case 'array':
      return `an array of ${counted((value.value as readonly unknown[]).length, 'item')}`;
    case 'table':
      return `a table of ${counted((value.value as readonly unknown[]).length, 'pair')}`;
    case 'number':
      return `the ${value.type === 'timestamp' ? 'timestamp' : 'number'} ${value.value}`;
    default:
      return `the ${kindOf(value)} ${bareText(value)}`;
  }
}

/** A message's header: as `describeValue`, but a timestamp also in the milliseconds in which it is matched. */
export function describeHeader(value: TypedValue): string {
  if (value.type !== 'timestamp') return describeValue(value);
  return `${describeValue(value)} (matched in milliseconds: ${(value.value as bigint) * 1000n})`;
}

/** What a header is in place of what the binding wants: `2, the binding wants 1`. Kinds are named where they differ or mislead. */
export function contrast(actual: TypedValue, wanted: TypedValue): string {
  const kind = kindOf(actual);
  if (kind !== kindOf(wanted) || actual.type === 'timestamp' || wanted.type === 'timestamp') {
    return `${describeHeader(actual)}, the binding wants ${describeValue(wanted)}${lookAlikeNote(actual, wanted)}`;
  }
  switch (kind) {
    case 'array':
    case 'table':
      return `${describeValue(actual)}, the binding wants another ${kind}: the order and the types inside count, too`;
    case 'text':
      return `${bareText(actual)}, the binding wants ${bareText(wanted)}${textNote(actual.value as Buffer, wanted.value as Buffer)}`;
    default:
      return `${bareText(actual)}, the binding wants ${bareText(wanted)}`;
  }
}

function kindOf({ type }: TypedValue): Kind {
  return KINDS.get(type) ?? 'number';
}

/** Only what can be read: a text in quotes, or bytes in hex when it is none. */
function bareText({ type, value }: TypedValue): string {
  if (type === 'longstr' || type === 'binary') {
    const bytes = value as Buffer;
    return isUtf8(bytes) ? `"${oneLine(bytes.toString())}"` : `0x${oneLine(bytes.toString('hex'))}`;
  }
  if (type === 'decimal') return decimalText(value as { readonly scale: number; readonly unscaled: number });
  return Object.is(value, -0) ? '-0' : String(value);
}

function decimalText({ scale, unscaled }: { readonly scale: number; readonly unscaled: number }): string {
  if (scale === 0) return String(unscaled);
  const digits = String(unscaled).padStart(scale + 1, '0');
  return `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

function lookAlikeNote(actual: TypedValue, wanted: TypedValue): string {
  const kinds = [kindOf(actual), kindOf(wanted)];
  if (kinds[0] === kinds[1] || kinds.some((kind) => NEVER_LOOK_ALIKE.has(kind)) || unquoted(actual) !== unquoted(wanted)) return '';
  const floating = kinds.includes('floating-point number');
  const [one, other] = kinds.map((kind) => (kind === 'number' && floating ? 'whole number' : kind));
  return `: a ${one} never matches a ${other}`;
}

function unquoted(value: TypedValue): string {
  return bareText(value).replace(/^"(.*)"$/, '$1');
}

function textNote(actual: Buffer, wanted: Buffer): string {
  if (bareText({ type: 'longstr', value: actual }) !== bareText({ type: 'longstr', value: wanted })) {
    return almostTheSame(wanted.toString(), actual.toString());
  }
  let at = 0;
  while (actual[at] === wanted[at]) at++;
  return `: they differ from byte ${at + 1} on`;
}
