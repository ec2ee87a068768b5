import type { FieldTable } from '../client/message.ts';
import { UsageError } from '../errors.ts';
import type { TapBinding } from '../messages/tap.ts';
import { shellWord } from '../suggest.ts';
import { type BindingOptions, bindingArguments, bindingNotes } from './binding.ts';
import { parseName } from './options.ts';

/** What is known of an exchange that is to be tapped. */
export interface TapTarget {
  readonly exchange: string;
  /** Undefined where nobody could be asked. */
  readonly type?: string;
  /** The keys bound to it, where they are known. */
  readonly boundKeys?: readonly string[];
  /** A lab broker, which has no tracing. */
  readonly lab?: boolean;
}

/** How to tap, and what the person should know. */
export interface TapPlan {
  readonly bindings: readonly TapBinding[];
  readonly notes: readonly string[];
}

type TapOptions = Pick<BindingOptions, 'header' | 'match'>;

/** Exchanges that hand each message to one of their queues: another queue there takes messages away. */
const DISTRIBUTING = ['x-consistent-hash', 'x-modulus-hash', 'x-random', 'x-local-random'];
/** The types of the exchanges that every vhost has. */
const STANDARD: ReadonlyMap<string, string> = new Map([
  ['amq.direct', 'direct'],
  ['amq.fanout', 'fanout'],
  ['amq.topic', 'topic'],
  ['amq.headers', 'headers'],
  ['amq.match', 'headers'],
  ['amq.rabbitmq.trace', 'topic'],
  ['amq.rabbitmq.log', 'topic'],
  ['amq.rabbitmq.event', 'topic'],
]);
const TRACE = 'amq.rabbitmq.trace';

/** The type of an exchange whose name tells it. */
export function standardType(exchange: string): string | undefined {
  return STANDARD.get(exchange);
}

/** The type by which an exchange routes: a delayed one has that of another in its arguments. */
export function routingType(type: string, table: FieldTable): string {
  return type === 'x-delayed-message' ? String(table['x-delayed-type'] ?? 'direct') : type;
}

/** Throws UsageError for the default exchange, which takes no bindings. */
export function refuseDefaultExchange(exchange: string, keys: readonly string[]): void {
  if (exchange !== '' && exchange !== 'amq.default') return;
  const [queue = 'QUEUE'] = keys;
  throw new UsageError(
    'the default exchange cannot be tapped: each queue is bound to it by its own name, and other bindings it does not take',
    {
      hint: `look into the queue (rmq-lab peek ${queue}), or have the broker trace all messages: rmq-lab tap ${TRACE} publish.`,
    },
  );
}

/** The bindings that copy what is asked for. Throws UsageError where they would copy nothing, or take messages away from others. */
export function planTap({ exchange, type, boundKeys = [], lab = false }: TapTarget, keys: readonly string[], options: TapOptions): TapPlan {
  for (const key of keys) parseName(key, 'the routing key', true);
  const headers = bindingArguments({ ...options, arg: [] });
  const byHeaders = options.header.length > 0 || options.match !== undefined;
  if (type !== undefined && DISTRIBUTING.includes(type)) {
    throw new UsageError(
      `'${exchange}' is an exchange of the type ${type}: it hands each message to one queue, so a tap would take some away`,
      {
        hint: 'tap an exchange that feeds it, or look into its queues: rmq-lab peek QUEUE',
      },
    );
  }
  if (byHeaders && type !== undefined && type !== 'headers') {
    throw new UsageError(`-H and --match go with a headers exchange, and '${exchange}' is of the type ${type}`, {
      hint: type === 'fanout' ? 'leave them out' : `give routing keys in their place: rmq-lab tap ${exchange} KEY`,
    });
  }
  if (type === 'direct' && keys.length === 0) {
    throw new UsageError(`'${exchange}' is a direct exchange: it copies for exact keys only, so a tap has to name them`, {
      hint:
        boundKeys.length === 0 ? `rmq-lab tap ${exchange} KEY KEY …` : `keys bound to it: rmq-lab tap ${exchange} ${keyList(boundKeys)}`,
    });
  }
  const notes = bindingNotes({ ...options, arg: [] });
  if (keys.length > 0 && (type === 'fanout' || type === 'headers')) {
    notes.push(`'${exchange}' is a ${type} exchange, for which routing keys do not matter: ${keys.join(' ')} is left out`);
  }
  if (type === undefined && keys.length === 0 && !byHeaders) {
    notes.push(`what type of exchange '${exchange}' is could not be asked; if it is a direct one, give the keys, or nothing will come`);
  }
  if (exchange === TRACE && lab) notes.push('the lab broker has no tracing: nothing will come here');
  else if (exchange === TRACE) notes.push('it has something to copy only while tracing is on: rabbitmqctl trace_on -p VHOST');
  const wanted = type === 'fanout' || type === 'headers' ? [''] : keys.length > 0 ? keys : byHeaders ? [''] : ['#'];
  return { bindings: [...new Set(wanted)].map((routingKey) => ({ routingKey, arguments: headers })), notes };
}

/** So many keys fit into a hint. */
const SHOWN = 10;

function keyList(keys: readonly string[]): string {
  const distinct = [...new Set(keys)].sort();
  const shown = distinct.slice(0, SHOWN).map(shellWord);
  return distinct.length > SHOWN ? `${shown.join(' ')} …` : shown.join(' ');
}
