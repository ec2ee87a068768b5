import type { Broker, Channel, Outcome } from '../client/broker.ts';
import type { Message } from '../client/message.ts';
import type { LabError } from '../errors.ts';

/** Sends replies on one connection. */
export interface Replier {
  /** Resolves when the broker has confirmed the reply, with undefined, or with why it did not take it. Never, when the connection is lost. */
  send(reply: Message): Promise<string | undefined>;
  /** Resolves with why no reply can be sent at all: the user may not. */
  readonly ended: Promise<LabError>;
}

/**
 * Creates a Replier with a channel of its own: what the broker refuses closes that channel, not the one on which requests are held. One reply at
 * a time is on its way, so that a refusal is known to be that of the reply, and no other goes down with it.
 */
export function createReplier(broker: Broker): Replier {
  let end: (failure: LabError) => void = () => undefined;
  const ended = new Promise<LabError>((resolve) => {
    end = resolve;
  });
  let channel: Channel | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  const sendNow = async (reply: Message): Promise<string | undefined> => {
    channel ??= await broker.openChannel({ confirms: true });
    const own = channel;
    const outcome = await new Promise<Outcome>((settled) => own.publish(reply, { mandatory: false }, settled));
    if (outcome === 'nacked') return 'the broker refused it (a full queue, say)';
    if (outcome !== 'lost') return undefined;
    channel = undefined;
    const failure = await own.closed;
    if (failure?.kind === 'access-refused') end(failure);
    else if (failure !== undefined && failure.kind !== 'unreachable') return failure.message;
    return new Promise(() => undefined);
  };

  return {
    ended,
    send(reply) {
      const sent = turn.then(() => sendNow(reply)).catch((cause: LabError) => (cause.kind === 'unreachable' ? never : cause.message));
      turn = sent;
      return sent;
    },
  };
}

const never = new Promise<undefined>(() => undefined);
