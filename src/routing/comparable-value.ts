import type { Headers, TypedValue } from './typed-value.ts';

/**
 * What a headers exchange compares of a message's header: two values match when these texts are equal. The type is lost, the kind
 * is not: integers of all widths are equal by value, float and double too, longstr and binary by their bytes; a number and a text
 * or an integer and a double never. Inside arrays and tables the types count as well, and so does the order.
 */
export function comparableInMessage(value: TypedValue): string {
  // RabbitMQ 4 turns the seconds of a header into milliseconds, but not those of a binding.
  return value.type === 'timestamp' ? `i${(value.value as bigint) * 1000n}` : comparable(value);
}

/** The same of a value that a binding wants. */
export function comparableInBinding(value: TypedValue): string {
  return comparable(value);
}

/** Equal for two bindings' arguments exactly if RabbitMQ takes them for the same: types count, the order of the names does not. */
export function argumentsIdentity(args: Headers): string {
  if (args.length === 0) return '[]';
  return nested({ type: 'table', value: args.toSorted(([a], [b]) => (a < b ? -1 : Number(a > b))) });
}

function comparable(value: TypedValue): string {
  return value.type === 'array' || value.type === 'table' ? nested(value) : scalar(value);
}

function scalar({ type, value }: TypedValue): string {
  switch (type) {
    case 'longstr':
    case 'binary':
      return `s${(value as Buffer).toString('latin1')}`;
    case 'bool':
      return `b${value}`;
    case 'float':
    case 'double':
      return Object.is(value, -0) ? 'f-0' : `f${value}`;
    case 'decimal': {
      const { scale, unscaled } = value as { readonly scale: number; readonly unscaled: number };
      return `d${scale},${unscaled}`;
    }
    case 'void':
      return 'v';
    default:
      return `i${value}`;
  }
}

/** Not recursive, since a table may be nested as deep as a frame is long. Each part tells its own length, so no two values share a text. */
function nested(outermost: TypedValue): string {
  const text: string[] = [];
  const ahead: (TypedValue | string)[] = [outermost];
  for (let next = ahead.pop(); next !== undefined; next = ahead.pop()) {
    if (typeof next === 'string') text.push(next);
    else if (next.type === 'array') {
      const items = next.value as readonly TypedValue[];
      text.push('[');
      ahead.push(']');
      for (let i = items.length - 1; i >= 0; i--) pushTyped(ahead, items[i] as TypedValue);
    } else if (next.type === 'table') {
      const pairs = next.value as Headers;
      text.push('[');
      ahead.push(']');
      for (let i = pairs.length - 1; i >= 0; i--) {
        const [name, value] = pairs[i] as Headers[number];
        pushTyped(ahead, value);
        ahead.push(`${name.length}:${name}`);
      }
    } else {
      const inner = scalar(next);
      text.push(`${inner.length}:${inner}`);
    }
  }
  return text.join('');
}

/** The stack is read from its end: first the type, then the value. */
function pushTyped(ahead: (TypedValue | string)[], value: TypedValue): void {
  ahead.push(value, `${value.type} `);
}
