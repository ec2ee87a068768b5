import type { Command } from 'commander';
import { parsePairs } from '../client/typed-pair.ts';
import { UsageError } from '../errors.ts';
import type { BodySource, Task } from '../programs/task.ts';
import { closest } from '../suggest.ts';
import { parseDuration, parseInteger } from '../values.ts';
import { type BindingOptions, parseBindings } from './binding.ts';
import { type ConsumeFlags, parseConsumeFlags, parseLimits } from './consume-flags.ts';
import { type ExchangeOptions, exchangeDeclaration, type QueueOptions, queueDeclaration } from './declaration.ts';
import { type FewFlags, parseFew } from './display.ts';
import type { Act } from './lab.ts';
import { parseChoice, parseName } from './options.ts';
import { type Destination, type MessageFlags, parseDestination, propertiesFromFlags } from './publish-flags.ts';

type Words = readonly (string | undefined)[];

interface MessageOptions extends MessageFlags {
  readonly queue?: string;
  readonly routingKey?: string;
  readonly file?: string;
  readonly count?: string;
  readonly confirm?: string | false;
  readonly mandatory?: boolean;
  readonly timeout?: string;
  readonly raw?: boolean;
}

interface ServeOptions extends ConsumeFlags {
  readonly exec: string;
  readonly header: readonly string[];
  readonly contentType?: string;
}

/** What a program can be written for: how its arguments and options make a task, and which options have no counterpart in a program. */
interface Translation {
  /** Names of options, as commander gives them. */
  readonly without: readonly string[];
  readonly load: () => Promise<(act: Act) => Command>;
  readonly task: (words: Words, options: never) => Task;
}

const TRANSLATIONS: Readonly<Record<string, Translation>> = {
  publish: {
    load: async () => (await import('./publish.ts')).publish,
    without: ['lines', 'delimiter', 'null', 'ndjson', 'template', 'rate', 'progress', 'rejected', 'keepCc', 'keepUserId'],
    task(words, options: MessageOptions) {
      const to = parseDestination(present(words), options);
      if (to.exchange === undefined) {
        throw new UsageError('where to? no exchange and no queue is named', {
          hint: 'publish EXCHANGE ROUTING-KEY BODY, or publish -q QUEUE BODY',
        });
      }
      return {
        kind: 'publish',
        exchange: to.exchange,
        routingKey: to.routingKey ?? '',
        properties: { deliveryMode: 2, ...propertiesFromFlags(options) },
        body: bodySource(to, options.file),
        count: parseInteger(options.count ?? '1', '--count', 1),
        window: options.confirm === false ? 0 : parseInteger(options.confirm ?? '1000', '--confirm', 1, 65_535),
        mandatory: options.mandatory !== false,
      };
    },
  },
  consume: {
    load: async () => (await import('./consume.ts')).consume,
    without: ['format', 'exec', 'onFail', 'parallel', 'hold', 'crashAfter'],
    task([queue = ''], options: ConsumeFlags) {
      const { request, mode } = parseConsumeFlags(parseName(queue, 'the name of the queue'), options);
      const { untilEmpty = false, timeout, idleTimeout, exclusive = false, arguments: table = {} } = request;
      exclude('--timeout', '--idle-timeout', timeout !== undefined && idleTimeout !== undefined);
      exclude('--until-empty', '--idle-timeout', untilEmpty && idleTimeout !== undefined);
      const byGet = untilEmpty || (mode === 'none' && request.count !== undefined);
      const how = untilEmpty ? '--until-empty' : '--ack-mode none with --count';
      exclude(how, '--exclusive', byGet && exclusive);
      exclude(how, '--priority, --offset', byGet && Object.keys(table).length > 0);
      return { kind: 'consume', ...request, untilEmpty, exclusive, arguments: table, mode, raw: options.raw === true };
    },
  },
  get: {
    load: async () => (await import('./get.ts')).get,
    without: ['format'],
    task: ([queue = ''], options: FewFlags) => ({
      kind: 'get',
      queue: parseName(queue, 'the name of the queue'),
      count: parseFew(options),
      raw: options.raw === true,
    }),
  },
  'declare-queue': {
    load: async () => (await import('./declare-queue.ts')).declareQueue,
    without: [],
    task([queue = ''], options: QueueOptions) {
      if (options.passive && queue === '') throw new UsageError('--passive asks for a queue by its name', { hint: 'give the name' });
      return { kind: 'declare-queue', declaration: queueDeclaration(queue, options), passive: options.passive === true };
    },
  },
  'declare-exchange': {
    load: async () => (await import('./declare-exchange.ts')).declareExchange,
    without: [],
    task([exchange = ''], options: ExchangeOptions) {
      // the type does not count where it is only asked for
      const declaration = exchangeDeclaration(exchange, options.passive ? { type: 'direct', ...options } : options);
      if (options.passive) parseName(exchange, 'the name of the exchange');
      return { kind: 'declare-exchange', declaration, passive: options.passive === true };
    },
  },
  bind: {
    load: async () => (await import('./bind.ts')).bind,
    without: [],
    task([source = '', destination = '', ...keys], options: BindingOptions) {
      return { kind: 'bind', bindings: parseBindings(source, destination, present(keys), options) };
    },
  },
  call: {
    load: async () => (await import('./call.ts')).call,
    without: ['lines', 'count', 'parallel', 'format'],
    task(words, options: MessageOptions) {
      const to = parseDestination(present(words), options, 'call');
      if (to.exchange === undefined || to.routingKey === undefined) {
        throw new UsageError('whom to call? no queue is named, and no exchange with a routing key', {
          hint: 'call -q QUEUE BODY, or call EXCHANGE ROUTING-KEY BODY',
        });
      }
      const properties = propertiesFromFlags(options);
      if (properties.replyTo !== undefined) {
        throw new UsageError('--property: reply-to is the call’s own: the reply comes straight back to it', { hint: 'leave it out' });
      }
      const timeout = parseDuration(options.timeout ?? '10s', '--timeout');
      if (timeout === 0) throw new UsageError('--timeout: a reply takes more than no time', { hint: 'give --timeout 10s' });
      return {
        kind: 'call',
        exchange: to.exchange,
        routingKey: to.routingKey,
        properties: { deliveryMode: 2, ...properties },
        body: bodySource(to, options.file),
        timeout,
        raw: options.raw === true,
      };
    },
  },
  serve: {
    load: async () => (await import('./serve.ts')).serve,
    without: ['replyError', 'parallel'],
    task([queue = ''], options: ServeOptions) {
      const limits = parseLimits(options);
      exclude('--timeout', '--idle-timeout', limits.timeout !== undefined && limits.idleTimeout !== undefined);
      return {
        kind: 'serve',
        ...limits,
        queue: parseName(queue, 'the name of the queue'),
        command: options.exec,
        requeue: parseChoice(options.onFail ?? 'requeue', '--on-fail', ['requeue', 'reject'] as const) === 'requeue',
        prefetch: parseInteger(options.prefetch ?? '1', '--prefetch', 1, 65_535),
        properties: {
          deliveryMode: 2,
          ...(options.contentType === undefined ? {} : { contentType: parseName(options.contentType, '--content-type') }),
          ...(options.header.length === 0 ? {} : { headers: parsePairs(options.header, '-H') }),
        },
      };
    },
  },
};

/** The commands that a program can be written for. */
export const TRANSLATED: readonly string[] = Object.keys(TRANSLATIONS);

/**
 * What a command line asks for, read by the command's own parser. Throws UsageError as the command itself would, and on what has no
 * counterpart in a program; CommanderError on an option that the command does not know.
 */
export async function taskOf([name = '', ...words]: readonly string[]): Promise<Task> {
  const translation = Object.hasOwn(TRANSLATIONS, name) ? TRANSLATIONS[name] : undefined;
  if (translation === undefined) {
    const meant = closest(name, TRANSLATED);
    throw new UsageError(`no program is written for '${name}'${meant === undefined ? '' : `: did you mean ${meant}?`}`, {
      hint: `give one of ${TRANSLATED.join(', ')}`,
    });
  }
  let given: readonly unknown[] = [];
  const command = (await translation.load())(() => async (...args) => {
    given = args;
  });
  const output = { writeOut: () => undefined, writeErr: () => undefined };
  await command.exitOverride().configureOutput(output).parseAsync(words, { from: 'user' });
  for (const option of command.options) {
    const attribute = option.attributeName();
    if (!translation.without.includes(attribute) || command.getOptionValueSource(attribute) !== 'cli') continue;
    throw new UsageError(`${option.long ?? attribute} has no counterpart in a program`, {
      hint: `leave it out, or let rmq-lab ${name} do that`,
    });
  }
  return translation.task(given.slice(0, -2).flat() as Words, given.at(-2) as never);
}

function exclude(a: string, b: string, clash: boolean): void {
  if (clash) throw new UsageError(`${a} and ${b}: a program for both would teach little`, { hint: 'leave one of them out' });
}

function present(words: Words): string[] {
  return words.filter((word) => word !== undefined);
}

function bodySource({ body }: Destination, file: string | undefined): BodySource {
  if (body !== undefined && file !== undefined) {
    throw new UsageError(`a body ('${body}') and --file exclude each other`, { hint: 'leave one of them out' });
  }
  if (body !== undefined) return { text: body };
  return file === undefined || file === '-' ? 'stdin' : { file };
}
