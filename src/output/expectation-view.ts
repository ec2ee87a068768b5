import { isUtf8 } from 'node:buffer';
import type { BindingExpectation, FoundBinding } from '../topology/expected-binding.ts';
import type { FoundExchange } from '../topology/expected-exchange.ts';
import type { FoundQueue, QueueExpectation } from '../topology/expected-queue.ts';
import type { MessageSearch } from '../topology/search-messages.ts';
import { bindingView } from './binding-view.ts';
import { countsView, messagesText } from './entity-view.ts';
import { escapeLine } from './escape.ts';

/** What was found of a queue: `queue eu has 1 ready, 0 consumers`. */
export function foundQueueView({ queue, exists, exclusive, messages, consumers, unacked }: FoundQueue): string {
  const name = escapeLine(queue);
  if (!exists) return `there is no queue ${name}`;
  if (exclusive) return `queue ${name} is exclusive to another connection, which keeps its counts from others`;
  if (messages === undefined || consumers === undefined) return `queue ${name} exists`;
  const held = unacked === undefined ? '' : `${unacked} unacknowledged, `;
  return `queue ${name} has ${held}${countsView({ messages, consumers })}`;
}

/** What was hoped for: `1 ready and 0 consumers`. */
export function expectedQueueView({ absent, ready, readyAtLeast, consumers, unacked }: QueueExpectation): string {
  if (absent) return 'no such queue';
  const parts = [
    ...(ready === undefined ? [] : [`${ready} ready`]),
    ...(readyAtLeast === undefined ? [] : [`at least ${readyAtLeast} ready`]),
    ...(unacked === undefined ? [] : [`${unacked} unacknowledged`]),
    ...(consumers === undefined ? [] : [`${consumers} ${consumers === 1 ? 'consumer' : 'consumers'}`]),
  ];
  return parts.length === 0 ? 'a queue' : parts.join(' and ');
}

/** What was found of an exchange. */
export function foundExchangeView({ exchange, exists }: FoundExchange): string {
  const name = exchange === '' ? 'the default exchange' : `exchange ${escapeLine(exchange)}`;
  return exists ? `${name} exists` : `there is no ${name}`;
}

/** What was hoped for. */
export function expectedExchangeView(absent: boolean): string {
  return absent ? 'no such exchange' : 'an exchange';
}

/** A binding that is expected: `binding from orders to queue eu with key order.eu.#`. */
export function expectedBindingView(expected: BindingExpectation, table: unknown): string {
  const { source, destination, destinationType, routingKey } = expected;
  const json = JSON.stringify(table);
  const wanted = [
    ...(routingKey === undefined ? [] : [`key ${routingKey === '' ? "''" : escapeLine(routingKey)}`]),
    ...(json === '{}' ? [] : [`arguments ${escapeLine(json)}`]),
  ];
  const from = source === '' ? 'the default exchange' : escapeLine(source);
  return `binding from ${from} to ${destinationType} ${escapeLine(destination)}${wanted.length === 0 ? '' : ` with ${wanted.join(' and ')}`}`;
}

const SHOWN = 5;

/** The bindings that are there instead, and why they are not the one. */
export function otherBindingsView(
  others: readonly { readonly binding: FoundBinding; readonly differences: readonly string[] }[],
  ascii: boolean,
): string {
  const lines = others
    .slice(0, SHOWN)
    .map(({ binding, differences }) => `  ${bindingView(binding, ascii)}: ${escapeLine(differences.join('; '))}`);
  if (others.length > SHOWN) lines.push(`  and ${others.length - SHOWN} more`);
  return lines.join('\n');
}

/** A message in a line: `routing key order.eu, body "text"`. */
export function messageLine({ routingKey, body }: { readonly routingKey: string; readonly body: Buffer }): string {
  return `${keyText(routingKey)}, ${bodyLine(body)}`;
}

/** The messages that were looked at and are not as expected, with the differences. */
export function missesView({ misses, looked, match }: MessageSearch): string {
  const lines = misses.map(({ message, differences }, i) => {
    // what differs is not said twice
    const differs = (what: string) => differences.some((text) => text.startsWith(`${what} is `));
    const said = [...(differs('routing key') ? [] : [keyText(message.routingKey)]), ...(differs('body') ? [] : [bodyLine(message.body)])];
    return `  ${i + 1}. ${said.length === 0 ? '' : `${said.join(', ')}: `}${escapeLine(differences.join('; '))}`;
  });
  const more = looked - misses.length - (match === undefined ? 0 : 1);
  if (more > 0) lines.push(`  and ${messagesText(more)} more`);
  return lines.join('\n');
}

function keyText(key: string): string {
  return `routing key ${key === '' ? "''" : escapeLine(key)}`;
}

function bodyLine(body: Buffer): string {
  if (!isUtf8(body)) return `body of ${body.length} bytes that are not text`;
  const text = body.toString('utf8');
  const short = [...text].slice(0, 60).join('');
  return `body ${escapeLine(short.length < text.length ? `${JSON.stringify(short)}… (${body.length} bytes)` : JSON.stringify(text))}`;
}

/** What a search that went as hoped has found. */
export function foundMessageView({ queue, looked, match }: MessageSearch): string {
  if (match === undefined) return `no message in queue ${escapeLine(queue)} is like this (looked at ${messagesText(looked)})`;
  return `queue ${escapeLine(queue)} has a message with ${messageLine(match)}`;
}

/** What a search that failed has found. */
export function unmetMessageView({ queue, exists, looked, match, misses, cut }: MessageSearch): string {
  const name = escapeLine(queue);
  if (!exists) return `there is no queue ${name} to look into`;
  if (match !== undefined) return `queue ${name} has such a message: ${messageLine(match)}`;
  if (cut === 'too-many') return `none of the first ${messagesText(looked)} in queue ${name} is like this, and no more are held at a time`;
  if (cut === 'delivery-limit') {
    return `no message so far in queue ${name} is like this (looked at ${messagesText(looked)}); the last is near its delivery limit`;
  }
  // what they are like instead comes below
  if (looked === 0) return `queue ${name} is empty`;
  return `no message in queue ${name} is like this (looked at ${messagesText(looked)})${misses.length > 0 ? ':' : ''}`;
}
