import { Command } from 'commander';
import { formatEnvelope } from '../client/envelope.ts';
import { parsePairs, parseProperty } from '../client/typed-pair.ts';
import { LabError, UsageError } from '../errors.ts';
import { foundMessageView, missesView, unmetMessageView } from '../output/expectation-view.ts';
import { readDeliveryLimit } from '../topology/delivery-limit.ts';
import { DEATH_KEYS, type DeathKey, type MessageExpectation } from '../topology/expected-message.ts';
import type { Look } from '../topology/poll.ts';
import { type MessageSearch, searchMessages } from '../topology/search-messages.ts';
import { addExpectOptions, type ExpectOptions, pollOptions } from './expect-options.ts';
import type { Act, Lab } from './lab.ts';
import { collect, examples, parseChoice, parseName } from './options.ts';

/** The options of `expect message`. */
export interface MessageExpectOptions extends ExpectOptions {
  readonly body?: string;
  readonly routingKey?: string;
  readonly header: readonly string[];
  readonly property: readonly string[];
  readonly death: readonly string[];
}

/** Messages held at most while looking. */
const LIMIT = 1000;

/** `rmq-lab expect message` or, with `negated`, `rmq-lab expect no-message`. */
export function expectMessage(act: Act, negated: boolean): Command {
  const command = new Command(negated ? 'no-message' : 'message')
    .summary(negated ? 'expect that no message in a queue is like this' : 'expect that a message in a queue is like this')
    .description(
      'Exit 0 when any message in the queue is as described, 7 when not. To look, messages are taken and given back once, all ' +
        `together (${LIMIT} at most): they are marked redelivered afterwards, and quorum queues count it towards their delivery limit. ` +
        'Looking for none ends with the first that is there, since looking again would wear them out.',
    )
    .argument('<queue>', 'queue to look into')
    .option('--body <text>', 'the body, to the letter')
    .option('-r, --routing-key <key>', 'the routing key that it came with')
    .option('-H, --header <k=v>', 'a header, typed: n:int=1 is another than n=1 (repeatable)', collect, [])
    .option('--property <k=v>', 'a property, such as content-type=text/plain (repeatable)', collect, [])
    .option('--death <k=v>', `dead-lettered like this: ${DEATH_KEYS.join(', ')} (repeatable: all of one entry of x-death)`, collect, []);
  return addExpectOptions(command, negated)
    .addHelpText(
      'after',
      examples([
        [`rmq-lab expect ${command.name()} eu --routing-key order.eu.paid --body hello`, 'both of one message'],
        [`rmq-lab expect ${command.name()} eu -H n:int=1`, 'the number 1, not the string "1"'],
        [`rmq-lab expect ${command.name()} dead --death reason=expired --death queue=orders`, 'dead-lettered from there'],
      ]),
    )
    .action(
      act((lab: Lab, queue: string, options: MessageExpectOptions) => run(lab, messageExpectation(queue, options, negated), options)),
    );
}

/** What the options expect. Throws UsageError. */
export function messageExpectation(queue: string, options: MessageExpectOptions, negated: boolean): MessageExpectation {
  const { body, routingKey, header, property, death } = options;
  return {
    queue: parseName(queue, 'the name of the queue'),
    absent: negated || options.absent === true,
    ...(body === undefined ? {} : { body: Buffer.from(body) }),
    ...(routingKey === undefined ? {} : { routingKey: parseName(routingKey, '--routing-key', true) }),
    headers: parsePairs(header, '-H'),
    properties: Object.assign({}, ...property.map((text) => parseProperty(text))),
    death: Object.fromEntries(death.map(parseDeath)),
  };
}

function parseDeath(text: string): [DeathKey, string] {
  const at = text.indexOf('=');
  if (at < 0) throw new UsageError(`--death: '${text}' has no '='`, { hint: 'write --death reason=expired' });
  return [parseChoice(text.slice(0, at), '--death', DEATH_KEYS), text.slice(at + 1)];
}

async function run(lab: Lab, expected: MessageExpectation, { within }: ExpectOptions): Promise<void> {
  const polling = pollOptions(lab, within, expected.absent);
  const [address] = (await lab.target()).addresses;
  const { met, found } = await lab.withBroker((broker) => {
    let known: Promise<number> | undefined;
    const ask = async () =>
      (await readDeliveryLimit(await lab.management(), address?.vhost ?? '/', expected.queue, broker.server.version)).limit;
    const deliveryLimit = () => {
      known ??= ask();
      return known;
    };
    return searchMessages(broker, expected, { ...polling, limit: LIMIT, deliveryLimit });
  });
  if (!met) throw unmet(expected, found);
  await lab.print({ ok: true, found: foundDocument(found) }, () => `ok: ${foundMessageView(found)}`);
}

function foundDocument({ queue, looked, match }: Look<MessageSearch>['found']): object {
  return { queue, looked, ...(match === undefined ? {} : { message: JSON.parse(formatEnvelope(match)) }) };
}

function unmet(expected: MessageExpectation, found: MessageSearch): LabError {
  const { queue } = expected;
  const detail = missesView(found);
  return new LabError('condition', unmetMessageView(found), {
    ...(detail === '' || expected.absent ? {} : { detail }),
    hint: unmetHint(queue, found),
  });
}

function unmetHint(queue: string, { exists, cut }: MessageSearch): string {
  if (!exists) return `declare it: rmq-lab declare-queue ${queue}`;
  if (cut === 'delivery-limit') return `take it (rmq-lab get ${queue}) or move it (rmq-lab move ${queue} --to-queue OTHER)`;
  return `look at what is there: rmq-lab peek ${queue} -n 5`;
}
