import { type FieldTable, type FieldValue, Typed } from '../client/message.ts';
import { UsageError } from '../errors.ts';
import type { ConsumeRequest } from '../messages/consume-request.ts';
import { parseDuration, parseInteger } from '../values.ts';
import { parseChoice } from './options.ts';

/** The options of `consume`. */
export interface ConsumeFlags extends LimitFlags {
  readonly untilEmpty?: boolean;
  readonly prefetch?: string;
  readonly ackMode?: string;
  readonly ack?: boolean;
  readonly requeue?: boolean;
  readonly exclusive?: boolean;
  readonly priority?: string;
  readonly offset?: string;
  readonly raw?: boolean;
  readonly format?: string;
  readonly exec?: string;
  readonly onFail?: string;
  readonly parallel?: string;
  readonly hold?: boolean;
  readonly crashAfter?: string;
}

/** The options that say when a consuming command ends. */
export interface LimitFlags {
  readonly count?: string;
  readonly limit?: string;
  readonly idleTimeout?: string;
  readonly timeout?: string;
}

/** The limits that flags name; only those. Throws UsageError. */
export function parseLimits(flags: LimitFlags): Pick<ConsumeRequest, 'count' | 'idleTimeout' | 'timeout'> {
  const { idleTimeout, timeout } = flags;
  const wanted = flags.count ?? flags.limit;
  return {
    ...(wanted === undefined ? {} : { count: parseInteger(wanted, '--count', 1) }),
    ...(idleTimeout === undefined ? {} : { idleTimeout: parseDuration(idleTimeout, '--idle-timeout') }),
    ...(timeout === undefined ? {} : { timeout: parseDuration(timeout, '--timeout') }),
  };
}

const MODES = ['ack', 'reject', 'requeue', 'none'] as const;

/** The request that flags make; throws UsageError on what cannot go together. */
export function parseConsumeFlags(queue: string, flags: ConsumeFlags): { request: ConsumeRequest; mode: (typeof MODES)[number] } {
  const implied = flags.ack === false ? 'none' : flags.requeue ? 'requeue' : 'ack';
  const mode = parseChoice(flags.ackMode ?? implied, '--ack-mode', MODES);
  const limits = parseLimits(flags);
  const { count } = limits;
  const exclude = (a: string, b: string, clash: boolean) => {
    if (clash) throw new UsageError(`${a} and ${b} exclude each other`, { hint: 'leave one of them out' });
  };
  exclude('--exec', '--ack-mode', flags.exec !== undefined && mode !== 'ack');
  exclude('--exec', '--raw, --format', flags.exec !== undefined && (flags.raw === true || flags.format !== undefined));
  exclude('--hold', '--ack-mode', flags.hold === true && mode !== 'ack');
  exclude('--hold', '--until-empty', flags.hold === true && flags.untilEmpty === true);
  exclude('--offset', '--until-empty', flags.offset !== undefined && flags.untilEmpty === true);
  exclude('--offset', '--ack-mode none', flags.offset !== undefined && mode === 'none');
  for (const [name, value] of [
    ['--on-fail', flags.onFail],
    ['--parallel', flags.parallel],
  ] as const) {
    if (value !== undefined && flags.exec === undefined) throw new UsageError(`${name} goes with --exec`, { hint: "add --exec 'COMMAND'" });
  }
  if (mode === 'requeue' && (count === undefined || count > 65_535)) {
    throw new UsageError('--ack-mode requeue needs --count, at most 65535: it holds the messages and gives them back at the end', {
      hint: 'add -n 10',
    });
  }
  // what holds all of them needs room for all of them
  const holds = mode === 'requeue' || flags.hold === true;
  const prefetch = parseInteger(flags.prefetch ?? String(holds ? Math.min(count ?? 100, 65_535) : 100), '--prefetch', 1, 65_535);
  if (holds && count !== undefined && count > prefetch) {
    throw new UsageError(`${count} messages cannot be held with --prefetch ${prefetch}`, {
      hint: 'leave out --prefetch, or lower --count',
    });
  }
  const table: FieldTable = {
    ...(flags.priority === undefined ? {} : { 'x-priority': parseInteger(flags.priority, '--priority', -(2 ** 31), 2 ** 31 - 1) }),
    ...(flags.offset === undefined ? {} : { 'x-stream-offset': parseOffset(flags.offset) }),
  };
  return {
    mode,
    request: {
      queue,
      prefetch,
      noAck: mode === 'none',
      exclusive: flags.exclusive === true,
      untilEmpty: flags.untilEmpty === true,
      arguments: table,
      ...limits,
      ...(flags.crashAfter === undefined ? {} : { crashAfter: parseInteger(flags.crashAfter, '--crash-after', 1) }),
    },
  };
}

/** A day, or a time with its zone; Date.parse alone takes `first 1` for one. */
const DATE = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/;

/** `first`, `last`, `next`, an interval (`1h`, `7D`) as text; a number; a date as a timestamp. */
export function parseOffset(text: string): FieldValue {
  if (/^(first|last|next|\d+[YMDhms])$/.test(text)) return text;
  if (/^\d+$/.test(text)) return parseInteger(text, '--offset');
  const time = DATE.test(text) ? Date.parse(text) : Number.NaN;
  if (time >= 0) return new Typed('timestamp', Math.floor(time / 1000));
  throw new UsageError(`--offset: '${text}' is not an offset`, {
    hint: 'give first, last, next, a number, a date or an interval such as 1h',
  });
}
