import { Command } from 'commander';
import type { Binding } from '../client/broker.ts';
import { fieldToJson } from '../client/field-json.ts';
import type { FieldTable } from '../client/message.ts';
import { parsePair, parsePairs } from '../client/typed-pair.ts';
import { UsageError } from '../errors.ts';
import type { ShownBinding } from '../output/binding-view.ts';
import { collect, mergeTables, parseChoice, parseName } from './options.ts';

const MATCHES = ['all', 'any', 'all-with-x', 'any-with-x'] as const;

/** The options that describe a binding. */
export interface BindingOptions {
  readonly toExchange?: boolean;
  readonly header: readonly string[];
  readonly match?: string;
  readonly arg: readonly string[];
}

/** A command with the arguments and options of `bind`, which `unbind` and `expect binding` share. */
export function bindingCommand(name: string, keys: '[routing-keys...]' | '[routing-key]', keysDescription: string): Command {
  return new Command(name)
    .argument('<exchange>', 'exchange that messages come from')
    .argument('<destination>', 'queue that they go to (exchange, with --to-exchange)')
    .argument(keys, keysDescription)
    .option('--to-exchange', 'the destination is an exchange')
    .option('-H, --header <k=v>', 'header to match, typed: n:int=1 is another than n=1 (repeatable)', collect, [])
    .option('--match <how>', 'headers exchanges: all (default), any; headers named x-… count with all-with-x, any-with-x only')
    .option('--arg <k=v>', 'any other argument of the binding (repeatable)', collect, []);
}

/** The arguments of a binding that the options name: headers, x-match and the rest in one table. Throws UsageError. */
export function bindingArguments({ header, match, arg }: BindingOptions): FieldTable {
  const how: FieldTable = match === undefined ? {} : { 'x-match': parseChoice(match, '--match', MATCHES) };
  return mergeTables([how, parsePairs(header, '-H'), parsePairs(arg, '--arg')]);
}

/** The bindings to make or remove: one for each key, one with the empty key when none is given. Throws UsageError. */
export function parseBindings(source: string, destination: string, keys: readonly string[], options: BindingOptions): Binding[] {
  const table = bindingArguments(options);
  const routingKeys = keys.length === 0 ? [''] : keys;
  const repeated = routingKeys.find((key, i) => routingKeys.indexOf(key) !== i);
  if (repeated !== undefined) throw new UsageError(`the routing key '${repeated}' is given twice`, { hint: 'give each key once' });
  return routingKeys.map((routingKey) => ({
    source: parseName(source, 'the name of the exchange', true),
    destination: parseName(destination, 'the name of the destination'),
    destinationType: options.toExchange ? 'exchange' : 'queue',
    routingKey: parseName(routingKey, 'the routing key', true),
    arguments: table,
  }));
}

/** Where a binding by headers will not do what it looks like, a line each. */
export function bindingNotes({ header, match }: BindingOptions): string[] {
  const table = Object.entries(parsePairs(header, '-H'));
  const notes = header.map(lookAlikeNote).filter((note) => note !== undefined);
  if (match?.startsWith('any') && table.length === 0) notes.push(`${match} without a header matches no message; add -H name=value`);
  const ignored = table.map(([key]) => key).filter((key) => key.startsWith('x-') && key !== 'x-match');
  if (ignored.length > 0 && !match?.endsWith('-with-x')) {
    notes.push(`${ignored.join(', ')} does not count: headers named x-… do with --match all-with-x or any-with-x only`);
  }
  return notes;
}

/** `-H n=1` is a string, which no message with the number 1 matches: says so when that may be a surprise. */
function lookAlikeNote(text: string): string | undefined {
  const [key, value] = parsePair(text, '-H');
  // who writes n:string=1 knows
  if (typeof value !== 'string' || text.startsWith(`${key}:string=`)) return undefined;
  const type = LOOKS_LIKE.find(([, pattern]) => pattern.test(value))?.[0];
  if (type === undefined) return undefined;
  const other = type === 'bool' ? `the boolean ${value}` : `the number ${value}`;
  return `${key} is the string "${value}" here, which ${other} in a message never matches; for that write -H ${key}:${type}=${value}`;
}

const LOOKS_LIKE = [
  ['int', /^-?\d+$/],
  ['float', /^-?\d+\.\d+$/],
  ['bool', /^(true|false)$/],
] as const;

/** A binding as answers show it. */
export function shownBinding(binding: Binding): ShownBinding {
  return { ...binding, arguments: fieldToJson(binding.arguments) };
}
