import { Consumer, type DeliveryPort } from '../../../src/lab-broker/entities/consumer.ts';
import { encodeAddress, Message, type QueueEntry } from '../../../src/lab-broker/entities/message.ts';
import type { QueueHost, VhostQueue } from '../../../src/lab-broker/entities/queue-port.ts';
import { encodeContentHeader, type Properties } from '../../../src/lab-broker/wire/properties.ts';
import { createManualClock, type ManualClock } from './manual-clock.ts';

/** A message with this body, as a client would have sent it to `exchange` with `routingKey`. */
export function message(body: string, properties: Properties = {}, routingKey = 'q', exchange = ''): Message {
  const address = encodeAddress(exchange, routingKey);
  const header = encodeContentHeader(60, Buffer.byteLength(body), properties);
  return new Message({
    content: Buffer.concat([address, header, Buffer.from(body)]),
    addressSize: address.length,
    headerSize: header.length,
    exchange,
    routingKey,
    persistent: properties.deliveryMode === 2,
    priority: properties.priority ?? -1,
    expiration: properties.expiration === undefined ? -1 : Number(properties.expiration),
  });
}

/** What a queue asks of its surroundings, written down. */
export interface RecordingHost extends QueueHost {
  readonly clock: ManualClock;
  /** Body and reason of each message that was given up. */
  readonly dead: string[];
  readonly removed: string[];
  /** Bytes that the queues hold. */
  held: number;
}

export function createHost(clock = createManualClock()): RecordingHost {
  const host: RecordingHost = {
    name: 'test',
    clock,
    dead: [],
    removed: [],
    held: 0,
    watched: false,
    hold(bytes) {
      host.held += bytes;
    },
    deadLetter: (_queue, entry, reason) => void host.dead.push(`${entry.message.body.toString()} ${reason}`),
    removeQueue(queue) {
      host.removed.push(queue.name);
      queue.close();
    },
    tell: () => undefined,
  };
  return host;
}

/** A channel that keeps what it is given. */
export interface RecordingPort extends DeliveryPort {
  writable: boolean;
  /** Consumer tag and body of each delivery; `R` behind a redelivered one. */
  readonly log: string[];
  readonly held: { readonly consumer: Consumer; readonly entry: QueueEntry }[];
  readonly cancelledTags: string[];
}

export function createPort(): RecordingPort {
  const port: RecordingPort = {
    writable: true,
    log: [],
    held: [],
    cancelledTags: [],
    deliver(consumer, entry, shown) {
      port.log.push(`${consumer.tag}:${shown.body.toString()}${entry.redelivered ? 'R' : ''}`);
      if (!consumer.noAck) port.held.push({ consumer, entry });
    },
    cancelled: ({ tag }) => void port.cancelledTags.push(tag),
  };
  return port;
}

/** A consumer of a queue on a port. It is not subscribed yet. */
export function consumer(
  tag: string,
  queue: VhostQueue,
  port: DeliveryPort,
  more: { prefetch?: number; priority?: number; noAck?: boolean } = {},
) {
  const { prefetch = 0, priority = 0, noAck = false } = more;
  return new Consumer({ tag, queue, port, prefetch, priority, noAck, exclusive: false, arguments: [] });
}
