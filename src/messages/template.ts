import { randomInt, randomUUID } from 'node:crypto';
import type { Clock } from '../client/clock.ts';
import { UsageError } from '../errors.ts';

/** Makes a text from a message's number, which counts from 1. */
export type Template = (n: number) => string;

/**
 * Parses a text with `{{n}}` (the message's number), `{{uuid}}`, `{{now}}` (ISO 8601, UTC) and `{{random 1 6}}` (a whole number, both
 * ends included). Anything else in double braces is a UsageError.
 */
export function parseTemplate(text: string, clock: Clock): Template {
  const parts: Template[] = [];
  let end = 0;
  for (const match of text.matchAll(/\{\{\s*(.*?)\s*\}\}/g)) {
    const literal = text.slice(end, match.index);
    parts.push(() => literal, parseExpression(match[1] as string, clock));
    end = match.index + match[0].length;
  }
  const tail = text.slice(end);
  return (n) => parts.map((part) => part(n)).join('') + tail;
}

function parseExpression(expression: string, clock: Clock): Template {
  if (expression === 'n') return String;
  if (expression === 'uuid') return () => randomUUID();
  if (expression === 'now') return () => new Date(clock.now()).toISOString();
  const random = /^random\s+(-?\d+)\s+(-?\d+)$/.exec(expression);
  if (random === null) {
    throw new UsageError(`--template: '{{${expression}}}' is not known`, { hint: 'write {{n}}, {{uuid}}, {{now}} or {{random 1 6}}' });
  }
  const [low, high] = [Number(random[1]), Number(random[2])];
  // what randomInt can choose from
  if (low > high || high - low >= 2 ** 48 - 1 || !Number.isSafeInteger(low) || !Number.isSafeInteger(high + 1)) {
    throw new UsageError(`--template: '{{${expression}}}' has no whole number to choose from`, { hint: 'write {{random LOW HIGH}}' });
  }
  return () => String(randomInt(low, high + 1));
}
