import { type FailureKind, LabError } from '../errors.ts';
import type { BenchHost } from './host.ts';

/** One end of a port between threads. */
export interface HostPort {
  readonly send: (message: unknown) => void;
  readonly listen: (listener: (message: unknown) => void) => void;
}

/** What a host can be asked, with an answer and without. */
type Asking = 'take' | 'account' | 'close';
type Request =
  | { readonly ask: Asking; readonly id: number }
  | { readonly order: 'produce'; readonly measureFrom: number; readonly until: number }
  | { readonly order: 'stopProducing' };

type Reply =
  | { readonly event: 'opened' | 'produced' }
  | { readonly event: 'refused' | 'failed'; readonly why: Plain }
  | { readonly event: 'blocked'; readonly reason: string | undefined }
  | { readonly event: 'answer'; readonly id: number; readonly value: unknown };

/** A LabError as it crosses threads. */
interface Plain {
  readonly kind: FailureKind;
  readonly message: string;
  readonly hint?: string;
  readonly replyCode?: number;
  readonly detail?: string;
}

function plain(cause: unknown): Plain {
  if (!(cause instanceof LabError))
    return { kind: 'unexpected', message: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause) };
  const { kind, message, hint, replyCode, detail } = cause;
  return {
    ...{ kind, message },
    ...(hint === undefined ? {} : { hint }),
    ...(replyCode === undefined ? {} : { replyCode }),
    ...(detail === undefined ? {} : { detail }),
  };
}

/** Opens a host and lets the other end of the port use it, until it closes it. */
export async function serveHost(port: HostPort, open: () => Promise<BenchHost>): Promise<void> {
  const tell = (reply: Reply) => port.send(reply);
  let host: BenchHost;
  try {
    host = await open();
  } catch (cause) {
    tell({ event: 'refused', why: plain(cause) });
    return;
  }
  void host.failed.then((failure) => tell({ event: 'failed', why: plain(failure) }));
  void host.produced.then(() => tell({ event: 'produced' }));
  host.onBlocked((reason) => tell({ event: 'blocked', reason }));
  const closed = new Promise<void>((resolve) => {
    port.listen((message) => {
      const request = message as Request;
      if ('order' in request) {
        if (request.order === 'produce') host.produce(request.measureFrom, request.until);
        else host.stopProducing();
        return;
      }
      void host[request.ask]().then((value) => {
        tell({ event: 'answer', id: request.id, value });
        if (request.ask === 'close') resolve();
      });
    });
  });
  tell({ event: 'opened' });
  await closed;
}

/** The host at the other end of a port, once it is open. `ended` resolves when that end is gone. */
export async function remoteHost(port: HostPort, ended: Promise<LabError>): Promise<BenchHost> {
  const waiting = new Map<number, (value: unknown) => void>();
  let [lastId, isGone] = [0, false];
  let blockedListener: (reason: string | undefined) => void = () => {};
  const opened = settler<void>();
  const produced = settler<void>();
  const failed = settler<LabError>();
  port.listen((message) => {
    const reply = message as Reply;
    if (reply.event === 'opened') opened.resolve();
    else if (reply.event === 'produced') produced.resolve();
    else if (reply.event === 'refused') opened.reject(new LabError(reply.why.kind, reply.why.message, reply.why));
    else if (reply.event === 'failed') failed.resolve(new LabError(reply.why.kind, reply.why.message, reply.why));
    else if (reply.event === 'blocked') blockedListener(reply.reason);
    else if (reply.event === 'answer') {
      waiting.get(reply.id)?.(reply.value);
      waiting.delete(reply.id);
    }
  });
  const gone = ended.then((why) => {
    isGone = true;
    opened.reject(why);
    failed.resolve(why);
    return why;
  });
  const ask = async <T>(what: Asking): Promise<T> => {
    const id = ++lastId;
    const answer = new Promise<unknown>((resolve) => waiting.set(id, resolve));
    port.send({ ask: what, id } satisfies Request);
    return (await Promise.race([answer, gone.then((why) => Promise.reject(why))])) as T;
  };
  await opened.promise;
  return {
    produced: produced.promise,
    failed: failed.promise,
    produce: (measureFrom, until) => port.send({ order: 'produce', measureFrom, until } satisfies Request),
    stopProducing: () => port.send({ order: 'stopProducing' } satisfies Request),
    take: () => ask('take'),
    account: () => ask('account'),
    onBlocked(listener) {
      blockedListener = listener;
    },
    async close() {
      if (!isGone) await ask('close').catch(() => undefined);
    },
  };
}

function settler<T>() {
  let resolve: (value: T) => void = () => {};
  let reject: (cause: unknown) => void = () => {};
  const promise = new Promise<T>((take, refuse) => {
    [resolve, reject] = [take, refuse];
  });
  return { promise, resolve, reject };
}
