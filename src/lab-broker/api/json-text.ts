const MARK = '\u0000number:';

/** A double as a document holds it. RabbitMQ writes 1.0 for it, which `JSON.stringify` cannot; `jsonText` does. */
export function doubleValue(value: number): number | string {
  return Number.isInteger(value) ? `${MARK}${erlangDouble(String(value))}` : value;
}

/** A whole number as a document holds it: `JSON.stringify` would round one beyond 2^53. */
export function integerValue(value: bigint): number | string {
  return Number.isSafeInteger(Number(value)) ? Number(value) : `${MARK}${value}`;
}

/** A document as RabbitMQ's JSON: doubles can be told from integers, and no integer is rounded. */
export function jsonText(document: unknown): string {
  const text = JSON.stringify(document);
  return text.includes('\\u0000number:') ? text.replace(/"\\u0000number:(-?\d+(?:\.\d+)?(?:e\d+)?)"/g, '$1') : text;
}

/** `1` → `1.0`, `1e+21` → `1.0e21`, as Erlang writes them. */
function erlangDouble(text: string): string {
  const [digits = '', exponent] = text.split('e+');
  return `${digits.includes('.') ? digits : `${digits}.0`}${exponent === undefined ? '' : `e${exponent}`}`;
}
