import { Command } from 'commander';
import type { Properties } from '../client/message.ts';
import { LabError, UsageError } from '../errors.ts';
import { publish as pump } from '../messages/publish.ts';
import { createRejects } from '../messages/rejects.ts';
import { envelopesOf, linesOf, repeatedBody, type Source } from '../messages/source.ts';
import { parseTemplate } from '../messages/template.ts';
import { escapeText } from '../output/escape.ts';
import { publishView, rejectedHint } from '../output/publish-view.ts';
import { parseInteger } from '../values.ts';
import { openInput, readAll } from './input.ts';
import type { Act, Lab } from './lab.ts';
import { examples } from './options.ts';
import {
  type Destination,
  type MessageFlags,
  overrideWith,
  parseDestination,
  propertiesFromFlags,
  withMessageOptions,
} from './publish-flags.ts';
import { createProgressLine, pumpContext } from './pumping.ts';

interface Options extends MessageFlags {
  readonly queue?: string;
  readonly routingKey?: string;
  readonly file?: string;
  readonly lines?: boolean;
  readonly delimiter?: string;
  readonly null?: boolean;
  readonly ndjson?: boolean;
  readonly count?: string;
  readonly template?: boolean;
  /** False: --no-confirm. */
  readonly confirm?: string | false;
  readonly mandatory?: boolean;
  readonly rate?: string;
  readonly progress?: boolean;
  readonly rejected?: string;
  readonly keepCc?: boolean;
  readonly keepUserId?: boolean;
}

/** `rmq-lab publish`. */
export function publish(act: Act): Command {
  const command = new Command('publish')
    .description(
      'Sends messages and waits until the broker has confirmed them. The body is the last argument, or --file, or stdin: whole and ' +
        'byte for byte, so `echo hi |` sends the newline too, and `printf hi |` does not.',
    )
    .argument('[exchange]', "exchange to publish to ('' is the default exchange); with -q, the body stands here")
    .argument('[routing-key]', 'routing key')
    .argument('[body]', 'body; else --file, else stdin when that is not a terminal')
    .option('-q, --queue <name>', 'publish to this queue, through the default exchange')
    .option('-r, --routing-key <key>', 'routing key, in place of the argument or the envelope’s')
    .option('--file <file>', 'read the body from a file (- is stdin)')
    .option('--lines', 'one message per line of the input')
    .option('--delimiter <string>', 'what ends a line, with --lines (default: a newline)')
    .option('--null', 'lines end with a NUL byte, as from find -print0')
    .option('--ndjson', 'one envelope per line, as consume --json writes them')
    .option('-n, --count <n>', 'send the body so many times')
    .option('--template', 'expand {{n}} {{uuid}} {{now}} {{random 1 6}} in body and routing key');
  return withMessageOptions(command, { replyTo: true })
    .option('--confirm <n>', 'unconfirmed messages at a time (default 1000)')
    .option('--no-confirm', 'do not ask for confirms')
    .option('--mandatory', 'a message that reaches no queue comes back (default)')
    .option('--no-mandatory', 'a message that reaches no queue is dropped in silence')
    .option('--rate <n>', 'messages a second')
    .option('--progress', 'show how far it is, on stderr')
    .option('--rejected <file>', 'write messages that were not taken to this file, as envelopes')
    .option('--keep-cc', 'keep CC and BCC headers of envelopes')
    .option('--keep-user-id', 'keep the user id of envelopes')
    .addHelpText(
      'after',
      examples([
        ['rmq-lab publish orders order.eu \'{"id":1}\'', 'to an exchange, with a routing key'],
        ['rmq-lab publish -q work hello', 'straight to a queue'],
        ['printf %s "$body" | rmq-lab publish orders order.eu', 'from stdin, byte for byte'],
        ['rmq-lab publish -q work --lines < tasks.txt', 'a message per line'],
        ["rmq-lab publish -q work -n 100 --template 'task {{n}}'", 'a hundred different messages'],
        ['rmq-lab consume a --json --until-empty | rmq-lab publish --ndjson -q b', 'copy a queue (lossless: rmq-lab move)'],
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
  const destination = parseDestination(words, options);
  const properties = propertiesFromFlags(options);
  const window = options.confirm === false ? 0 : parseInteger(options.confirm ?? '1000', '--confirm', 1, 65_535);
  const rate = options.rate === undefined ? {} : { rate: parseInteger(options.rate, '--rate', 1) };
  const source = await createSource(lab, destination, properties, options);
  const rejects = await createRejects(options.rejected, (line) => lab.warn(escapeText(line)));
  const progress = createProgressLine(lab, options.progress === true);
  const { report, failure } = await pump(
    source,
    { window, mandatory: options.mandatory !== false, ...rate, onRejected: rejects.add, onProgress: progress.show },
    pumpContext(lab),
  );
  progress.end();
  const closed = rejects.close();
  closed.catch(() => undefined); // told after the report
  if (lab.settings.json) await lab.print(report, () => '');
  else if (report.published > 0) lab.note(publishView(report, window > 0));
  await closed;
  if (failure !== undefined) throw failure;
  const refused = report.returned + report.nacked;
  if (refused > 0) {
    throw new LabError('not-taken', `not taken: ${refused} of ${report.published} (${report.returned} returned, ${report.nacked} nacked)`, {
      hint: rejectedHint(report, destination, rejects.first),
    });
  }
}

/** Where the messages come from, as the flags say. */
async function createSource(lab: Lab, destination: Destination, properties: Properties, options: Options): Promise<Source> {
  const { count: times, lines, ndjson, template } = options;
  const streaming = lines || ndjson || options.delimiter !== undefined || options.null;
  const count = times === undefined ? 1 : parseInteger(times, '--count', 1);
  if (lines && ndjson) throw new UsageError('--lines and --ndjson exclude each other', { hint: 'give one of them' });
  if (streaming && times !== undefined) throw new UsageError('--count repeats one body, not lines', { hint: 'leave out --count' });
  if (streaming && destination.body !== undefined) {
    throw new UsageError(`a body ('${destination.body}') and lines to read exclude each other`, { hint: 'leave one of them out' });
  }
  if (destination.body !== undefined && options.file !== undefined) {
    throw new UsageError(`a body ('${destination.body}') and --file exclude each other`, { hint: 'leave one of them out' });
  }
  if (destination.exchange === undefined && !ndjson) {
    throw new UsageError('where to? no exchange and no queue is named', {
      hint: 'publish EXCHANGE ROUTING-KEY BODY, or publish -q QUEUE BODY',
    });
  }
  if (ndjson) {
    const keep = { cc: options.keepCc === true, userId: options.keepUserId === true };
    if (template) throw new UsageError('--template and --ndjson exclude each other', { hint: 'leave one of them out' });
    return envelopesOf(openInput(lab, options.file), overrideWith(destination, properties, keep));
  }
  const base = {
    exchange: destination.exchange ?? '',
    routingKey: destination.routingKey ?? '',
    properties: { deliveryMode: 2, ...properties },
    body: Buffer.alloc(0),
  };
  const key = template ? parseTemplate(base.routingKey, lab.clock) : undefined;
  if (streaming) {
    const delimiter = options.null ? '\0' : (options.delimiter ?? '\n');
    if (delimiter === '') throw new UsageError('--delimiter: an empty string ends no line', { hint: "give one, such as --delimiter ';'" });
    return linesOf(openInput(lab, options.file), Buffer.from(delimiter), (line, n) => ({
      ...base,
      ...(key === undefined ? {} : { routingKey: key(n) }),
      body: template ? Buffer.from(parseTemplate(line.toString('utf8'), lab.clock)(n)) : line,
    }));
  }
  const bytes = destination.body === undefined ? await readAll(lab, options.file) : Buffer.from(destination.body);
  if (key === undefined) return repeatedBody({ ...base, body: bytes }, count);
  const body = parseTemplate(bytes.toString('utf8'), lab.clock);
  return repeatedBody(base, count, (n) => ({ routingKey: key(n), body: Buffer.from(body(n)) }));
}
