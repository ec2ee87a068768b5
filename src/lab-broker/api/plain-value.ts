import { isUtf8 } from 'node:buffer';
import type { Field, Table } from '../wire/field.ts';
import { doubleValue, integerValue } from './json-text.ts';

/** A table as JSON; types get lost, as they do in RabbitMQ's API. */
export function plainTable(table: Table): Record<string, unknown> {
  return Object.fromEntries(table.map(([name, field]) => [name, plainValue(field)]));
}

function plainValue(field: Field): unknown {
  switch (field.type) {
    case 'longstr':
    case 'binary':
      return isUtf8(field.value) ? field.value.toString() : `Not UTF-8, base64 is: ${field.value.toString('base64')}`;
    case 'long':
    case 'timestamp':
      return integerValue(field.value);
    case 'table':
      return plainTable(field.value);
    case 'array':
      return field.value.map(plainValue);
    case 'float':
    case 'double':
      return doubleValue(field.value);
    case 'void':
      return 'undefined';
    case 'decimal':
      // as RabbitMQ shows it: 3.14, which is 314 with a scale of 2, becomes 2.314
      return Number(`${field.value.scale}.${field.value.unscaled}`);
    default:
      return field.value;
  }
}
