import type { Channel, OpenChannelOptions, Outcome } from '../../src/client/broker.ts';
import { replyFailure } from '../../src/client/reply-failure.ts';
import type { LabError } from '../../src/errors.ts';
import { lostFailure, type PortConsumer, type PortQueue, type PortState, type Stored } from './port-state.ts';

/** The broker's side of a channel. */
export interface PortChannel {
  readonly port: Channel;
  /** Ends it from the broker's side: what it holds goes back, what it published is lost. */
  end(failure: LabError | undefined): void;
  /** Hands out what the channel's consumers of the queue have room for. */
  dispatch(queue: PortQueue): void;
  /** Tells a consumer that it is no more. */
  cancelled(tag: string): void;
}

interface Held {
  readonly queue: PortQueue;
  readonly stored: Stored;
  readonly consumer: PortConsumer | undefined;
}

/** Opens a channel; `send` puts a frame on its way to the client. */
export function openPortChannel(
  state: PortState,
  send: (frame: () => void, before?: number) => void,
  { confirms = false, onReturned }: OpenChannelOptions,
  onEnd: (channel: PortChannel) => void,
): PortChannel {
  const held = new Map<number, Held>();
  const own = new Map<string, { consumer: PortConsumer; queue: PortQueue }>();
  const unconfirmed = new Set<(outcome: Outcome) => void>();
  const waiting = new Set<(failure: LabError) => void>();
  let tags = 0;
  let prefetch = 0;
  let failure: LabError | undefined;
  let open = true;
  let resolveClosed: (failure: LabError | undefined) => void = () => undefined;
  const closed = new Promise<LabError | undefined>((resolve) => {
    resolveClosed = resolve;
  });

  const restore = ({ queue, stored }: Held) => {
    const at = queue.ready.findIndex(({ seq }) => seq > stored.seq);
    queue.ready.splice(at < 0 ? queue.ready.length : at, 0, stored);
  };
  const dispatchAll = (queues: Iterable<PortQueue>) => {
    for (const queue of new Set(queues)) for (const { channel } of queue.consumers) channel.dispatch(queue);
  };
  const release = (deliveryTag: number, multiple: boolean, then: 'take' | 'requeue') => {
    const chosen = [...held].filter(([tag]) => (multiple ? deliveryTag === 0 || tag <= deliveryTag : tag === deliveryTag));
    if (chosen.length === 0 && deliveryTag !== 0)
      return channel.end(replyFailure(406, `PRECONDITION_FAILED - unknown delivery tag ${deliveryTag}`));
    for (const [tag, delivery] of chosen) {
      held.delete(tag);
      state.held--;
      if (then === 'take') state.taken++;
      else restore(delivery);
    }
    dispatchAll(chosen.map(([, { queue }]) => queue));
  };
  const hand = (queue: PortQueue, stored: Stored, consumer: PortConsumer | undefined, noAck: boolean) => {
    const deliveryTag = ++tags;
    if (noAck) state.taken++;
    else {
      state.held++;
      held.set(deliveryTag, { queue, stored, consumer });
    }
    const delivery = { ...stored.message, deliveryTag, redelivered: stored.handedOut++ > 0 };
    state.options.onHand?.();
    return delivery;
  };
  const queueOf = (name: string): PortQueue => {
    const queue = state.queues.get(name);
    if (queue === undefined) throw replyFailure(404, `NOT_FOUND - no queue '${name}' in vhost '/'`);
    return queue;
  };
  /** Does at once what was asked for and answers when the frame has come; a refusal closes the channel. */
  const request = <T>(what: () => T): Promise<T> =>
    new Promise((resolve, reject) => {
      if (!open) return reject(failure ?? lostFailure());
      waiting.add(reject);
      let answer: () => void;
      try {
        const result = what();
        answer = () => resolve(result);
      } catch (cause) {
        answer = () => {
          reject(cause);
          channel.end(cause as LabError);
        };
      }
      send(() => {
        if (waiting.delete(reject)) answer();
      });
    });
  const stateOf = (queue: string) => ({ queue, messages: queueOf(queue).ready.length, consumers: queueOf(queue).consumers.length });
  const unused = async (): Promise<never> => {
    throw new Error('the port has no such method; write it');
  };

  const port: Channel = {
    closed,
    declareQueue: ({ queue }) =>
      request(() => {
        if (!state.queues.has(queue)) state.queues.set(queue, { ready: [], consumers: [] });
        return stateOf(queue);
      }),
    checkQueue: (queue) => request(() => stateOf(queue)),
    checkExchange: (exchange) =>
      request(() => {
        if (!state.exchanges.has(exchange)) throw replyFailure(404, `NOT_FOUND - no exchange '${exchange}' in vhost '/'`);
      }),
    purgeQueue: (queue) => request(() => queueOf(queue).ready.splice(0).length),
    deleteQueue: unused,
    declareExchange: unused,
    deleteExchange: unused,
    bind: unused,
    unbind: unused,
    publish(message, { mandatory }, settled) {
      if (!open) {
        settled?.('lost');
        return true;
      }
      const { exchange, routingKey } = message;
      const targets = exchange === '' ? [routingKey] : state.exchanges.get(exchange);
      if (targets === undefined) send(() => channel.end(replyFailure(404, `NOT_FOUND - no exchange '${exchange}' in vhost '/'`)));
      const queues = (targets ?? []).flatMap((name) => state.queues.get(name) ?? []);
      const isRefused = state.options.refuses?.(message) === true;
      const isReturned = mandatory && queues.length === 0;
      if (!isRefused) for (const queue of queues) state.store(queue, message);
      if (confirms && settled !== undefined && targets !== undefined) {
        unconfirmed.add(settled);
        state.mostUnconfirmed = Math.max(state.mostUnconfirmed, unconfirmed.size);
        const frame = () => {
          if (!unconfirmed.delete(settled)) return;
          if (isReturned) settled('returned', '312 NO_ROUTE');
          else settled(isRefused ? 'nacked' : 'confirmed');
        };
        send(frame, state.options.overtake?.());
      } else if (confirms && settled !== undefined) unconfirmed.add(settled);
      else if (isReturned) send(() => onReturned?.(message, '312 NO_ROUTE'));
      if (!isRefused) dispatchAll(queues);
      return state.options.isFull?.() !== true;
    },
    drained: () => {
      const room = new Promise<void>((resolve) => send(resolve));
      return Promise.race([room, closed]).then(() => undefined);
    },
    get: (name, { noAck = false } = {}) =>
      request(() => {
        const queue = queueOf(name);
        const stored = queue.ready.shift();
        return stored === undefined ? undefined : { ...hand(queue, stored, undefined, noAck), messagesLeft: queue.ready.length };
      }),
    consume: (name, { noAck = false, onCancelled }, onDelivery) =>
      request(() => {
        const queue = queueOf(name);
        const consumer: PortConsumer = { tag: `tag-${state.seq++}`, channel, prefetch, noAck, onDelivery, onCancelled };
        queue.consumers.push(consumer);
        own.set(consumer.tag, { consumer, queue });
        // after the answer, as the broker does
        queueMicrotask(() => open && channel.dispatch(queue));
        return consumer.tag;
      }),
    cancel: (tag) =>
      request(() => {
        state.log.push('cancel');
        forget(tag);
      }),
    prefetch: (count) =>
      request(() => {
        prefetch = count;
      }),
    selectConfirms: unused,
    transact: unused,
    ack(deliveryTag, multiple = false) {
      if (!open) return;
      state.log.push(`ack ${deliveryTag}${multiple ? ' multiple' : ''}`);
      release(deliveryTag, multiple, 'take');
    },
    nack(deliveryTag, { multiple = false, requeue }) {
      if (!open) return;
      state.log.push(`nack ${deliveryTag}${multiple ? ' multiple' : ''}${requeue ? ' requeue' : ''}`);
      release(deliveryTag, multiple, requeue ? 'requeue' : 'take');
    },
    reject: (deliveryTag, { requeue }) => port.nack(deliveryTag, { requeue }),
    roundTrip: () => request(() => void state.log.push('round trip')),
    async close() {
      if (!open) return;
      await request(() => undefined).catch(() => undefined);
      if (open) state.log.push('close channel');
      channel.end(undefined);
    },
  };
  const forget = (tag: string) => {
    const mine = own.get(tag);
    own.delete(tag);
    if (mine?.queue.consumers.includes(mine.consumer)) mine.queue.consumers.splice(mine.queue.consumers.indexOf(mine.consumer), 1);
  };

  const channel: PortChannel = {
    port,
    end(why) {
      if (!open) return;
      open = false;
      failure = why;
      for (const tag of [...own.keys()]) forget(tag);
      const spilled = [...held.values()];
      state.spilled += spilled.length;
      state.held -= spilled.length;
      held.clear();
      for (const delivery of spilled) restore(delivery);
      for (const settled of unconfirmed) settled('lost');
      unconfirmed.clear();
      for (const reject of waiting) reject(why ?? lostFailure());
      waiting.clear();
      onEnd(channel);
      resolveClosed(why);
      dispatchAll(spilled.map(({ queue }) => queue));
    },
    dispatch(queue) {
      for (const { consumer, queue: from } of own.values()) {
        if (from !== queue) continue;
        const hasRoom = () =>
          consumer.noAck ||
          consumer.prefetch === 0 ||
          [...held.values()].filter((each) => each.consumer === consumer).length < consumer.prefetch;
        while (queue.ready.length > 0 && hasRoom()) {
          const delivery = hand(queue, queue.ready.shift() as Stored, consumer, consumer.noAck);
          send(() => open && consumer.onDelivery(delivery));
        }
      }
    },
    cancelled(tag) {
      const consumer = own.get(tag)?.consumer;
      own.delete(tag);
      send(() => consumer?.onCancelled());
    },
  };
  return channel;
}
