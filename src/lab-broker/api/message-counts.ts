import type { VhostQueue } from '../entities/queue-port.ts';

/** What one queue holds, or several together. */
export interface MessageCounts {
  readonly messages: number;
  readonly messages_ready: number;
  readonly messages_unacknowledged: number;
}

/** Counts what queues hold at this moment. A stream's readers take nothing away, so what they hold is not counted twice. */
export function countMessages(queues: Iterable<VhostQueue>): MessageCounts {
  let [ready, held] = [0, 0];
  for (const queue of queues) {
    ready += queue.ready;
    if (queue.type !== 'stream') held += queue.unacked;
  }
  return { messages: ready + held, messages_ready: ready, messages_unacknowledged: held };
}

/** The fields by which RabbitMQ says how fast these counts change. The lab broker does not measure it. */
export function noRates(counts: MessageCounts): Readonly<Record<string, { readonly rate: number }>> {
  return rates(counts);
}

function rates(counts: object): Readonly<Record<string, { readonly rate: number }>> {
  return Object.fromEntries(Object.keys(counts).map((name) => [`${name}_details`, { rate: 0 }]));
}

/** What has gone in and out since the broker began to run, in RabbitMQ's words; only what there has been. */
export function messageStats({ published, delivered }: VhostQueue): Readonly<Record<string, unknown>> {
  const counts = { ...(published === 0 ? {} : { publish: published }), ...(delivered === 0 ? {} : { deliver_get: delivered }) };
  return Object.keys(counts).length === 0 ? {} : { message_stats: { ...counts, ...rates(counts) } };
}
