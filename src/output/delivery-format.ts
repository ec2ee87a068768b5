import type { Delivery, FieldValue, Properties } from '../client/message.ts';
import { UsageError } from '../errors.ts';
import { deliveryView } from './delivery-view.ts';

/** What decides how deliveries are written. */
export interface DeliveryDisplay {
  readonly json: boolean;
  readonly raw?: boolean;
  readonly format?: string;
  readonly isTerminal: boolean;
  readonly color: boolean;
  readonly ascii: boolean;
}

/** How values become text: this room shows data and knows no formats but its own. */
export interface ValueFormats {
  readonly envelope: (delivery: Delivery) => string;
  readonly fieldValue: (value: FieldValue) => string;
  /** The names of all properties. */
  readonly propertyNames: readonly (keyof Properties)[];
}

/** Writes a delivery as the bytes that go to stdout. */
export type DeliveryFormat = (delivery: Delivery) => string | Buffer;

const NEWLINE = Buffer.from('\n');

/**
 * `--json`: an envelope a line; `--raw`: the body's bytes and nothing else; `--format`: a template and a newline; else, on a
 * terminal, a readable block; in a pipe the body and a newline. Throws UsageError when two of them are asked for.
 */
export function createDeliveryFormat(display: DeliveryDisplay, formats: ValueFormats): DeliveryFormat {
  const { json, raw, format } = display;
  if ([json, raw, format !== undefined].filter(Boolean).length > 1) {
    throw new UsageError('--json, --raw and --format exclude each other', { hint: 'give one of them' });
  }
  if (json) return (delivery) => `${formats.envelope(delivery)}\n`;
  if (raw) return (delivery) => delivery.body;
  if (format !== undefined) return parseFormat(format, formats);
  if (display.isTerminal) return (delivery) => deliveryView(delivery, display, formats);
  return (delivery) => Buffer.concat([delivery.body, NEWLINE]);
}

const FIELDS: Readonly<Record<string, (delivery: Delivery) => string | Buffer>> = {
  body: (delivery) => delivery.body,
  exchange: (delivery) => delivery.exchange,
  routingKey: (delivery) => delivery.routingKey,
  redelivered: (delivery) => String(delivery.redelivered),
  size: (delivery) => String(delivery.body.length),
  properties: ({ properties: { headers: _apart, ...properties } }) => JSON.stringify(properties),
};

function parseFormat(text: string, formats: ValueFormats): DeliveryFormat {
  const template = text.replace(/\\([ntr0\\])/g, (_, letter: string) => ({ n: '\n', t: '\t', r: '\r', '0': '\0' })[letter] ?? letter);
  const parts: DeliveryFormat[] = [];
  let end = 0;
  for (const match of template.matchAll(/\{\{\s*(.*?)\s*\}\}/g)) {
    const literal = template.slice(end, match.index);
    parts.push(() => literal, fieldOf(match[1] as string, formats));
    end = match.index + match[0].length;
  }
  const tail = `${template.slice(end)}\n`;
  parts.push(() => tail);
  return (delivery) => Buffer.concat(parts.map((part) => Buffer.from(part(delivery) as string)));
}

function fieldOf(name: string, formats: ValueFormats): DeliveryFormat {
  if (name === 'json') return formats.envelope;
  const field = Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined;
  if (field !== undefined) return field;
  const property = formats.propertyNames.find((candidate) => candidate === name && candidate !== 'headers');
  if (property !== undefined) return ({ properties }) => String(properties[property] ?? '');
  const header = /^header\s+(.+)$/.exec(name)?.[1];
  if (header === undefined) {
    throw new UsageError(`--format: '{{${name}}}' is not known`, {
      hint: `write ${[...Object.keys(FIELDS), 'json', ...formats.propertyNames.filter((known) => known !== 'headers')].map((known) => `{{${known}}}`).join(' ')} or {{header NAME}}`,
    });
  }
  return ({ properties }) => {
    const { headers = {} } = properties;
    return Object.hasOwn(headers, header) ? formats.fieldValue(headers[header] as FieldValue) : '';
  };
}
