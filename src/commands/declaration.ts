import type { Command } from 'commander';
import type { ExchangeDeclaration, QueueDeclaration, ServerInfo } from '../client/broker.ts';
import type { FieldTable, FieldValue } from '../client/message.ts';
import { parsePairs } from '../client/typed-pair.ts';
import { UsageError } from '../errors.ts';
import { meetsVersion } from '../lessons/version.ts';
import { parseInteger, parseSize } from '../values.ts';
import { collect, mergeTables, parseChoice, parseMilliseconds, parseName } from './options.ts';

/** An option of declare-queue that stands for one argument of the queue. */
interface ArgumentFlag {
  /** As commander takes it. */
  readonly flags: string;
  readonly description: string;
  /** The argument as RabbitMQ names it. */
  readonly argument: string;
  /** The argument's value; `what` names the option in errors. A flag without a value is given `''`. */
  readonly read: (text: string, what: string) => FieldValue;
}

const QUEUE_TYPES = ['classic', 'quorum', 'stream'] as const;
const OVERFLOWS = ['drop-head', 'reject-publish', 'reject-publish-dlx'] as const;

/** Every option of declare-queue that is an argument of the queue; help and parsing read this table. */
export const QUEUE_ARGUMENT_FLAGS: readonly ArgumentFlag[] = [
  {
    flags: '--type <type>',
    description: 'classic, quorum or stream (default: what the vhost says, normally classic)',
    argument: 'x-queue-type',
    read: (text, what) => parseChoice(text, what, QUEUE_TYPES),
  },
  {
    flags: '--message-ttl <duration>',
    description: 'messages expire after this time in the queue: 250ms, 5s, 2m, 1h',
    argument: 'x-message-ttl',
    read: parseMilliseconds,
  },
  {
    flags: '--expires <duration>',
    description: 'the queue itself goes after this time without consumers, gets and redeclarations',
    argument: 'x-expires',
    read: readExpires,
  },
  {
    flags: '--max-length <n>',
    description: 'ready messages that it holds at most',
    argument: 'x-max-length',
    read: (text, what) => parseInteger(text, what),
  },
  {
    flags: '--max-length-bytes <size>',
    description: 'body bytes that it holds at most: 512, 4kB, 1MiB',
    argument: 'x-max-length-bytes',
    read: parseSize,
  },
  {
    flags: '--overflow <how>',
    description: 'at the limit: drop-head (default: the oldest goes), reject-publish, reject-publish-dlx',
    argument: 'x-overflow',
    read: (text, what) => parseChoice(text, what, OVERFLOWS),
  },
  {
    flags: '--dead-letter-exchange <exchange>',
    description: "where rejected, expired and dropped messages go ('' is the default exchange)",
    argument: 'x-dead-letter-exchange',
    read: (text, what) => parseName(text, what, true),
  },
  {
    flags: '--dead-letter-routing-key <key>',
    description: 'routing key of dead letters (default: the one that they came with)',
    argument: 'x-dead-letter-routing-key',
    read: (text, what) => parseName(text, what, true),
  },
  {
    flags: '--max-priority <n>',
    description: 'make it a priority queue, 1 to 255 (few levels are cheaper)',
    argument: 'x-max-priority',
    read: (text, what) => parseInteger(text, what, 0, 255),
  },
  {
    flags: '--lazy',
    description: 'x-queue-mode=lazy: messages on disk; without effect since RabbitMQ 3.12',
    argument: 'x-queue-mode',
    read: () => 'lazy',
  },
  {
    flags: '--single-active-consumer',
    description: 'one consumer at a time gets messages, the next takes over',
    argument: 'x-single-active-consumer',
    read: () => true,
  },
  {
    flags: '--delivery-limit <n>',
    description: 'quorum: returns of a message before it is dropped or dead-lettered (-1: no limit, from 4.0)',
    argument: 'x-delivery-limit',
    read: (text, what) => parseInteger(text, what, -1),
  },
];

/** Adds the options of QueueOptions to a command. */
export function withQueueOptions(command: Command): Command {
  command
    .argument('<queue>', "name; '' lets the server choose one")
    .option('--transient', 'does not survive a restart of the broker')
    .option('--exclusive', 'for this connection only, and gone with it')
    .option('--auto-delete', 'goes with its last consumer, once it has had one')
    .option('--passive', 'only ask whether it exists (exit 6 when not)');
  for (const { flags, description } of QUEUE_ARGUMENT_FLAGS) command.option(flags, description);
  return command.option('--arg <k=v>', 'any other argument, typed: x-foo:int=1, x-foo:bool=true (repeatable)', collect, []);
}

/** The options of declare-queue; those of `QUEUE_ARGUMENT_FLAGS` under commander's names for them. */
export interface QueueOptions {
  readonly transient?: boolean;
  readonly exclusive?: boolean;
  readonly autoDelete?: boolean;
  readonly passive?: boolean;
  readonly arg: readonly string[];
  readonly [flag: string]: string | boolean | readonly string[] | undefined;
}

/**
 * The declaration that the options ask for. Throws UsageError on a bad value and on what no version of RabbitMQ takes; where
 * versions differ, the broker is the judge (and `--arg` gets anything past this function).
 */
export function queueDeclaration(queue: string, options: QueueOptions): QueueDeclaration {
  const flags: Record<string, FieldValue> = {};
  for (const { flags: written, argument, read } of QUEUE_ARGUMENT_FLAGS) {
    const long = written.split(' ')[0] as string;
    const given = options[camelCase(long)];
    if (given !== undefined && given !== false) flags[argument] = read(given === true ? '' : String(given), long);
  }
  refuseContradictions(flags, options);
  const table = mergeTables([flags, parsePairs(options.arg, '--arg')]);
  if (table['x-dead-letter-routing-key'] !== undefined && table['x-dead-letter-exchange'] === undefined) {
    throw new UsageError('--dead-letter-routing-key has no effect without --dead-letter-exchange', {
      hint: "add --dead-letter-exchange EXCHANGE ('' is the default exchange, where the key is a queue’s name)",
    });
  }
  return {
    queue: parseName(queue, 'the name of the queue', true),
    durable: options.transient !== true,
    exclusive: options.exclusive === true,
    autoDelete: options.autoDelete === true,
    arguments: table,
  };
}

function refuseContradictions(flags: FieldTable, options: QueueOptions): void {
  const type = flags['x-queue-type'];
  if (type !== 'quorum' && type !== 'stream') return;
  for (const [flag, given] of [
    ['--transient', options.transient],
    ['--exclusive', options.exclusive],
    ['--auto-delete', options.autoDelete],
  ] as const) {
    if (given) {
      throw new UsageError(`--type ${type} and ${flag} exclude each other: ${type} queues are durable, shared and stay`, {
        hint: `leave out ${flag}, or use --type classic`,
      });
    }
  }
}

/** What is worth knowing about a queue before it is declared, a line each. `keeps`: the connection outlives the command, as in a session. */
export function queueNotes(declaration: QueueDeclaration, server: ServerInfo, { keeps } = { keeps: false }): string[] {
  const { durable, exclusive, queue, arguments: table } = declaration;
  const notes: string[] = [];
  if (!durable && !exclusive) notes.push('RabbitMQ 4.3 and later refuse a queue that is neither durable nor exclusive');
  if (exclusive) {
    const name = queue === '' ? 'the queue' : `queue ${queue}`;
    notes.push(
      keeps
        ? `${name} is exclusive to this session's connection: its other channels may use it, other connections may not, and it goes with it`
        : `${name} is exclusive to this command's connection and goes with it now; leave out --exclusive to keep it`,
    );
  }
  if (table['x-queue-mode'] === 'lazy' && server.product === 'RabbitMQ' && meetsVersion(server.version, '>=3.12')) {
    notes.push(`lazy has no effect on RabbitMQ ${server.version}: since 3.12 every classic queue keeps its messages on disk`);
  }
  return notes;
}

const EXCHANGE_TYPES = ['direct', 'fanout', 'topic', 'headers'] as const;

/** The options of declare-exchange. */
export interface ExchangeOptions {
  readonly type?: string;
  readonly transient?: boolean;
  readonly autoDelete?: boolean;
  readonly internal?: boolean;
  readonly alternateExchange?: string;
  readonly passive?: boolean;
  readonly arg: readonly string[];
}

/** Adds the options of ExchangeOptions to a command. */
export function withExchangeOptions(command: Command): Command {
  return command
    .argument('<exchange>', 'name; those that begin with amq. belong to the broker')
    .option('--type <type>', 'direct (exact key), fanout (everyone), topic (key patterns), headers; or a plugin’s x-…')
    .option('--transient', 'does not survive a restart of the broker')
    .option('--auto-delete', 'goes with its last binding, once it has had one')
    .option('--internal', 'takes messages from other exchanges only')
    .option('--alternate-exchange <exchange>', 'takes what no binding wants')
    .option('--arg <k=v>', 'any other argument, typed: x-foo:int=1 (repeatable)', collect, [])
    .option('--passive', 'only ask whether it exists (exit 6 when not)');
}

/** The declaration that the options ask for; types of plugins (`x-…`) pass. Throws UsageError. */
export function exchangeDeclaration(exchange: string, options: ExchangeOptions): ExchangeDeclaration {
  if (options.type === undefined) {
    throw new UsageError('--type is missing: what kind of exchange is it?', { hint: `add --type ${EXCHANGE_TYPES.join('|')}` });
  }
  const { alternateExchange: alternate } = options;
  const flags: FieldTable = alternate === undefined ? {} : { 'alternate-exchange': parseName(alternate, '--alternate-exchange') };
  return {
    exchange: parseName(exchange, 'the name of the exchange', true),
    type: options.type.startsWith('x-') ? options.type : parseChoice(options.type, '--type', EXCHANGE_TYPES),
    durable: options.transient !== true,
    autoDelete: options.autoDelete === true,
    internal: options.internal === true,
    arguments: mergeTables([flags, parsePairs(options.arg, '--arg')]),
  };
}

function readExpires(text: string, what: string): number {
  const ms = parseMilliseconds(text, what);
  if (ms === 0) throw new UsageError(`${what}: a queue cannot expire after no time`, { hint: 'give more than 0, such as 30s' });
  return ms;
}

function camelCase(long: string): string {
  return long.slice(2).replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
