import { REFERENCE_VERSION } from '../greeting.ts';
import type { Answer } from './answer.ts';
import type { RawRequest } from './dispatch.ts';
import type { Route } from './request.ts';

interface Ports {
  readonly amqp: number;
  readonly api: number;
}

/** Where a browser looks first, and where RabbitMQ describes its API. */
const PAGES = ['/', '/index.html', '/api/index.html'];
/** RabbitMQ sends these on to the description. */
const MOVED = ['/api', '/api/'];

/** Answers whoever looks with a browser: what this is, and what can be asked. Undefined for every other path. */
export function createWelcome(
  routes: readonly Route[],
  ports: Ports,
): (request: Pick<RawRequest, 'method' | 'target'>) => Answer | undefined {
  let page: string | undefined;
  return ({ method, target }) => {
    const [path = ''] = target.split('?', 1);
    if (method !== 'GET' && method !== 'HEAD') return undefined;
    if (MOVED.includes(path)) return { status: 301, headers: { location: '/api/index.html' } };
    if (!PAGES.includes(path)) return undefined;
    page ??= pageOf(routes, ports);
    return { status: 200, page };
  };
}

function pageOf(routes: readonly Route[], { amqp, api }: Ports): string {
  const methods = new Map<string, string[]>();
  for (const { path, method } of routes) methods.set(path, [...(methods.get(path) ?? []), method]);
  const rows = [...methods]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, allowed]) => `<tr><td>${linked(path, allowed)}<td>${allowed.join(' ')}`);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>lab broker</title>
<style>body { font: 1rem/1.5 sans-serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem } td { padding-right: 2rem }</style>
<h1>This is a lab broker</h1>
<p>An AMQP 0-9-1 broker of rmq-lab, for learning and for tests. It behaves as RabbitMQ ${REFERENCE_VERSION}, keeps to this machine, and
listens for clients at <code>amqp://guest:guest@127.0.0.1:${amqp}</code>.
<p>It has RabbitMQ's management API, and <b>no web pages</b> as RabbitMQ has. To look at it, type:
<pre>
rmq-lab topology                # exchanges, bindings and queues
rmq-lab broker logs --follow    # what happens, in words
curl -u guest:guest http://127.0.0.1:${api}/api/queues
</pre>
<h2>What can be asked here</h2>
<p>As user <code>guest</code>, password <code>guest</code>, unless there are others. The virtual host <code>/</code> is <code>%2F</code>
in a path.
<table>
${rows.join('\n')}
</table>
`;
}

/** As a link, if a browser can ask for it as it stands. */
function linked(path: string, methods: readonly string[]): string {
  return methods.includes('GET') && !path.includes(':') ? `<a href="${path}">${path}</a>` : path.replace(/:\w+/g, '<i>$&</i>');
}
