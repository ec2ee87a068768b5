/** Turns a JSON value into what it should be; throws Damage, which names the `path`, where it is something else. */
export type Check<T> = (value: unknown, path: string) => T;

/** What is wrong in a document, and where. */
export class Damage extends Error {
  constructor(path: string, wanted: string) {
    super(`${path === '' ? 'the document' : path} is not ${wanted}`);
  }
}

/** A number from 0 up. */
export const amount: Check<number> = (value, path) => {
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
  throw new Damage(path, 'a number from 0 up');
};

/** A whole number from 0 up. */
export const count: Check<number> = (value, path) => {
  if (Number.isSafeInteger(value)) return amount(value, path);
  throw new Damage(path, 'a whole number from 0 up');
};

export const text: Check<string> = (value, path) => {
  if (typeof value === 'string') return value;
  throw new Damage(path, 'text');
};

export const flag: Check<boolean> = (value, path) => {
  if (typeof value === 'boolean') return value;
  throw new Damage(path, 'true or false');
};

/** One of a few words. */
export function oneOf<const T extends readonly string[]>(words: T): Check<T[number]> {
  return (value, path) => {
    const found = words.find((word) => word === value);
    if (found !== undefined) return found;
    throw new Damage(path, `one of ${words.join(', ')}`);
  };
}

/** What may be absent, or null. */
export function maybe<T>(check: Check<T>): Check<T | undefined> {
  return (value, path) => (value === undefined || value === null ? undefined : check(value, path));
}

export function listOfAll<T>(check: Check<T>): Check<readonly T[]> {
  return (value, path) => {
    if (Array.isArray(value)) return value.map((one, i) => check(one, `${path}[${i}]`));
    throw new Damage(path, 'a list');
  };
}

/** An object with these fields; others are left out, and those that are absent are no keys of it. */
export function fields<T extends object>(checks: { readonly [K in keyof T]-?: Check<T[K]> | Check<T[K] | undefined> }): Check<T> {
  return (value, path) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Damage(path, 'an object');
    const given = value as Readonly<Record<string, unknown>>;
    const entries = (Object.entries(checks) as [string, Check<unknown>][]).map(([name, check]) => {
      const field = Object.hasOwn(given, name) ? given[name] : undefined;
      return [name, check(field, path === '' ? name : `${path}.${name}`)] as const;
    });
    return Object.fromEntries(entries.filter(([, field]) => field !== undefined)) as T;
  };
}
