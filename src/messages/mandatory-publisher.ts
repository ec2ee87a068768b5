import type { Broker, Channel, Outcome } from '../client/broker.ts';
import type { Message } from '../client/message.ts';
import { LabError } from '../errors.ts';

/** What became of a message: as a channel says it, or `refused` with the reason. Never `lost`, and never before `publish` has returned. */
export type Settled = (outcome: Exclude<Outcome, 'lost'> | 'refused', reason?: string) => void;

/** Publishes, mandatory and confirmed. */
export interface MandatoryPublisher {
  publish(message: Message, settled: Settled): void;
}

/** A publisher that ends with the first refusal that closes its channel; `onEnd` is told of it. A lost connection is the caller's affair. */
export async function createPublisher(broker: Broker, onEnd: (failure: LabError) => void): Promise<MandatoryPublisher> {
  const channel = await broker.openChannel({ confirms: true });
  void channel.closed.then((failure) => {
    if (failure !== undefined && failure.kind !== 'unreachable') onEnd(failure);
  });
  return { publish: (message, settled) => publishOn(channel, message, settled) };
}

/** Whether every message to the exchange would be refused so; not for its key alone (topic permissions), its user id or its size. */
function isOfExchange({ replyCode, message }: LabError): boolean {
  return replyCode === 404 || (replyCode === 403 && !message.includes("access to topic '"));
}

function publishOn(channel: Channel, message: Message, settled: Settled): void {
  try {
    channel.publish(message, { mandatory: true }, (outcome, reason) => {
      if (outcome !== 'lost') settled(outcome, reason);
    });
  } catch (cause) {
    queueMicrotask(() => settled('refused', (cause as Error).message));
  }
}

interface Item {
  readonly message: Message;
  readonly settled: Settled;
  /** It was in the air when the broker closed a channel: it may be why. */
  readonly isSuspect: boolean;
}

/**
 * A publisher that outlasts refusals: a message for an exchange without rights, say, for which the broker closes the channel and forgets
 * what else was in the air on it. So the first message to each exchange goes alone: when that closes the channel, nothing else was
 * touched, and the exchange is known to refuse. Where a channel is closed over several messages nobody knows how far they got: each is sent
 * once more, alone, on a new channel. `onEnd` is told of what it cannot outlast, save a lost connection.
 */
export async function createOutlastingPublisher(broker: Broker, onEnd: (failure: LabError) => void): Promise<MandatoryPublisher> {
  const queue: Item[] = [];
  const inAir = new Set<Item>();
  const accepting = new Set<string>();
  const refusing = new Map<string, string>();
  let isAlone = false;
  let channel: Channel | undefined;

  const open = async () => {
    const opened = await broker.openChannel({ confirms: true });
    channel = opened;
    void opened.closed.then((failure) => {
      if (failure === undefined || failure.kind === 'unreachable') return;
      channel = undefined;
      const lost = [...inAir];
      inAir.clear();
      isAlone = false;
      const [only] = lost;
      if (only === undefined) return onEnd(failure);
      if (lost.length > 1) queue.unshift(...lost.map((item) => ({ ...item, isSuspect: true })));
      else {
        const { exchange } = only.message;
        accepting.delete(exchange);
        if (isOfExchange(failure)) refusing.set(exchange, failure.message);
        only.settled('refused', failure.message);
      }
      open().catch((cause: unknown) => {
        if (!(cause instanceof LabError)) throw cause;
        if (cause.kind !== 'unreachable') onEnd(cause);
      });
    });
    flow();
  };
  const send = (item: Item, on: Channel) => {
    inAir.add(item);
    publishOn(on, item.message, (outcome, reason) => {
      inAir.delete(item);
      isAlone = false;
      if (outcome !== 'refused') accepting.add(item.message.exchange);
      item.settled(outcome, reason);
      flow();
    });
  };
  const flow = () => {
    while (channel !== undefined && !isAlone) {
      const item = queue[0];
      if (item === undefined) return;
      const { exchange } = item.message;
      const refusal = refusing.get(exchange);
      const goesAlone = refusal === undefined && (item.isSuspect || !accepting.has(exchange));
      if (goesAlone && inAir.size > 0) return;
      queue.shift();
      isAlone = goesAlone;
      if (refusal === undefined) send(item, channel);
      else queueMicrotask(() => item.settled('refused', refusal));
    }
  };
  await open();
  return {
    publish(message, settled) {
      queue.push({ message, settled, isSuspect: false });
      flow();
    },
  };
}
