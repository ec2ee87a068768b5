import { Command } from 'commander';
import type { Outcome } from '../client/broker.ts';
import { formatEnvelope } from '../client/envelope.ts';
import type { Delivery, FieldTable } from '../client/message.ts';
import { LabError, UsageError } from '../errors.ts';
import type { NamedChannel } from '../messages/named-channels.ts';
import { parseInteger } from '../values.ts';
import { parseOffset } from './consume-flags.ts';
import { deliveryBlock } from './display.ts';
import { parseChoice, parseName } from './options.ts';
import { type MessageFlags, parseDestination, propertiesFromFlags, withMessageOptions } from './publish-flags.ts';
import { type LineAct, type LineAnswer, type LineContext, queueOf } from './session-line.ts';

interface PublishOptions extends MessageFlags {
  readonly queue?: string;
  readonly routingKey?: string;
  readonly mandatory?: boolean;
}

interface ConsumeOptions {
  /** False: --no-ack. */
  readonly ack?: boolean;
  readonly exclusive?: boolean;
  readonly tag?: string;
  readonly priority?: string;
  readonly offset?: string;
}

interface SettleOptions {
  readonly multiple?: boolean;
  readonly requeue?: boolean;
}

/** The commands of a session that send, receive and settle. */
export function messageCommands(act: LineAct): readonly Command[] {
  const publishing = new Command('publish')
    .summary('send a message')
    .argument('[exchange]', "exchange ('' is the default exchange); with -q, the body stands here")
    .argument('[routing-key]')
    .argument('[body]')
    .option('-q, --queue <name>', 'publish to this queue, through the default exchange')
    .option('-r, --routing-key <key>', 'routing key')
    .option('--no-mandatory', 'what reaches no queue is dropped in silence');
  const settling = (name: 'ack' | 'nack' | 'reject', summary: string) => {
    const command = new Command(name).summary(summary).argument('<tag>', name === 'reject' ? 'delivery tag' : "delivery tag, or 'all'");
    if (name !== 'reject') command.option('--multiple', 'all up to this tag');
    if (name !== 'ack') command.option('--no-requeue', 'drop it, or dead-letter it, in place of giving it back');
    return command.action(act((context, tag: string, options: SettleOptions) => settle(context, name, tag, options)));
  };
  return [
    withMessageOptions(publishing, { replyTo: true }).action(act(publish)),
    new Command('get')
      .summary('take a message, and hold it')
      .argument('<queue>')
      .option('--no-ack', 'the broker forgets it as it sends it')
      .action(act(get)),
    new Command('consume')
      .summary('receive what comes, and hold it')
      .argument('<queue>')
      .option('--no-ack', 'the broker forgets each message as it sends it')
      .option('--exclusive', 'be the only consumer of the queue')
      .option('--tag <name>', 'consumer tag (default: the broker chooses)')
      .option('--priority <n>', 'consumer priority')
      .option('--offset <offset>', 'streams: first, last, next, a number, a date or an interval')
      .action(act(consume)),
    new Command('cancel').summary('end a consumer; what it received stays held').argument('[tag]', 'consumer tag').action(act(cancel)),
    settling('ack', 'tell the broker that a message is done with'),
    settling('nack', 'give messages back'),
    settling('reject', 'give one message back'),
    new Command('qos')
      .summary('limit what consumers that follow may hold')
      .argument('<n>', 'messages; 0 is no limit')
      .option('--global', 'for the channel together')
      .action(act(qos)),
    new Command('confirm').summary('have each publish on the channel answered').action(act(confirm)),
    new Command('tx')
      .summary('gather publishes and acks: tx select, tx commit, tx rollback')
      .argument('[step]', 'select (default), commit or rollback')
      .action(act(tx)),
  ];
}

async function publish(
  { at: open }: LineContext,
  exchange: string | undefined,
  key: string | undefined,
  text: string | undefined,
  options: PublishOptions,
): Promise<LineAnswer> {
  const words = [exchange, key, text].filter((word) => word !== undefined);
  const isLast = options.queue === '';
  const destination = parseDestination(words, isLast ? { ...options, queue: queueOf(await open(), '') } : options);
  if (destination.exchange === undefined || destination.body === undefined) {
    throw new UsageError('publish what, and where to?', { hint: 'publish EXCHANGE ROUTING-KEY BODY, or publish -q QUEUE BODY' });
  }
  const message = {
    exchange: destination.exchange,
    routingKey: destination.routingKey ?? '',
    properties: { deliveryMode: 2, ...propertiesFromFlags(options) },
    body: Buffer.from(destination.body),
  };
  const mandatory = options.mandatory !== false;
  const at = await open();
  if (at.mode !== 'confirms') {
    at.channel.publish(message, { mandatory });
    await at.channel.roundTrip();
    const why = at.mode === 'transaction' ? 'gathered until tx commit' : 'sent; without confirms nobody answers';
    return { result: { outcome: at.mode === 'transaction' ? 'gathered' : 'sent' }, text: why };
  }
  const [outcome, reason] = await new Promise<readonly [Outcome, string | undefined]>((resolve) =>
    at.channel.publish(message, { mandatory }, (how, because) => resolve([how, because])),
  );
  if (outcome === 'lost') throw (await at.channel.closed) ?? new LabError('unreachable', 'the connection was lost');
  if (outcome !== 'confirmed') {
    throw new LabError('not-taken', outcome === 'returned' ? `returned: ${reason}` : 'nacked: the broker refused it (a full queue, say)', {
      hint: outcome === 'returned' ? 'bind a queue for it, or publish --no-mandatory' : 'consume from the full queue, or raise its limit',
    });
  }
  return { result: { outcome }, text: 'confirmed' };
}

async function get({ lab, at: open }: LineContext, named: string, { ack = true }: ConsumeOptions): Promise<LineAnswer> {
  const at = await open();
  const queue = queueOf(at, named);
  const delivery = await at.channel.get(queue, { noAck: !ack });
  if (delivery === undefined) return { result: { empty: true }, text: `queue ${queue} is empty` };
  if (ack) at.held.set(delivery.deliveryTag, { queue, delivery });
  const more = `${delivery.messagesLeft} more ready`;
  const { messagesLeft, ...message } = delivery;
  return {
    result: { ...shownDelivery(message), messagesLeft },
    text: `#${delivery.deliveryTag} from ${queue}, ${ack ? 'held until ack' : 'taken'}, ${more}`,
    block: deliveryBlock(lab, message),
  };
}

async function consume(context: LineContext, named: string, options: ConsumeOptions): Promise<LineAnswer> {
  const at = await context.at();
  const queue = queueOf(at, named);
  const { ack = true, exclusive = false, tag, priority, offset } = options;
  const table: FieldTable = {
    ...(priority === undefined ? {} : { 'x-priority': parseInteger(priority, '--priority', -(2 ** 31), 2 ** 31 - 1) }),
    ...(offset === undefined ? {} : { 'x-stream-offset': parseOffset(offset) }),
  };
  const consumerTag = await context.channels.consume(at, queue, {
    noAck: !ack,
    exclusive,
    arguments: table,
    ...(tag === undefined ? {} : { consumerTag: parseName(tag, '--tag') }),
  });
  const isUnlimited = ack && at.prefetch === 0 ? '; nothing limits how many it may hold: qos 10 before consume would' : '';
  return { result: { consumerTag }, text: `consumer ${consumerTag} on queue ${queue}${isUnlimited}` };
}

async function cancel({ at: open }: LineContext, tag: string | undefined): Promise<LineAnswer> {
  const at = await open();
  const tags = [...at.consumers.keys()];
  const consumerTag = tag ?? (tags.length === 1 ? tags[0] : undefined);
  if (consumerTag === undefined) {
    throw new UsageError(`which? ${at.name} has ${tags.length === 0 ? 'no consumer' : `the consumers ${tags.join(', ')}`}`, {
      hint: tags.length === 0 ? 'consume QUEUE' : `cancel ${tags[0]}`,
    });
  }
  await at.channel.cancel(consumerTag);
  at.consumers.delete(consumerTag);
  return { result: { consumerTag }, text: `cancelled ${consumerTag}; ${heldText(at)}` };
}

async function settle(
  { at: open }: LineContext,
  how: 'ack' | 'nack' | 'reject',
  text: string,
  options: SettleOptions,
): Promise<LineAnswer> {
  const isAll = text === 'all' && how !== 'reject';
  const deliveryTag = isAll ? 0 : parseInteger(text.replace(/^#/, ''), 'the delivery tag');
  const multiple = isAll || options.multiple === true;
  const requeue = options.requeue !== false;
  const at = await open();
  if (how === 'ack') at.channel.ack(deliveryTag, multiple);
  else if (how === 'nack') at.channel.nack(deliveryTag, { multiple, requeue });
  else at.channel.reject(deliveryTag, { requeue });
  // none of these has an answer: this is so that a refusal shows here
  await at.channel.roundTrip();
  const unsettled = [...at.held.keys()].filter((tag) => !at.settling.includes(tag));
  const settled = unsettled.filter((tag) => (multiple ? isAll || tag <= deliveryTag : tag === deliveryTag));
  if (at.mode === 'transaction') at.settling.push(...settled);
  else for (const tag of settled) at.held.delete(tag);
  const done = how === 'ack' ? 'acked' : requeue ? 'gave back' : 'rejected';
  const until = at.mode === 'transaction' ? ' at tx commit' : '';
  return { result: { settled }, text: `${done} ${settled.map((tag) => `#${tag}`).join(' ') || 'nothing'}${until}; ${heldText(at)}` };
}

async function qos({ at: open }: LineContext, count: string, { global = false }: { readonly global?: boolean }): Promise<LineAnswer> {
  const limit = parseInteger(count, 'the limit', 0, 65_535);
  const at = await open();
  await at.channel.prefetch(limit, { global });
  at.prefetch = limit;
  const whom = global ? 'the channel together' : 'each consumer that follows';
  return { result: { prefetch: limit, global }, text: `${limit === 0 ? 'no limit' : `at most ${limit} held`} for ${whom}` };
}

async function confirm({ at: open }: LineContext): Promise<LineAnswer> {
  const at = await open();
  await at.channel.selectConfirms();
  at.mode = 'confirms';
  return { result: { mode: at.mode }, text: `each publish on ${at.name} is confirmed from now on` };
}

async function tx({ at: open }: LineContext, text = 'select'): Promise<LineAnswer> {
  const step = parseChoice(text, 'tx', ['select', 'commit', 'rollback'] as const);
  const at = await open();
  await at.channel.transact(step);
  at.mode = 'transaction';
  if (step === 'commit') for (const tag of at.settling) at.held.delete(tag);
  at.settling = [];
  const said = {
    select: `publishes and acks on ${at.name} wait for tx commit from now on`,
    commit: `committed; ${heldText(at)}`,
    rollback: `rolled back: nothing of it was published or acked; ${heldText(at)}`,
  }[step];
  return { result: { step }, text: said };
}

/** A delivery as it stands in `--json`. */
export function shownDelivery(delivery: Delivery): { readonly deliveryTag: number; readonly message: unknown } {
  return { deliveryTag: delivery.deliveryTag, message: JSON.parse(formatEnvelope(delivery)) };
}

/** What a channel holds, in words. */
export function heldText(at: NamedChannel): string {
  const tags = [...at.held.keys()];
  if (tags.length === 0) return `${at.name} holds nothing`;
  const shown = tags.slice(0, 10).map((tag) => `#${tag}`);
  return `${at.name} holds ${shown.join(' ')}${tags.length > shown.length ? ` and ${tags.length - shown.length} more` : ''}`;
}
