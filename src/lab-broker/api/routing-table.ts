import type { Route } from './request.ts';

/** The routes of one path, by method, with the parts of the path that they name. */
export interface Hit {
  readonly routes: ReadonlyMap<string, Route>;
  readonly params: Readonly<Record<string, string>>;
}

/** Finds routes by path: undefined when there is none, `malformed` when a `%` is followed by no two hexadecimal digits. */
export function createRoutingTable(routes: readonly Route[]): (path: string) => Hit | 'malformed' | undefined {
  const byPath = new Map<string, { readonly parts: readonly string[]; readonly routes: Map<string, Route> }>();
  for (const route of routes) {
    const known = byPath.get(route.path) ?? { parts: route.path.split('/'), routes: new Map<string, Route>() };
    known.routes.set(route.method, route);
    byPath.set(route.path, known);
  }
  const table = [...byPath.values()];
  return (path) => {
    if (/%(?![\da-f]{2})/i.test(path)) return 'malformed';
    // a slash at the end says nothing
    const parts = path
      .replace(/(?<=.)\/$/, '')
      .split('/')
      .map(decode);
    for (const entry of table) {
      const params = match(entry.parts, parts);
      if (params !== undefined) return { routes: entry.routes, params };
    }
    return undefined;
  };
}

/** What may be asked of a path, for the header `Allow`. */
export function allowed({ routes }: Hit): string {
  const methods = ['GET', 'PUT', 'DELETE', 'POST'].filter((method) => routes.has(method));
  return [...(routes.has('GET') ? ['HEAD'] : []), ...methods, 'OPTIONS'].join(', ');
}

function match(pattern: readonly string[], parts: readonly (string | undefined)[]): Record<string, string> | undefined {
  if (pattern.length !== parts.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const part = parts[index];
    if (part === undefined) return undefined;
    if (expected.startsWith(':')) params[expected.slice(1)] = part;
    else if (part !== expected) return undefined;
  }
  return params;
}

/** Undefined for what is no UTF-8: nothing has such a name. */
function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
