import { Command } from 'commander';
import { LabError, UsageError } from '../errors.ts';
import { call as pump } from '../messages/call.ts';
import { linesOf, repeatedBody, type Source } from '../messages/source.ts';
import { bodyText } from '../output/delivery-view.ts';
import { parseDuration, parseInteger } from '../values.ts';
import { CallOutcomes } from './call-outcomes.ts';
import { type DisplayFlags, deliveryFormatOf } from './display.ts';
import { openInput, readAll } from './input.ts';
import { unlessInterrupted } from './interruption.ts';
import type { Act, Lab } from './lab.ts';
import { examples } from './options.ts';
import { type Destination, type MessageFlags, parseDestination, propertiesFromFlags, withMessageOptions } from './publish-flags.ts';
import { pumpContext } from './pumping.ts';

interface Options extends MessageFlags, DisplayFlags {
  readonly queue?: string;
  readonly routingKey?: string;
  readonly file?: string;
  readonly lines?: boolean;
  readonly count?: string;
  readonly parallel?: string;
  readonly timeout?: string;
}

/** `rmq-lab call`. */
export function call(act: Act): Command {
  const command = new Command('call')
    .description(
      'Sends a request and prints the reply (RPC): by the direct reply-to of RabbitMQ, with a correlation id of its own. No reply in time is ' +
        'exit 7, a request that reaches no queue exit 3 at once. A request is sent once only: see rmq-lab serve for the other side.',
    )
    .argument('[exchange]', "exchange to send to ('' is the default exchange); with -q, the body stands here")
    .argument('[routing-key]', 'routing key')
    .argument('[body]', 'body; else --file, else stdin when that is not a terminal')
    .option('-q, --queue <name>', 'call the server of this queue, through the default exchange')
    .option('-r, --routing-key <key>', 'routing key, in place of the argument')
    .option('--timeout <duration>', 'time for each reply (default 10s)')
    .option('--file <file>', 'read the body from a file (- is stdin)')
    .option('--lines', 'a call for each line of the input; replies come in the order of the lines')
    .option('-n, --count <n>', 'send the body so many times')
    .option('--parallel <n>', 'with --lines, --count: calls at a time (default 100)');
  return withMessageOptions(command, { replyTo: false })
    .option('--raw', 'the replies, byte for byte, with nothing between')
    .option('--format <template>', 'a line for each: {{body}} {{correlationId}} {{header NAME}} …')
    .addHelpText(
      'after',
      examples([
        ['rmq-lab call -q resize \'{"w":80}\'', 'ask whoever serves the queue resize'],
        ['rmq-lab call services price.eu 42 --timeout 2s', 'through an exchange, with a key'],
        ['rmq-lab call -q upper --lines < words.txt', 'a call for each line'],
        ['rmq-lab call -q slow x --expiration 10s', 'a request that dies with its caller'],
        ["rmq-lab serve upper --exec 'tr a-z A-Z'", 'the other side'],
      ]),
    )
    .action(act(run));
}

async function run(
  lab: Lab,
  exchange: string | undefined,
  key: string | undefined,
  body: string | undefined,
  options: Options,
): Promise<void> {
  const words = [exchange, key, body].filter((word) => word !== undefined);
  const destination = parseDestination(words, options, 'call');
  const timeout = parseDuration(options.timeout ?? '10s', '--timeout');
  if (timeout === 0) throw new UsageError('--timeout: a reply takes more than no time', { hint: 'give --timeout 10s' });
  const window = parseInteger(options.parallel ?? '100', '--parallel', 1, 65_535);
  const shown = options.raw || options.format !== undefined || lab.settings.json || !lab.out.isTerminal;
  const format = deliveryFormatOf(lab, options);
  const source = await createSource(lab, destination, options);
  const { verbose } = lab.settings;
  const outcomes = new CallOutcomes(
    destination,
    timeout,
    options.lines ? 'line' : 'call',
    options.lines === true || options.count !== undefined,
  );
  const { note, ...context } = pumpContext(lab);
  await pump(
    source,
    {
      timeout,
      window,
      async onAnswer(answer, request, number) {
        if (answer.outcome === 'reply') {
          const text = shown ? format(answer.reply) : `${bodyText(answer.reply.body)}\n`;
          await unlessInterrupted(lab, lab.write(text));
        }
        const complaint = outcomes.add(answer, request, number);
        if (complaint !== undefined) lab.warn(complaint);
      },
      onStray(reply, why) {
        outcomes.addStray(why);
        if (verbose)
          note(`dropped a ${why} reply, correlation id ${reply.properties.correlationId ?? '(none)'}: ${reply.body.length} bytes`);
      },
    },
    context,
  );
  const failure = outcomes.failure();
  if (failure !== undefined) throw failure.kind === 'condition' ? await withLook(lab, destination, failure) : failure;
}

/** Where the requests come from. */
async function createSource(lab: Lab, destination: Destination, options: Options): Promise<Source> {
  const { lines, file, count } = options;
  if (destination.exchange === undefined || destination.routingKey === undefined) {
    throw new UsageError('whom to call? no queue is named, and no exchange with a routing key', {
      hint: 'call -q QUEUE BODY, or call EXCHANGE ROUTING-KEY BODY',
    });
  }
  const properties = propertiesFromFlags(options);
  if (properties.replyTo !== undefined) {
    throw new UsageError('--property: reply-to is the call’s own: the reply comes straight back to it', {
      hint: 'leave it out; for a reply to a queue: rmq-lab publish --reply-to QUEUE',
    });
  }
  const exclude = (a: string, b: string, clash: boolean) => {
    if (clash) throw new UsageError(`${a} and ${b} exclude each other`, { hint: 'leave one of them out' });
  };
  exclude('--lines', '--count', lines === true && count !== undefined);
  exclude('--lines', `a body ('${destination.body}')`, lines === true && destination.body !== undefined);
  exclude('--file', `a body ('${destination.body}')`, file !== undefined && destination.body !== undefined);
  exclude('--correlation-id', '--lines, --count', properties.correlationId !== undefined && (lines === true || count !== undefined));
  const base = {
    exchange: destination.exchange,
    routingKey: destination.routingKey,
    properties: { deliveryMode: 2, ...properties },
    body: Buffer.alloc(0),
  };
  if (lines) return linesOf(openInput(lab, file), Buffer.from('\n'), (line) => ({ ...base, body: line }));
  const times = count === undefined ? 1 : parseInteger(count, '--count', 1);
  return repeatedBody({ ...base, body: destination.body === undefined ? await readAll(lab, file) : Buffer.from(destination.body) }, times);
}

/** A time-out with what can be seen of the queue, where the call names one. */
async function withLook(lab: Lab, { exchange, routingKey = '' }: Destination, failure: LabError): Promise<LabError> {
  if (exchange !== '') return failure;
  const { lookAtQueue } = await import('../topology/expected-queue.ts');
  const found = await lab.withBroker((broker) => lookAtQueue(broker, routingKey)).catch(() => undefined);
  if (found?.consumers === undefined) return failure;
  const requests = found.messages === 1 ? '1 request waits' : `${found.messages} requests wait`;
  const [detail, hint] =
    found.consumers === 0
      ? [`queue '${routingKey}' has no consumer; ${requests} in it`, `serve it: rmq-lab serve ${routingKey} --exec COMMAND`]
      : [`queue '${routingKey}': ${found.consumers === 1 ? '1 consumer' : `${found.consumers} consumers`}, ${requests}`, failure.hint];
  return new LabError('condition', failure.message, { detail, ...(hint === undefined ? {} : { hint }) });
}
