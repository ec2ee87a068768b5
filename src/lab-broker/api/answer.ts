/** What a request is answered with. */
export interface Answer {
  readonly status: number;
  /** Sent as JSON; absent sends nothing. */
  readonly body?: unknown;
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

/** 400 with RabbitMQ's words. */
export function badRequest(reason: string): Answer {
  return { status: 400, body: { error: 'bad_request', reason } };
}

/** 401: nobody, or somebody without the right. */
export function notAuthorised(reason: string): Answer {
  return { status: 401, body: { error: 'not_authorized', reason } };
}
