import { badRequest, Refused } from './answer.ts';

/** A JSON object. */
export type Document = Readonly<Record<string, unknown>>;

/** Truth as it may be sent, as such or as a text. @throws Refused for anything else. */
export function booleanOf(value: unknown, otherwise: boolean): boolean {
  if (value === undefined) return otherwise;
  if (typeof value === 'boolean') return value;
  if (value === 'true' || value === 'false') return value === 'true';
  throw new Refused(badRequest(['not_boolean', value]));
}

/** A text. @throws Refused for anything else. */
export function textIn(document: Document, key: string, otherwise?: string): string {
  const value = document[key] ?? otherwise;
  if (typeof value === 'string') return value;
  throw new Refused(badRequest(`${key} must be a text`));
}

/** A whole number, which may be sent as a text. @throws Refused for anything else. */
export function integerIn(document: Document, key: string): number {
  const value = document[key];
  const number = typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
  if (typeof number === 'number' && Number.isSafeInteger(number)) return number;
  throw new Refused(badRequest(['not_integer', value]));
}

/** The documents of a list; none where it is missing. @throws Refused where it is no list of documents. */
export function documentsIn(document: Document, key: string): readonly Document[] {
  const list = document[key] ?? [];
  if (Array.isArray(list) && list.every(isDocument)) return list;
  throw new Refused(badRequest(`${key} must be a list of objects`));
}

export function isDocument(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
