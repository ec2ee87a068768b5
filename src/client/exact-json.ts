import { Typed } from './message.ts';

/** A string, which is left alone, or a number that `JSON.parse` would blur. */
const TOKENS = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** No key that a broker would send. */
const MARK = '\u0000number';

/**
 * Parses JSON in which numbers keep what matters in AMQP: `1.0` becomes a `double` (a headers exchange never matches it with 1), an
 * integer beyond 2^53 an `int64`. All others are numbers as ever.
 * @throws SyntaxError
 */
export function parseExactJson(text: string): unknown {
  let blurred = false;
  const marked = text.replace(TOKENS, (token) => {
    if (token.startsWith('"') || !blurs(token)) return token;
    blurred = true;
    return `{"\\u0000number":"${token}"}`;
  });
  if (!blurred) return JSON.parse(text);
  return JSON.parse(marked, (_key, value) => (isMarked(value) ? typedNumber(value[MARK]) : value));
}

function blurs(token: string): boolean {
  const value = Number(token);
  return Number.isInteger(value) && (/[.eE]/.test(token) || !Number.isSafeInteger(value));
}

function isMarked(value: unknown): value is { readonly [MARK]: string } {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, MARK);
}

function typedNumber(token: string): Typed {
  return /[.eE]/.test(token) ? new Typed('double', Number(token)) : new Typed('int64', BigInt(token));
}
