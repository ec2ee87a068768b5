import { BrokerFault } from './faults.ts';
import { WireFault } from './wire/wire-fault.ts';

/** What a close says of a fault, and of the class and method that made it. */
export interface Reply {
  readonly replyCode: number;
  readonly replyText: string;
  readonly classId: number;
  readonly methodId: number;
}

/** The reply to a fault; `id` is class and method in one number, 0 where there was none. */
export function replyOf({ code, message }: BrokerFault, id: number): Reply {
  return { replyCode: code, replyText: shortText(message), classId: id >>> 16, methodId: id & 65_535 };
}

/** What to answer to something that was thrown: bytes that cannot be read are a frame error, a mistake of our own is an internal one. */
export function toFault(cause: unknown): BrokerFault {
  if (cause instanceof BrokerFault) return cause;
  return cause instanceof WireFault && cause.kind === 'syntax'
    ? new BrokerFault('frame-error', { reason: cause.message })
    : new BrokerFault('internal-error');
}

/** Whether RabbitMQ blames no method for this: what went wrong inside it, and text that it could not read. */
export function namesNoMethod(cause: unknown): boolean {
  if (cause instanceof WireFault) return cause.kind === 'internal' || cause.message.startsWith('Malformed UTF-8');
  return !(cause instanceof BrokerFault) || cause.anonymous;
}

/** A reply text holds 255 octets. */
function shortText(text: string): string {
  const bytes = Buffer.from(text);
  return bytes.length <= 255 ? text : `${bytes.toString('utf8', 0, 252).replace(/\uFFFD$/, '')}...`;
}

/** Class and method of connection.close and connection.close-ok, as the first four octets of a payload. */
const [CLOSE, CLOSE_OK] = [0x000a_0032, 0x000a_0033];

/** Whether class and method are those that close a connection, or answer that. */
export function closingOf(id: number): 'close' | 'close-ok' | false {
  if (id === CLOSE) return 'close';
  return id === CLOSE_OK && 'close-ok';
}
