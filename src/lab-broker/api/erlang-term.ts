/** A JSON value as RabbitMQ prints it in its texts, which Erlang would break into lines where it is long. */
export function termOf(value: unknown): string {
  if (typeof value === 'string') return `<<"${value}">>`;
  if (Array.isArray(value)) return `[${value.map(termOf).join(',')}]`;
  if (typeof value === 'object' && value !== null)
    return `#{${entriesOf(value)
      .map(([key, item]) => `${key} => ${item}`)
      .join(',')}}`;
  return String(value);
}

/** An object as a list of pairs, in the order of their names. */
export function pairsOf(value: Readonly<Record<string, unknown>>): string {
  return `[${entriesOf(value)
    .map(([key, item]) => `{${key},${item}}`)
    .join(',')}]`;
}

function entriesOf(value: object): (readonly [string, string])[] {
  const names = Object.keys(value).sort();
  return names.map((name) => [termOf(name), termOf((value as Readonly<Record<string, unknown>>)[name])]);
}
