import { isUtf8 } from 'node:buffer';
import type { Delivery, Properties } from '../client/message.ts';
import type { ValueFormats } from './delivery-format.ts';
import { escapeLine, escapeText } from './escape.ts';
import { createStyle } from './style.ts';

/** How a delivery is shown to a person: where it came from, what it bears, its body. */
export function deliveryView(
  delivery: Delivery,
  display: { readonly color: boolean; readonly ascii: boolean },
  formats: ValueFormats,
): string {
  const style = createStyle(display.color);
  const { exchange, routingKey, redelivered, properties, body } = delivery;
  const arrow = display.ascii ? '->' : '→';
  const from = exchange === '' ? '(default exchange)' : escapeLine(exchange);
  const flags = [redelivered ? 'redelivered' : '', properties.deliveryMode === 2 ? 'persistent' : 'transient'].filter(
    (flag) => flag !== '',
  );
  const head = `${style.bold(`${from} ${arrow} ${escapeLine(routingKey) || "''"}`)}  ${style.dim(`${flags.join(', ')}, ${bytesText(body.length)}`)}`;
  const lines = [head, ...propertyLines(properties, formats).map(([name, value]) => `  ${style.cyan(name)}: ${escapeLine(value)}`)];
  return `${lines.join('\n')}\n${bodyText(body)}\n`;
}

function propertyLines({ headers, deliveryMode: _shown, ...properties }: Properties, formats: ValueFormats): [string, string][] {
  const own = Object.entries(properties).map(([name, value]): [string, string] => [kebab(name), propertyText(name, value)]);
  const table = Object.entries(headers ?? {}).map(([name, value]): [string, string] => [
    `header ${escapeLine(name)}`,
    formats.fieldValue(value),
  ]);
  return [...own, ...table];
}

function propertyText(name: string, value: string | number): string {
  if (name === 'timestamp' && typeof value === 'number' && value < 2 ** 38) return new Date(value * 1000).toISOString();
  return name === 'expiration' ? `${value} ms` : String(value);
}

/** A body as a person may see it: nothing in it moves a terminal's cursor. */
export function bodyText(body: Buffer): string {
  if (body.length === 0) return '(empty body)';
  if (!isUtf8(body)) return `(${bytesText(body.length)} that are not text; --raw or --json gives them)`;
  return escapeText(body.toString('utf8'));
}

function bytesText(length: number): string {
  return length === 1 ? '1 byte' : `${length} bytes`;
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
