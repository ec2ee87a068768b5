import { LabError } from '../errors.ts';
import { translateFailure } from './failure.ts';

/** The management HTTP API of a broker, with the broker's own credentials. */
export interface Management {
  /** Its base address, without credentials. */
  readonly address: string;
  /** GETs `path` (which begins with `/api/`) and answers the parsed JSON; undefined for 404. `parse`: JSON.parse, or one that keeps more. */
  get<T>(path: string, parse?: (text: string) => unknown): Promise<T | undefined>;
  /** PUTs a JSON document. */
  put(path: string, body?: unknown): Promise<void>;
  /** DELETEs; what is not there is not an error. */
  delete(path: string): Promise<void>;
}

/** What a management client needs to know. */
export interface ManagementOptions {
  /** `http(s)://host:port` without credentials or a slash at its end. */
  readonly address: string;
  readonly username: string;
  readonly password: string;
  /** Milliseconds for one request. */
  readonly timeout: number;
  /** Contents of the CA file, for https. */
  readonly ca?: Buffer;
  /** False accepts any certificate. */
  readonly verify?: boolean;
}

/**
 * A client of the management API. Every failure is a LabError: unreachable (5), 401 and 403 (access refused, 4), other
 * statuses (refused, 6) with the broker's reason.
 */
export function createManagement(options: ManagementOptions): Management {
  const request = async (method: string, path: string, body?: unknown): Promise<{ status: number; text: string }> => {
    const url = new URL(options.address + path);
    const { request: send } = url.protocol === 'https:' ? await import('node:https') : await import('node:http');
    const payload = body === undefined ? undefined : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const outgoing = send(
        url,
        {
          method,
          auth: `${options.username}:${options.password}`,
          headers: payload === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) },
          agent: false,
          signal: AbortSignal.timeout(options.timeout),
          ...(url.protocol === 'https:' ? { ca: options.ca, rejectUnauthorized: options.verify !== false } : {}),
        },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
          incoming.on('error', reject);
          incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }));
        },
      );
      outgoing.on('error', reject);
      outgoing.end(payload);
    });
  };

  const call = async (method: string, path: string, body?: unknown): Promise<string | undefined> => {
    let answer: { status: number; text: string };
    try {
      answer = await request(method, path, body);
    } catch (cause) {
      const failure = translateFailure(cause, options.address);
      if (failure.kind === 'access-refused') throw failure;
      const why = (cause as Error).name === 'AbortError' ? `no answer within ${options.timeout} ms` : reasonOf(cause as Error);
      throw new LabError('unreachable', `no management API at ${options.address}: ${why}`, {
        cause,
        hint: 'enable the plugin (rabbitmq-plugins enable rabbitmq_management), or give its address with --api http://host:15672',
      });
    }
    if (answer.status === 404 && method !== 'PUT') return undefined;
    if (answer.status === 401 || answer.status === 403) {
      throw new LabError('access-refused', `the management API at ${options.address} refused ${options.username}: ${textOf(answer)}`, {
        hint: 'check user and password in --url; the user needs a tag: rabbitmqctl set_user_tags USER management',
      });
    }
    if (answer.status >= 400) {
      throw new LabError('refused', `${method} ${path} on ${options.address}: ${textOf(answer)}`, {
        hint: 'rmq-lab doctor checks broker and rights',
      });
    }
    // RabbitMQ redirects nobody
    if (answer.status >= 300) throw notManagement();
    return answer.text;
  };

  const notManagement = (cause?: unknown) =>
    new LabError('unreachable', `what answers at ${options.address} is not a RabbitMQ management API`, {
      cause,
      hint: 'give its address with --api http://host:15672',
    });

  return {
    address: options.address,
    async get<T>(path: string, parse: (text: string) => unknown = JSON.parse) {
      const text = await call('GET', path);
      if (text === undefined) return undefined;
      try {
        return parse(text) as T;
      } catch (cause) {
        throw notManagement(cause);
      }
    },
    async put(path, body = {}) {
      await call('PUT', path, body);
    },
    async delete(path) {
      await call('DELETE', path);
    },
  };
}

function reasonOf({ message, name, code }: NodeJS.ErrnoException): string {
  return message === '' ? (code ?? name) : message;
}

function textOf(answer: { status: number; text: string }): string {
  try {
    const { reason, error } = JSON.parse(answer.text) as { reason?: unknown; error?: unknown };
    const text = [reason, error].find((part) => typeof part === 'string');
    return text === undefined ? `HTTP ${answer.status}` : `${text} (HTTP ${answer.status})`;
  } catch {
    return `HTTP ${answer.status}`;
  }
}
