/** What a request is answered with. */
export interface Answer {
  readonly status: number;
  /** Sent as JSON; absent sends nothing. */
  readonly body?: unknown;
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

/** 400 where keys are missing in the document that was sent; undefined when none is. */
export function missingKeys(document: Readonly<Record<string, unknown>>, keys: readonly string[]): Answer | undefined {
  const missing = keys.filter((key) => document[key] === undefined);
  return missing.length === 0 ? undefined : badRequest(`[${missing.map((key) => `{key_missing,${key}}`).join(',')}]`);
}

/** 401 for somebody without the right. RabbitMQ spells it as the British do, but not for somebody whom it does not know. */
export function notAuthorised(reason: string): Answer {
  return { status: 401, body: { error: 'not_authorised', reason } };
}
