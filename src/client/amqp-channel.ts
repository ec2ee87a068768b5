import { LabError, UsageError } from '../errors.ts';
import type { AmqpChannel, AmqpConfirmChannel, AmqpMessage, AmqpModel } from './amqp.ts';
import { fromWireProperties, toWireProperties, toWireTable } from './amqp-values.ts';
import type { Channel, OpenChannelOptions } from './broker.ts';
import { translateFailure } from './failure.ts';
import type { Delivery, Message, Properties } from './message.ts';
import { Outstanding, type Settle } from './outstanding.ts';

/** What a channel needs to know of its connection. */
interface ChannelContext extends OpenChannelOptions {
  readonly address: string;
  /** Milliseconds for each reply. */
  readonly timeout: number;
  /** Why the connection went, if it did: a 5xx closes it under the channel's feet. */
  readonly connectionFailure: () => LabError | undefined;
}

/** Opens a channel of amqplib's behind the port. */
export async function createAmqpChannel(model: AmqpModel, context: ChannelContext): Promise<Channel> {
  const { address, timeout } = context;
  let failure: LabError | undefined;
  let open = true;
  let prefetched = 0;
  let confirming = context.confirms === true;

  const translate = (cause: unknown): LabError => {
    const known = context.connectionFailure() ?? failure;
    const own = translateFailure(cause, address);
    return own.replyCode === undefined && known !== undefined ? known : own;
  };
  /** Waits for a reply, at most for the time-out, and translates what goes wrong. */
  const reply = async <T>(request: () => Promise<T>): Promise<T> => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(
          new LabError('unreachable', `${address}: no reply within ${timeout} ms`, {
            hint: 'the broker may be overloaded or blocked by an alarm; wait longer: --connect-timeout 30s',
          }),
        );
      }, timeout);
    });
    try {
      return await Promise.race([request(), late]);
    } catch (cause) {
      throw translate(cause);
    } finally {
      clearTimeout(timer);
    }
  };

  const channel: AmqpChannel = await reply(() => (context.confirms ? model.createConfirmChannel() : model.createChannel()));
  const drains = new Set<() => void>();
  const wake = () => {
    for (const resume of drains) resume();
    drains.clear();
  };
  const closed = new Promise<LabError | undefined>((resolve) => {
    channel.on('error', (error) => {
      failure ??= translateFailure(error, address);
    });
    channel.on('close', () => {
      open = false;
      wake();
      resolve(failure ?? context.connectionFailure());
    });
  });
  let isFull = false;
  channel.on('drain', () => {
    isFull = false;
    wake();
  });

  const outstanding = new Outstanding();
  channel.on('return', (raw) => {
    const message = toDelivery(raw);
    const { replyCode, replyText } = raw.fields as unknown as { replyCode: number; replyText: string };
    const reason = `${replyCode} ${replyText}`;
    if (!outstanding.markReturned(message, reason)) context.onReturned?.(message, reason);
  });

  /** Sends on, unless the channel has gone: then the method is lost with it, which is what its reader must expect anyway. */
  const send = (method: () => void) => {
    if (open) method();
  };

  // lines of one input share their properties: turned into amqplib's options once, not 100,000 times
  let wired: { readonly properties: Properties; readonly mandatory: boolean; readonly options: Record<string, unknown> } | undefined;
  const optionsOf = (properties: Properties, mandatory: boolean): Record<string, unknown> => {
    if (wired?.properties !== properties || wired.mandatory !== mandatory) {
      wired = { properties, mandatory, options: { ...toWireProperties(properties), mandatory } };
    }
    return wired.options;
  };

  const publishConfirmed = (message: Message, mandatory: boolean, settled: Settle): boolean => {
    let ticket: number | undefined;
    const answer = (error: unknown) => {
      const returned = ticket === undefined ? undefined : outstanding.settle(ticket);
      if (error === null && returned === undefined) settled('confirmed');
      else if (error === null) settled('returned', returned);
      else if (open && error instanceof Error && error.message === 'message nacked') settled('nacked');
      else settled('lost');
    };
    const { exchange, routingKey, body, properties } = message;
    const options = optionsOf(properties, mandatory);
    const isBorn = context.confirms === true;
    const more = isBorn
      ? (channel as AmqpConfirmChannel).publish(exchange, routingKey, body, options, answer)
      : channel.publish(exchange, routingKey, body, options);
    if (!isBorn) inside(channel).pushConfirmCallback(answer);
    // after the publish: one that throws has sent nothing, and a confirm cannot come before the next turn of the loop
    if (mandatory) ticket = outstanding.add(message);
    return more;
  };

  return {
    closed,
    declareQueue: async ({ queue, arguments: table, ...flags }) => {
      const state = await reply(() => channel.assertQueue(queue, { ...flags, arguments: toWireTable(table) }));
      return { queue: state.queue, messages: state.messageCount, consumers: state.consumerCount };
    },
    checkQueue: async (queue) => {
      const state = await reply(() => channel.checkQueue(queue));
      return { queue: state.queue, messages: state.messageCount, consumers: state.consumerCount };
    },
    deleteQueue: async (queue, options) => (await reply(() => channel.deleteQueue(queue, options))).messageCount,
    purgeQueue: async (queue) => (await reply(() => channel.purgeQueue(queue))).messageCount,
    declareExchange: async ({ exchange, type, arguments: table, ...flags }) => {
      await reply(() => channel.assertExchange(exchange, type, { ...flags, arguments: toWireTable(table) }));
    },
    checkExchange: async (exchange) => {
      await reply(() => channel.checkExchange(exchange));
    },
    deleteExchange: async (exchange, options) => {
      await reply(() => channel.deleteExchange(exchange, options));
    },
    bind: async ({ source, destination, destinationType, routingKey, arguments: table }) => {
      const method = destinationType === 'queue' ? 'bindQueue' : 'bindExchange';
      await reply(() => channel[method](destination, source, routingKey, toWireTable(table)));
    },
    unbind: async ({ source, destination, destinationType, routingKey, arguments: table }) => {
      const method = destinationType === 'queue' ? 'unbindQueue' : 'unbindExchange';
      await reply(() => channel[method](destination, source, routingKey, toWireTable(table)));
    },
    publish(message, { mandatory }, settled) {
      if (!open) {
        settled?.('lost');
        return true;
      }
      try {
        const more = confirming
          ? publishConfirmed(message, mandatory, settled ?? (() => undefined))
          : channel.publish(message.exchange, message.routingKey, message.body, optionsOf(message.properties, mandatory));
        isFull = !more;
        return more;
      } catch (cause) {
        throw unsendable(cause);
      }
    },
    drained: () => new Promise<void>((resolve) => (open && isFull ? drains.add(resolve) : resolve())),
    get: async (queue, options) => {
      const raw = await reply(() => channel.get(queue, options));
      return raw === false ? undefined : { ...toDelivery(raw), messagesLeft: raw.fields.messageCount };
    },
    consume: async (queue, options, onDelivery) => {
      const { noAck = false, exclusive = false, arguments: table = {}, consumerTag, withoutProperties = false, onCancelled } = options;
      const read = withoutProperties ? toBareDelivery : toDelivery;
      const ok = await reply(() =>
        channel.consume(queue, (raw) => (raw === null ? onCancelled() : onDelivery(read(raw))), {
          noAck,
          exclusive,
          ...(consumerTag === undefined ? {} : { consumerTag }),
          arguments: toWireTable(table),
        }),
      );
      return ok.consumerTag;
    },
    cancel: async (consumerTag) => {
      await reply(() => channel.cancel(consumerTag));
    },
    prefetch: async (count, { global } = { global: false }) => {
      if (!global) prefetched = count;
      await reply(() => channel.prefetch(count, global));
    },
    selectConfirms: async () => {
      if (confirming) return;
      await reply(() => inside(channel).rpc(...CONFIRM_SELECT));
      confirming = true;
    },
    transact: async (step) => {
      await reply(() => inside(channel).rpc(...TX[step]));
    },
    ack: (deliveryTag, multiple = false) => send(() => channel.ack(tagged(deliveryTag), multiple)),
    nack: (deliveryTag, { multiple = false, requeue }) => send(() => channel.nack(tagged(deliveryTag), multiple, requeue)),
    reject: (deliveryTag, { requeue }) => send(() => channel.reject(tagged(deliveryTag), requeue)),
    roundTrip: async () => {
      // the least that asks for an answer on the same channel: setting again what was set
      await reply(() => channel.prefetch(prefetched));
    },
    async close() {
      if (open) await reply(() => channel.close()).catch(() => undefined);
    },
  };
}

/** What amqplib has no method for, as it calls the methods that it has: the method's number, its fields, the number of the answer. */
type Call = readonly [method: number, fields: object, answer: number];
const CONFIRM_SELECT: Call = [0x0055_000a, { nowait: false }, 0x0055_000b];
const TX: Readonly<Record<'select' | 'commit' | 'rollback', Call>> = {
  select: [0x005a_000a, {}, 0x005a_000b],
  commit: [0x005a_0014, {}, 0x005a_0015],
  rollback: [0x005a_001e, {}, 0x005a_001f],
};

/** The parts of amqplib's channel that its types do not show: transactions are not in its methods, nor confirms chosen later. */
function inside(channel: AmqpChannel) {
  return channel as unknown as { rpc(...call: Call): Promise<unknown>; pushConfirmCallback(settled: (error: unknown) => void): void };
}

function toDelivery(raw: AmqpMessage): Delivery {
  return deliveryOf(raw, fromWireProperties(raw.properties as unknown as Record<string, unknown>));
}

const NO_PROPERTIES: Properties = {};

function toBareDelivery(raw: AmqpMessage): Delivery {
  return deliveryOf(raw, NO_PROPERTIES);
}

function deliveryOf({ fields, content }: AmqpMessage, properties: Properties): Delivery {
  const { exchange, routingKey, redelivered, deliveryTag } = fields;
  return { exchange, routingKey, redelivered, deliveryTag, properties, body: content };
}

/** amqplib wants the message itself, of which it reads the tag. */
function tagged(deliveryTag: number): AmqpMessage {
  return { fields: { deliveryTag } } as AmqpMessage;
}

/** amqplib's refusal to encode something, before anything was sent. */
function unsendable(cause: unknown): LabError {
  if (cause instanceof LabError) return cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  return new UsageError(`this message cannot be put on the wire: ${message}`, {
    cause,
    hint: 'names and properties hold up to 255 bytes, all headers together 64 KiB, and a number must fit its type',
  });
}
