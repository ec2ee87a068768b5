import type { Broker, Channel } from '../client/broker.ts';
import type { FieldTable } from '../client/message.ts';
import { withChannel } from '../client/session.ts';
import { type ConsumeReport, consume } from './consume.ts';
import type { ConsumeRequest } from './consume-request.ts';
import type { PumpContext } from './pump.ts';
import type { Sink } from './sink.ts';

/** One binding of a tap. */
export interface TapBinding {
  readonly routingKey: string;
  readonly arguments: FieldTable;
}

/** What to tap, and when to stop. */
export interface TapRequest extends Pick<ConsumeRequest, 'prefetch' | 'count' | 'idleTimeout' | 'timeout'> {
  readonly exchange: string;
  /** Asked once, on the first connection. It may throw what speaks against tapping. */
  readonly plan: (broker: Broker) => Promise<readonly TapBinding[]>;
  /** Copies that wait on the broker at most; beyond that the oldest go. Absent: all wait. */
  readonly maxLength?: number;
  /** Called on each connection when copies are being gathered. */
  readonly onTapped: (bindings: readonly TapBinding[]) => void;
}

/**
 * Gives a sink copies of what an exchange routes, by a queue of the tap's own that goes with its connection. Each copy is acknowledged
 * when the sink is done with it, although nobody else would want it: a slow reader then leaves the rest on the broker, where a consumer without
 * acks would be sent all of it, into this process's memory. After a lost connection it taps anew; what was published in between is missed,
 * and so are copies that waited on the broker.
 */
export async function tap(request: TapRequest, sink: Sink, context: PumpContext): Promise<ConsumeReport> {
  const { exchange, plan, maxLength, onTapped, ...limits } = request;
  let bindings: readonly TapBinding[] | undefined;
  const queue = async (broker: Broker): Promise<string> => {
    const isAgain = bindings !== undefined;
    bindings ??= await plan(broker);
    const name = await withChannel(broker, (channel) => declareTap(channel, exchange, bindings ?? [], maxLength));
    if (isAgain) context.note('tapping again; copies of what was published in between were missed');
    onTapped(bindings);
    return name;
  };
  return consume({ ...limits, queue, once: true }, () => sink, context);
}

async function declareTap(
  channel: Channel,
  exchange: string,
  bindings: readonly TapBinding[],
  maxLength: number | undefined,
): Promise<string> {
  const { queue } = await channel.declareQueue({
    queue: '',
    durable: false,
    exclusive: true,
    autoDelete: true,
    arguments: maxLength === undefined ? {} : { 'x-max-length': maxLength },
  });
  for (const binding of bindings) {
    await channel.bind({ source: exchange, destination: queue, destinationType: 'queue', ...binding });
  }
  return queue;
}
