import { comparableInBinding, comparableInMessage } from './comparable-value.ts';
import type { Headers, TypedValue } from './typed-value.ts';

/** One header that a binding looks for. */
export interface WantedHeader {
  readonly name: string;
  readonly value: TypedValue;
  /** What the header's value is compared with; undefined when it need only be there. */
  readonly comparable: string | undefined;
}

/** What the arguments of a binding to a headers exchange say. */
export interface HeadersBinding {
  /** One match is enough (`any`, `any-with-x`); otherwise all must match, which also holds when none is wanted. */
  readonly any: boolean;
  /** In the order of the arguments. A name may be wanted twice. */
  readonly wanted: readonly WantedHeader[];
  /** Names that are left out of account: those with `x-`, unless x-match says otherwise. x-match itself is not among them. */
  readonly ignored: readonly string[];
}

/** Reads a binding's arguments. An x-match that is none of the four values counts as `all`; the broker refuses it when binding. */
export function readHeadersBinding(args: Headers): HeadersBinding {
  const mode = xMatch(args);
  const withX = mode.endsWith('-with-x');
  const named = args.filter(([name]) => name !== 'x-match');
  const counts = ([name]: Headers[number]) => withX || !name.startsWith('x-');
  return {
    any: mode.startsWith('any'),
    wanted: named.filter(counts).map(([name, value]) => ({
      name,
      value,
      comparable: value.type === 'void' ? undefined : comparableInBinding(value),
    })),
    ignored: named.filter((pair) => !counts(pair)).map(([name]) => name),
  };
}

function xMatch(args: Headers): string {
  const first = args.find(([name]) => name === 'x-match')?.[1];
  const text = first?.type === 'longstr' ? (first.value as Buffer).toString() : '';
  return text === 'any' || text === 'any-with-x' || text === 'all-with-x' ? text : 'all';
}

/** A message's headers as a headers exchange sees them: of several with one name the last, and no BCC, which the broker takes away. */
export class RoutedHeaders {
  readonly #values = new Map<string, TypedValue>();
  readonly #comparables = new Map<string, string>();

  constructor(headers: Headers) {
    for (const [name, value] of headers) this.#values.set(name, value);
    this.#values.delete('BCC');
  }

  names(): Iterable<string> {
    return this.#values.keys();
  }

  get(name: string): TypedValue | undefined {
    return this.#values.get(name);
  }

  /** What is compared of that header; undefined when there is none. */
  comparable(name: string): string | undefined {
    const known = this.#comparables.get(name);
    if (known !== undefined) return known;
    const value = this.#values.get(name);
    if (value === undefined) return undefined;
    const text = comparableInMessage(value);
    this.#comparables.set(name, text);
    return text;
  }

  has(wanted: WantedHeader): boolean {
    if (wanted.comparable === undefined) return this.#values.has(wanted.name);
    return this.comparable(wanted.name) === wanted.comparable;
  }
}
