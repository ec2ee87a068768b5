import { isUtf8 } from 'node:buffer';

/**
 * Texts of at most 255 octets: names, keys, tags, the names of a table's fields. RabbitMQ looks at most of them as octets and lets
 * through what is not UTF-8, so such octets must survive as well: an octet that is no part of valid UTF-8 becomes the lone
 * surrogate U+DC00 + octet, which stands for nothing else, and goes back to that octet when it is written.
 */

const ESCAPE = 0xdc00;

/** The text of `length` octets at `at`, all of which must be there. */
export function textAt(bytes: Buffer, at: number, length: number): string {
  if (length === 0) return '';
  const end = at + length;
  for (let i = at; i < end; i++) if ((bytes[i] as number) > 127) return beyondAscii(bytes.subarray(at, end));
  return bytes.toString('latin1', at, end);
}

/** Whether these octets are UTF-8. */
export function isUtf8At(bytes: Buffer, at: number, length: number): boolean {
  const end = at + length;
  for (let i = at; i < end; i++) if ((bytes[i] as number) > 127) return isUtf8(bytes.subarray(at, end));
  return true;
}

function beyondAscii(octets: Buffer): string {
  if (isUtf8(octets)) return octets.toString();
  let text = '';
  for (let at = 0; at < octets.length; ) {
    const sequence = octets.subarray(at, at + sequenceLength(octets[at] as number));
    const valid = isUtf8(sequence);
    text += valid ? sequence.toString() : String.fromCharCode(ESCAPE + (octets[at] as number));
    at += valid ? sequence.length : 1;
  }
  return text;
}

function sequenceLength(lead: number): number {
  if (lead < 0xc0) return 1;
  if (lead < 0xe0) return 2;
  return lead < 0xf0 ? 3 : 4;
}

/**
 * How many octets the text takes, without the octet of its length.
 * @throws RangeError when these are more than 255.
 */
export function shortTextSize(text: string): number {
  const size = isAscii(text) ? text.length : octetsOf(text).length;
  if (size > 255) throw new RangeError(`a text of ${size} octets, where the protocol allows 255: ${text.slice(0, 40)}…`);
  return size;
}

/** Writes the octet of the length and the text; answers where it ends. `size` is its `shortTextSize`. */
export function writeShortText(bytes: Buffer, at: number, text: string): number {
  const start = at + 1;
  const { length } = text;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code > 127) return writeOctets(bytes, at, octetsOf(text));
    bytes[start + i] = code;
  }
  bytes[at] = length;
  return start + length;
}

function writeOctets(bytes: Buffer, at: number, octets: Buffer): number {
  bytes[at] = octets.length;
  bytes.set(octets, at + 1);
  return at + 1 + octets.length;
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return false;
  return true;
}

function octetsOf(text: string): Buffer {
  const parts: Buffer[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    const escaped = code > ESCAPE + 127 && code <= ESCAPE + 255;
    parts.push(escaped ? Buffer.of(code - ESCAPE) : Buffer.from(character));
  }
  return Buffer.concat(parts);
}
