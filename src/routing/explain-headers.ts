import { contrast, describeHeader } from './describe-value.ts';
import type { Explanation } from './explain-binding.ts';
import { type HeadersBinding, RoutedHeaders, readHeadersBinding, type WantedHeader } from './headers-binding.ts';
import type { Headers } from './typed-value.ts';
import { almostTheSame, counted, inBackticks, listed, numberWord } from './wording.ts';

/** Explains a headers binding: which headers match, or what the message has in place of the first that does not. */
export function explainHeaders(routingKey: string, bindingArguments: Headers, headers: Headers): Explanation {
  const binding = readHeadersBinding(bindingArguments);
  const { any, wanted } = binding;
  if (wanted.length === 0) return { matched: !any, reason: nothingWanted(binding, routingKey) };
  const message = new RoutedHeaders(headers);
  const [hit] = wanted.filter((header) => message.has(header));
  const misses = wanted.filter((header) => !message.has(header));
  const missed = misses.map((header) => missText(header, message, headers));
  if (any && hit !== undefined) return { matched: true, reason: `${hitText(hit, message)}${oneIsEnough(wanted.length)}` };
  if (any) return { matched: false, reason: `${noneMatched(missed)}${ignoredNote(binding)}` };
  if (misses.length === 0) return { matched: true, reason: `${allMatched(wanted, message)}${ignoredNote(binding)}` };
  return { matched: false, reason: `${missed[0]}${someMatched(wanted.length, misses.length)}` };
}

function nothingWanted({ any, ignored }: HeadersBinding, routingKey: string): string {
  const names = `the binding names no headers${ignored.length === 0 ? '' : ' that count'}`;
  const outcome = any ? 'so with x-match `any` it takes no message' : 'so it takes every message';
  const keyNote = routingKey === '' ? '' : `; a headers exchange does not look at the key ${inBackticks(routingKey)}`;
  return `${names}, ${outcome}${ignoredNote({ ignored })}${keyNote}`;
}

function ignoredNote({ ignored }: Pick<HeadersBinding, 'ignored'>): string {
  if (ignored.length === 0) return '';
  const names = `${listed(ignored.map(inBackticks))} ${ignored.length === 1 ? 'does' : 'do'}`;
  return `; ${names} not count: names with x- need x-match \`all-with-x\` or \`any-with-x\``;
}

function oneIsEnough(count: number): string {
  return count === 1 ? '' : `, and with x-match \`any\` one of the ${numberWord(count)} is enough`;
}

function noneMatched(missed: readonly string[]): string {
  if (missed.length === 1) return missed.join();
  const more = missed.length > 3 ? `; and ${numberWord(missed.length - 3)} more` : '';
  const none = missed.length === 2 ? 'neither header' : `none of the ${counted(missed.length, 'header')}`;
  return `${none} matches: ${missed.slice(0, 3).join('; ')}${more}`;
}

function someMatched(wanted: number, missing: number): string {
  if (wanted === 1) return '';
  const matching = wanted - missing;
  const hits = `${matching === 0 ? 'none' : numberWord(matching)} of the ${counted(wanted, 'header')}`;
  return ` (${hits} ${matching === 1 ? 'matches' : 'match'}, x-match \`all\` wants every one)`;
}

function allMatched(wanted: readonly WantedHeader[], message: RoutedHeaders): string {
  const [first] = wanted;
  if (wanted.length === 1 && first !== undefined) return hitText(first, message);
  const headers = wanted.length === 2 ? 'both headers' : `all ${counted(wanted.length, 'header')}`;
  return `${headers} match: ${listed(wanted.map((header) => briefHit(header, message)))}`;
}

function hitText({ name, comparable }: WantedHeader, message: RoutedHeaders): string {
  if (comparable === undefined) return `the header ${inBackticks(name)} is there, and the binding wants only its presence`;
  return `the header ${inBackticks(name)} is ${valueText(name, message)}, as the binding wants it`;
}

function briefHit({ name, comparable }: WantedHeader, message: RoutedHeaders): string {
  return `${inBackticks(name)} is ${comparable === undefined ? 'there (only presence is wanted)' : valueText(name, message)}`;
}

function valueText(name: string, message: RoutedHeaders): string {
  const value = message.get(name);
  return value === undefined ? 'missing' : describeHeader(value);
}

function missText({ name, value }: WantedHeader, message: RoutedHeaders, headers: Headers): string {
  const actual = message.get(name);
  if (actual === undefined) return absentText(name, message, headers);
  const sameName = headers.filter(([other]) => other === name).length;
  const which = sameName === 1 ? '' : ` (the last of ${numberWord(sameName)} with that name)`;
  return `the header ${inBackticks(name)}${which} is ${contrast(actual, value)}`;
}

function absentText(name: string, message: RoutedHeaders, headers: Headers): string {
  if (headers.length === 0) return `the message has no headers, the binding wants ${inBackticks(name)}`;
  if (name === 'BCC') return 'a header `BCC` never matches: the broker takes it away before it routes';
  const twin = [...message.names()].find((other) => almostTheSame(name, other) !== '');
  const hint = twin === undefined ? '' : `, only ${inBackticks(twin)}${almostTheSame(name, twin)}`;
  return `the message has no header ${inBackticks(name)}${hint}`;
}
