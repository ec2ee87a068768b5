import { Option } from 'commander';
import type { FieldTable } from '../client/message.ts';
import { UsageError } from '../errors.ts';
import { closest } from '../suggest.ts';
import { parseDuration } from '../values.ts';

/** Gathers the values of a repeatable option; its default is `[]`. */
export function collect(value: string, previous: readonly string[]): string[] {
  return [...previous, value];
}

/** Examples for `addHelpText('after', …)`: command lines with what each is for. */
export function examples(lines: readonly (readonly [commandLine: string, meaning: string])[]): string {
  const width = Math.max(...lines.map(([commandLine]) => commandLine.length));
  const fits = width <= 60;
  const rows = lines.map(([commandLine, meaning]) =>
    fits ? `  ${commandLine.padEnd(width)}  ${meaning}` : `  # ${meaning}\n  ${commandLine}`,
  );
  return `\nExamples:\n${rows.join('\n')}\n`;
}

/** One of a few words; another one is a UsageError that says which there are. `what` names the option. */
export function parseChoice<T extends string>(text: string, what: string, choices: readonly T[]): T {
  const choice = choices.find((candidate) => candidate === text);
  if (choice !== undefined) return choice;
  const meant = closest(text, choices);
  const question = meant === undefined ? '' : `: did you mean ${meant}?`;
  throw new UsageError(`${what}: '${text}' is not known${question}`, { hint: `give ${listOf(choices)}` });
}

/**
 * The name of a queue or exchange, or a routing key: AMQP allows 255 bytes. `what` says which it is; only where `mayBeEmpty` is true
 * may it be `''`.
 */
export function parseName(text: string, what: string, mayBeEmpty = false): string {
  if (text === '' && !mayBeEmpty) throw new UsageError(`${what} is empty`, { hint: 'give a name' });
  const bytes = Buffer.byteLength(text);
  if (bytes > 255) throw new UsageError(`${what} has ${bytes} bytes; AMQP takes 255`, { hint: 'give a shorter one' });
  return text;
}

/** A duration in milliseconds. Bare digits are refused, as everywhere: RabbitMQ's own arguments count milliseconds, people seconds. */
export function parseMilliseconds(text: string, what: string): number {
  if (/^\d+$/.test(text) && Number(text) !== 0) {
    throw new UsageError(`${what}: '${text}' has no unit`, { hint: `give ${text}ms or ${text}s (also 2m, 1h)` });
  }
  return parseDuration(text, what);
}

/** Lays tables together. A key that two of them have is a UsageError: nobody could say which counts. */
export function mergeTables(tables: readonly FieldTable[]): FieldTable {
  const merged = new Map<string, FieldTable[string]>();
  for (const [key, value] of tables.flatMap((table) => Object.entries(table))) {
    if (merged.has(key))
      throw new UsageError(`the argument ${key} is given twice`, { hint: 'give it once: by its own option, or by --arg' });
    merged.set(key, value);
  }
  return Object.fromEntries(merged);
}

function listOf(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

/** An option that works but is not shown: another tool's name for one of ours. */
export function hidden(flags: string): Option {
  return new Option(flags).hideHelp();
}
