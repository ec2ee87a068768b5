import { isUtf8 } from 'node:buffer';

/** Octets as RabbitMQ's `~w` writes them: `<<0,255>>`. Those after the 255th are left out, as no error text has room for them. */
export function erlangOctets(octets: Buffer): string {
  return `<<${octets.subarray(0, 255).join(',')}>>`;
}

/** A frame as it stands in RabbitMQ's error texts: `type 9, all octets = <<"abc">>`. */
export function frameText(type: number, payload: Buffer): string {
  return `type ${type}, ${payload.length > 16 ? 'first 16' : 'all'} octets = ${erlangBinary(payload.subarray(0, 16))}`;
}

/** What Erlang takes for text, beside what it escapes. */
const PRINTABLE = /^[ -~\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]$/u;

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\b': '\\b',
  '\f': '\\f',
  '\x1b': '\\e',
};

/** As `~tp` writes it: as text where it looks like text, be it UTF-8 or Latin-1. */
function erlangBinary(octets: Buffer): string {
  const utf8 = isUtf8(octets);
  const characters = Array.from(octets.toString(utf8 ? 'utf8' : 'latin1'));
  const isText = characters.length > 0 && characters.every((character) => character in ESCAPES || PRINTABLE.test(character));
  if (!isText) return erlangOctets(octets);
  const text = characters.map((character) => ESCAPES[character] ?? character).join('');
  return `<<"${text}"${utf8 && characters.length < octets.length ? '/utf8' : ''}>>`;
}
