import { BrokerFault, REPLY_NAMES } from './faults.ts';
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
  // what went wrong inside the broker is nobody's method's fault
  const by = message === REPLY_NAMES[541] ? 0 : id;
  return { replyCode: code, replyText: shortText(message), classId: by >>> 16, methodId: by & 65_535 };
}

/** What to answer to something that was thrown: bytes that cannot be read are a frame error, a mistake of our own is an internal one. */
export function toFault(cause: unknown): BrokerFault {
  if (cause instanceof BrokerFault) return cause;
  return cause instanceof WireFault && cause.kind === 'syntax'
    ? new BrokerFault('frame-error', { reason: cause.message })
    : new BrokerFault('internal-error');
}

/** A reply text holds 255 octets. */
function shortText(text: string): string {
  const bytes = Buffer.from(text);
  return bytes.length <= 255 ? text : `${bytes.toString('utf8', 0, 252).replace(/\uFFFD$/, '')}...`;
}
