import { Command } from 'commander';
import type { Broker } from '../client/broker.ts';
import type { FieldTable } from '../client/message.ts';
import { withChannel } from '../client/session.ts';
import { LabError } from '../errors.ts';
import { createStreamSink } from '../messages/stream-sink.ts';
import { tap as pump, type TapBinding } from '../messages/tap.ts';
import { parseInteger } from '../values.ts';
import type { BindingOptions } from './binding.ts';
import { type LimitFlags, parseLimits } from './consume-flags.ts';
import { finishConsuming } from './consumed.ts';
import { type DisplayFlags, deliveryFormatOf } from './display.ts';
import type { Act, Lab } from './lab.ts';
import { collect, examples, hidden, parseName } from './options.ts';
import { pumpContext } from './pumping.ts';
import { planTap, refuseDefaultExchange, routingType, standardType, type TapTarget } from './tap-plan.ts';

interface Options extends LimitFlags, DisplayFlags, Pick<BindingOptions, 'header' | 'match'> {
  readonly prefetch?: string;
  readonly maxLength?: string;
}

/** `rmq-lab tap`. */
export function tap(act: Act): Command {
  return new Command('tap')
    .description(
      'Shows copies of the messages that an exchange routes, by a temporary queue of its own. Queues, consumers and publishers go on as before, ' +
        'but for one thing: a message that reached no queue now reaches this one, so that a mandatory publisher does not get it back, ' +
        'and an alternate exchange does not get it at all. It runs until stopped, unless --count, --idle-timeout or --timeout says when to end.',
    )
    .argument('<exchange>', 'exchange to tap; internal ones, too')
    .argument('[routing-keys...]', 'copy what has these keys (topic: patterns, default #; fanout and headers: they do not matter)')
    .option('-H, --header <k=v>', 'headers exchanges: copy what has this header, typed as in bind (repeatable; none: all)', collect, [])
    .option('--match <how>', 'headers exchanges: all (default), any, all-with-x, any-with-x')
    .option('-n, --count <n>', 'end after so many messages; exit 7 when fewer came')
    .option('--idle-timeout <duration>', 'end when no message came for so long')
    .option('--timeout <duration>', 'end after so long')
    .option('--prefetch <n>', 'copies on their way to stdout at a time; the others wait on the broker (default 100)')
    .option('--max-length <n>', 'copies that may wait on the broker; the oldest are dropped then (default: no limit)')
    .option('--raw', 'the bodies, byte for byte, with nothing between')
    .option('--format <template>', 'a line for each: {{body}} {{routingKey}} {{header NAME}} …')
    .addOption(hidden('--limit <n>'))
    .addHelpText('after', () => `${MORE}${EXAMPLES}`)
    .action(act(run));
}

const MORE = `
The default exchange takes no bindings and cannot be tapped; rmq-lab peek QUEUE looks into a queue.
All that is published and delivered in a vhost can be seen on amq.rabbitmq.trace while an operator
has tracing on (rabbitmqctl trace_on -p VHOST): its keys are publish.EXCHANGE (publish. for the
default exchange) and deliver.QUEUE. Tracing costs the broker a copy of each message.
`;

const EXAMPLES = examples([
  ['rmq-lab tap orders', 'topic, fanout: everything'],
  ["rmq-lab tap orders 'order.eu.#' 'order.uk.#'", 'a part of it'],
  ['rmq-lab tap reports -H format=pdf -H pages:int=1 --match any', 'by headers'],
  ['rmq-lab tap orders -n 1 --timeout 10s --json', 'an envelope, or exit 7'],
  ['rmq-lab tap amq.rabbitmq.trace deliver.work', 'what the queue work hands out'],
]);

async function run(lab: Lab, exchange: string, keys: readonly string[], options: Options): Promise<void> {
  refuseDefaultExchange(exchange, keys);
  parseName(exchange, 'the name of the exchange');
  const limits = parseLimits(options);
  const { maxLength } = options;
  const request = {
    ...limits,
    exchange,
    prefetch: parseInteger(options.prefetch ?? '100', '--prefetch', 1, 65_535),
    ...(maxLength === undefined ? {} : { maxLength: parseInteger(maxLength, '--max-length', 1) }),
  };
  // what is wrong with keys and headers alone, before anything is asked
  planTap({ exchange, type: options.match !== undefined || options.header.length > 0 ? 'headers' : 'topic' }, keys, options);
  const sink = createStreamSink(lab.out.stream, deliveryFormatOf(lab, options), 'ack');
  const context = pumpContext(lab);
  const plan = async (broker: Broker) => {
    const { bindings, notes } = planTap({ ...(await lookAtTarget(lab, broker, exchange, keys)), lab: broker.server.lab }, keys, options);
    for (const line of notes) context.note(line);
    return bindings;
  };
  const report = await pump({ ...request, plan, onTapped: (bindings) => context.note(tappedText(exchange, bindings)) }, sink, context);
  finishConsuming(lab, report, {
    verb: 'tapped',
    count: limits.count,
    hint: 'see what is bound there, and by which keys: rmq-lab topology; a longer wait: --timeout 1m',
  });
}

function tappedText(exchange: string, bindings: readonly TapBinding[]): string {
  const keys = bindings.map(({ routingKey }) => routingKey).filter((key) => key !== '');
  return `tapping ${exchange}${keys.length === 0 ? '' : ` ${keys.join(' ')}`}: copies only`;
}

/** What can be known of an exchange: that it is there from AMQP, its type and keys from the management API, if that answers. */
async function lookAtTarget(lab: Lab, broker: Broker, exchange: string, keys: readonly string[]): Promise<TapTarget> {
  await withChannel(broker, (channel) => channel.checkExchange(exchange));
  const known = standardType(exchange);
  if (known !== undefined && (known !== 'direct' || keys.length > 0)) return { exchange, type: known };
  const [address] = (await lab.target()).addresses;
  const path = `/api/exchanges/${encodeURIComponent(address?.vhost ?? '/')}/${encodeURIComponent(exchange)}`;
  try {
    const api = await lab.management();
    const found = await api.get<{ readonly type: string; readonly arguments?: FieldTable }>(path);
    if (found === undefined) return { exchange };
    const type = routingType(found.type, found.arguments ?? {});
    if (type !== 'direct' || keys.length > 0) return { exchange, type };
    const bound = await api.get<readonly { readonly routing_key: string }[]>(`${path}/bindings/source`);
    return { exchange, type, boundKeys: (bound ?? []).map(({ routing_key: key }) => key) };
  } catch (cause) {
    if (!(cause instanceof LabError)) throw cause;
    return { exchange, ...(known === undefined ? {} : { type: known }) };
  }
}
