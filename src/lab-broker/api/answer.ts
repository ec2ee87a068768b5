import type { BrokerFault } from '../faults.ts';

/** What a request is answered with. */
export interface Answer {
  readonly status: number;
  /** Sent as JSON; absent sends nothing. It may be a `Listing`, or have some. */
  readonly body?: unknown;
  /** HTML, sent in the place of a document. */
  readonly page?: string;
  /** Beside those that every answer has; names in small letters. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** 200 with a document, or 404 where there is none. */
export function found(document: unknown): Answer {
  return document === undefined ? NOT_FOUND : { status: 200, body: document };
}

/** What a PUT answers: it was made, or was there already. */
export function put(isNew: boolean): Answer {
  return { status: isNew ? 201 : 204 };
}

/** What a DELETE answers. */
export function deleted(wasThere: boolean): Answer {
  return wasThere ? { status: 204 } : NOT_FOUND;
}

export const NOT_FOUND: Answer = { status: 404, body: { error: 'Object Not Found', reason: 'Not Found' } };

/** 400 with RabbitMQ's words, for some of which it has a list. */
export function badRequest(reason: unknown, error = 'bad_request'): Answer {
  return { status: 400, body: { error, reason } };
}

/** A refusal from the midst of a request. The dispatch answers it. */
export class Refused extends Error {
  readonly answer: Answer;

  constructor(answer: Answer) {
    super(JSON.stringify(answer.body));
    this.answer = answer;
  }
}

/** What RabbitMQ answers where its broker refuses what its API tried: the text without the name of its code. */
export function refusedBy({ code, message }: BrokerFault): Answer {
  const reason = message.replace(/^[A-Z_]+ - /, '');
  if (code === 403) return notAuthorised('Access refused.');
  return code === 404 ? { status: 404, body: { error: 'not_found', reason } } : badRequest(reason);
}

/** 400 where keys are missing in the document that was sent; undefined when none is. */
export function missingKeys(document: Readonly<Record<string, unknown>>, keys: readonly string[]): Answer | undefined {
  const missing = keys.filter((key) => document[key] === undefined);
  if (missing.length === 0) return undefined;
  const terms = missing.map((key) => `{key_missing,${key}}`);
  // RabbitMQ's words are made up by Erlang's printer, which breaks lines where they get long
  return badRequest(`[${terms.join(terms.join(',').length > 80 ? ',\n ' : ',')}]`);
}

/** 401 for somebody without the right. RabbitMQ spells it as the British do, but not for somebody whom it does not know. */
export function notAuthorised(reason: string): Answer {
  return { status: 401, body: { error: 'not_authorised', reason } };
}
