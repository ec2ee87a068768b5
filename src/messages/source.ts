import { parseEnvelope } from '../client/envelope.ts';
import type { Message } from '../client/message.ts';
import { LabError, UsageError } from '../errors.ts';
import { splitLines } from './lines.ts';

/** Messages in the order in which they are to be sent, in batches as they come in. */
export type Source = AsyncIterable<readonly Message[]> | Iterable<readonly Message[]>;

/** A message `count` times; `expand` answers what differs in each, from its number (from 1 on). */
export function* repeatedBody(message: Message, count: number, expand?: (n: number) => Partial<Message>): Iterable<readonly Message[]> {
  for (let n = 1; n <= count; n++) yield [expand === undefined ? message : { ...message, ...expand(n) }];
}

/**
 * One message a line; the delimiter is not part of it, and an end without one ends the last line. A line of which `toMessage` makes
 * none ends the source, as in `envelopesOf`.
 */
export async function* linesOf(
  stream: AsyncIterable<Buffer>,
  delimiter: Buffer,
  toMessage: (line: Buffer, n: number) => Message,
): AsyncIterable<readonly Message[]> {
  let n = 0;
  for await (const lines of splitLines(stream, delimiter)) {
    const messages: Message[] = [];
    try {
      for (const line of lines) messages.push(toMessage(line, ++n));
    } catch (cause) {
      if (messages.length > 0) yield messages;
      throw inLine(n, cause);
    }
    yield messages;
  }
}

/** What a flag says in place of an envelope's own fields. */
export type Override = (message: Partial<Message> & Pick<Message, 'properties' | 'body'>) => Message;

/**
 * One envelope a line (NDJSON); blank lines are skipped. A line that is none ends the source with a UsageError naming the line; the
 * messages before it are still yielded.
 */
export async function* envelopesOf(stream: AsyncIterable<Buffer>, override: Override): AsyncIterable<readonly Message[]> {
  let number = 0;
  for await (const lines of splitLines(stream, Buffer.from('\n'))) {
    const messages: Message[] = [];
    for (const line of lines) {
      number++;
      if (isBlank(line)) continue;
      try {
        messages.push(override(parseEnvelope(line.toString('utf8'))));
      } catch (cause) {
        if (messages.length > 0) yield messages;
        throw inLine(number, cause);
      }
    }
    if (messages.length > 0) yield messages;
  }
}

/** The failure of one line, with the line's number. */
function inLine(number: number, cause: unknown): unknown {
  if (!(cause instanceof LabError)) return cause;
  return new UsageError(`line ${number}: ${cause.message}`, { cause, ...(cause.hint === undefined ? {} : { hint: cause.hint }) });
}

function isBlank(line: Buffer): boolean {
  for (const byte of line) if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) return false;
  return true;
}
