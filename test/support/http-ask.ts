import { request } from 'node:http';

/** A request to a management API. */
export interface Question {
  /** GET unless said. */
  readonly method?: string;
  readonly path: string;
  /** Sent as JSON; a text as it is. */
  readonly body?: unknown;
  /** `user:password`, guest unless said; null sends none. */
  readonly auth?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What came back. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  /** The parsed JSON; the text when it is none; undefined when it is empty. */
  readonly body: unknown;
}

/** Asks on a connection of its own. Rejects when the connection breaks, or nothing comes within 10 s. */
export function ask(api: string, { method = 'GET', path, body, auth = 'guest:guest', headers = {} }: Question): Promise<HttpAnswer> {
  const { hostname, port } = new URL(api);
  const payload = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const outgoing = request({
      host: hostname,
      port,
      method,
      path,
      agent: false,
      ...(auth === null ? {} : { auth }),
      headers: {
        ...(payload === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }),
        ...headers,
      },
    });
    outgoing.setTimeout(10_000, () => outgoing.destroy(new Error(`no answer to ${method} ${path}`)));
    outgoing.on('error', reject);
    outgoing.on('response', (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('error', reject);
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: text === '' ? undefined : parsed(text) });
      });
    });
    outgoing.end(payload);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
