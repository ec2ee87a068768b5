import type { Broker, OpenChannelOptions } from '../../src/client/broker.ts';
import type { Message } from '../../src/client/message.ts';
import type { LabError } from '../../src/errors.ts';
import { openPortChannel, type PortChannel } from './port-channel.ts';
import { lostFailure, type PortOptions, type PortQueue, type PortState } from './port-state.ts';

/**
 * A broker in memory behind our own port: queues, acks, prefetch, confirms and returns as RabbitMQ does them. What the client
 * sends arrives at once; what the broker answers arrives in order, as fast as `pace` lets it.
 */
export interface Port {
  readonly connect: () => Promise<Broker>;
  /** What happened, in order: `connect`, `ack 3 multiple`, `close channel` … */
  readonly log: readonly string[];
  readonly state: Readonly<PortState>;
  readonly connections: number;
  /** Whether answers are on their way to a client. */
  readonly isBusy: boolean;
  /** Bodies of the ready messages of a queue. */
  ready(queue: string): string[];
  publish(queue: string, body: string): void;
  /** Loses all connections, as a network does. */
  cut(): void;
  /** Ends the consumers of a queue and forgets it. */
  deleteQueue(queue: string): void;
}

/** Creates a port. */
export function createPort(options: PortOptions = {}): Port {
  const connections = new Set<{ cut: (failure: LabError | undefined) => void; isBusy: () => boolean }>();
  const state: PortState = {
    options,
    queues: new Map(),
    exchanges: new Map(Object.entries(options.exchanges ?? {}).map(([name, queues]) => [name, [...queues]])),
    log: [],
    taken: 0,
    held: 0,
    spilled: 0,
    mostUnconfirmed: 0,
    seq: 0,
    store(queue, message) {
      queue.ready.push({ message, seq: state.seq++, handedOut: 0 });
    },
  };
  const toMessage = (queue: string, body: string): Message => ({
    exchange: '',
    routingKey: queue,
    properties: {},
    body: Buffer.from(body),
  });
  for (const [name, bodies] of Object.entries(options.queues ?? {})) {
    const queue: PortQueue = { ready: [], consumers: [] };
    state.queues.set(name, queue);
    for (const body of bodies) state.store(queue, toMessage(name, body));
  }

  const connect = async (): Promise<Broker> => {
    const channels = new Set<PortChannel>();
    let outbox: (() => void)[] = [];
    let draining = false;
    let open = true;
    let resolveClosed: (failure: LabError | undefined) => void = () => undefined;
    const closed = new Promise<LabError | undefined>((resolve) => {
      resolveClosed = resolve;
    });
    const drain = () => {
      draining = false;
      const frames = outbox.splice(0, options.pace?.() ?? outbox.length);
      for (const frame of frames) {
        if (!open) return;
        frame();
        options.onFrame?.();
      }
      if (outbox.length > 0) schedule();
    };
    const schedule = () => {
      if (draining) return;
      draining = true;
      setImmediate(drain);
    };
    /** A frame for the client, `before` so many that wait already. */
    const send = (frame: () => void, before = 0) => {
      outbox.splice(Math.max(0, outbox.length - before), 0, frame);
      schedule();
    };
    const cut = (failure: LabError | undefined) => {
      if (!open) return;
      open = false;
      outbox = [];
      connections.delete(connection);
      for (const channel of [...channels]) channel.end(failure);
      resolveClosed(failure);
    };
    const connection = { cut, isBusy: () => outbox.length > 0 };
    connections.add(connection);
    state.log.push('connect');
    return {
      server: { product: 'Port', version: '1.0', lab: false },
      address: 'amqp://port',
      closed,
      onBlocked: () => undefined,
      async openChannel(channelOptions: OpenChannelOptions = {}) {
        if (!open) throw lostFailure();
        state.log.push('open');
        const channel = openPortChannel(state, send, channelOptions, (ended) => channels.delete(ended));
        channels.add(channel);
        return channel.port;
      },
      drop() {
        state.log.push('drop');
        cut(undefined);
      },
      async close() {
        if (open) state.log.push('close');
        cut(undefined);
      },
    };
  };

  return {
    connect,
    state,
    log: state.log,
    get connections() {
      return connections.size;
    },
    get isBusy() {
      return [...connections].some(({ isBusy }) => isBusy());
    },
    ready: (queue) => (state.queues.get(queue)?.ready ?? []).map(({ message }) => message.body.toString()),
    publish(name, body) {
      const queue = state.queues.get(name) as PortQueue;
      state.store(queue, toMessage(name, body));
      for (const { channel } of queue.consumers) channel.dispatch(queue);
    },
    cut() {
      state.log.push('cut');
      for (const { cut } of [...connections]) cut(lostFailure());
    },
    deleteQueue(name) {
      const queue = state.queues.get(name) as PortQueue;
      state.queues.delete(name);
      for (const { channel, tag } of queue.consumers.splice(0)) channel.cancelled(tag);
    },
  };
}
