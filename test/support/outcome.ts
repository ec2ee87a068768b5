import { setTimeout as sleep } from 'node:timers/promises';
import { METHODS } from '../../src/lab-broker/wire/method-table.ts';
import type { MethodName } from '../../src/lab-broker/wire/methods.ts';
import type { Received, WireClient } from './wire-client.ts';

/** What a broker makes of something that a client did. */
export type Outcome = Refusal | Answers | TcpClose | Silence | ProtocolHeader;

/** It closes the channel or the connection. */
export interface Refusal {
  readonly level: 'channel' | 'connection';
  readonly code: number;
  /** The vhost is called `/`, as `tidy` has it. */
  readonly text: string;
  /** The method that it names as the cause; `''` where it names none. */
  readonly by: string;
}

/** It answers, if only with nothing, and the channel can be used as before. */
export interface Answers {
  readonly level: 'ok';
  readonly answers: readonly Answer[];
}

/** A method's name, and those of its arguments that matter. */
export interface Answer {
  readonly name: MethodName;
  readonly [argument: string]: unknown;
}

/** It ends the TCP connection without a word, after so many seconds. */
export interface TcpClose {
  readonly level: 'tcp close';
  readonly after: 0 | 3 | 10;
}

/** It keeps the TCP connection, and never says anything again: a request on this channel gets no answer. */
export interface Silence {
  readonly level: 'silence';
}

/** It says which protocol it speaks, and ends the TCP connection. */
export interface ProtocolHeader {
  readonly level: 'protocol header';
  /** The four octets after `AMQP`. */
  readonly octets: readonly number[];
}

/** A refusal that closes the channel. */
export function channel(code: number, text: string, by: MethodName | ''): Refusal {
  return { level: 'channel', code, text, by };
}

/** A refusal that closes the connection. */
export function connection(code: number, text: string, by: MethodName | '' = ''): Refusal {
  return { level: 'connection', code, text, by };
}

/** The broker answers with this method. */
export function ok(name: MethodName, args: Readonly<Record<string, unknown>> = {}): Answers {
  return { level: 'ok', answers: [{ name, ...args }] };
}

/** No error, no answer, and the channel works on. */
export const NOTHING: Answers = { level: 'ok', answers: [] };

/** The broker hangs up. */
export function tcpClose(after: TcpClose['after'] = 0): TcpClose {
  return { level: 'tcp close', after };
}

/** How long a broker is waited for, in ms: longer than its longest silence. */
const PATIENCE = 15_000;

interface Watch {
  /** The channel of a round trip that tells "nothing comes" from "not yet"; without one the first thing that comes is all. */
  readonly fence: number | undefined;
  /** Decides how many answers are waited for, and from when seconds count. */
  readonly expected: Outcome;
  /** When the TCP connection was made, in ms of `performance.now()`: a handshake's 10 s begin then. */
  readonly connecting?: number;
}

/** Watches what comes after a provocation. */
export async function outcomeOf(wire: WireClient, { fence, expected, connecting }: Watch): Promise<Outcome> {
  const late = expected.level === 'tcp close' && expected.after === 10;
  const started = (late ? connecting : undefined) ?? performance.now();
  const hungUp = wire.closed.then(() => tcpClose(secondsSince(started)));
  const silent = sleep(PATIENCE, { level: 'silence' } as const, { ref: false });
  if (fence !== undefined) wire.send({ name: 'basic.qos', prefetchCount: 0 }, fence);
  const answers: Answer[] = [];
  const enough = Math.max(expected.level === 'ok' ? expected.answers.length : 0, fence === undefined ? 1 : 0);
  let fenced = fence === undefined;
  for (;;) {
    const received = await Promise.race([wire.next(PATIENCE + 1_000).catch(() => hungUp), silent]);
    if ('level' in received) return received;
    if (received.heartbeat) continue;
    const refusal = refusalOf(received);
    if (refusal !== undefined) return refusal;
    if (received.method.name === 'basic.qos-ok' && received.channel === fence) fenced = true;
    else answers.push(received.method as unknown as Answer);
    // A queue answers basic.consume by itself, maybe after the channel has answered the fence.
    if (fenced && answers.length >= enough) return { level: 'ok', answers };
  }
}

/**
 * The seconds since `started` (ms of `performance.now()`), as far as they tell anything.
 * RabbitMQ waits 3 s before it ends a connection that it suspects of guessing, and gives up on a slow handshake after 10 s. A busy
 * machine may be late, so that only the lower bounds are sharp.
 */
export function secondsSince(started: number): TcpClose['after'] {
  const elapsed = performance.now() - started;
  if (elapsed < 2_700) return 0;
  return elapsed < 8_500 ? 3 : 10;
}

function refusalOf({ method }: Received): Refusal | undefined {
  if (method.name !== 'channel.close' && method.name !== 'connection.close') return undefined;
  const cause = METHODS.find(({ classId, methodId }) => classId === method.classId && methodId === method.methodId);
  const by = cause?.name ?? (method.classId === 0 && method.methodId === 0 ? '' : `${method.classId}.${method.methodId}`);
  return { level: method.name === 'channel.close' ? 'channel' : 'connection', code: method.replyCode, text: method.replyText, by };
}
