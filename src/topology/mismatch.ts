import type { ExchangeDeclaration, QueueDeclaration } from '../client/broker.ts';
import { formatFieldValue } from '../client/field-text.ts';
import type { Management } from '../client/management.ts';
import type { FieldTable } from '../client/message.ts';
import { LabError } from '../errors.ts';
import { areLookAlikes, plainValue, samePlain } from './plain-value.ts';

/** One property of a queue or exchange, as it was declared and as it exists; `-` where it is not set. */
export interface ComparedProperty {
  readonly name: string;
  readonly declared: string;
  readonly existing: string;
  readonly differs: boolean;
}

/** A queue or exchange as the management API describes it. */
export interface ExistingEntity {
  readonly type?: string;
  readonly durable: boolean;
  readonly auto_delete: boolean;
  /** Null for some queues that are not. */
  readonly exclusive?: boolean | null;
  readonly internal?: boolean;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** What a broker's 406 says of the first difference that it met. */
interface Complaint {
  readonly name: string;
  readonly declared: string;
  readonly existing: string;
}

const NOT_SET = '-';

/** Whether a broker refused a declaration because something by that name exists with other properties. */
export function isMismatch(cause: unknown): cause is LabError {
  return cause instanceof LabError && cause.replyCode === 406 && cause.message.includes('inequivalent arg');
}

/**
 * What was declared beside what exists, for a declaration that was refused. Without a description of what exists, or with one that
 * does not bear the broker's own words out (the API may be another broker's), it is the one difference that these name.
 */
export function compareDeclaration(
  declaration: QueueDeclaration | ExchangeDeclaration,
  refusal: LabError,
  existing: ExistingEntity | undefined,
): ComparedProperty[] {
  const complaint = parseComplaint(refusal.message);
  const only = complaint === undefined ? [] : [{ ...complaint, differs: true }];
  if (existing === undefined) return only;
  const rows = [...compareFlags(declaration, existing), ...compareArguments(declaration.arguments, existing, complaint?.name)];
  return complaint === undefined || rows.some(({ name, differs }) => differs && name === complaint.name) ? rows : only;
}

/** Reads `inequivalent arg 'x' for queue 'q' in vhost '/': received … but current is …`. */
export function parseComplaint(text: string): Complaint | undefined {
  const match = /inequivalent arg '([^']+)' for .*: received (.+) but current is (.+)$/s.exec(text);
  if (match === null) return undefined;
  const [name, declared, existing] = match.slice(1) as [string, string, string];
  return { name, declared: parseValue(declared), existing: parseValue(existing) };
}

/** `none`, `'3'`, or `the value '3' of type 'byte'`. */
function parseValue(text: string): string {
  if (text === 'none') return NOT_SET;
  return /^(?:the value )?'(.*?)'(?: of type '\w+')?$/s.exec(text)?.[1] ?? text;
}

function compareFlags(declaration: QueueDeclaration | ExchangeDeclaration, existing: ExistingEntity): ComparedProperty[] {
  const { durable, autoDelete } = declaration;
  const own: [string, unknown, unknown][] =
    'queue' in declaration
      ? [['exclusive', declaration.exclusive, existing.exclusive ?? false]]
      : [
          ['type', declaration.type, existing.type],
          ['internal', declaration.internal, existing.internal ?? false],
        ];
  return [['durable', durable, existing.durable] as const, ['auto_delete', autoDelete, existing.auto_delete] as const, ...own].map(
    ([name, declared, actual]) => ({ name, declared: String(declared), existing: String(actual), differs: declared !== actual }),
  );
}

function compareArguments(declared: FieldTable, existing: ExistingEntity, blamed: string | undefined): ComparedProperty[] {
  // 3.10 keeps the type of a queue apart from its arguments, 4.x fills it in where it was not given
  const actual = declared['x-queue-type'] === undefined ? existing.arguments : { 'x-queue-type': existing.type, ...existing.arguments };
  const names = [...new Set([...Object.keys(declared), ...Object.keys(actual)])].sort();
  return names.map((name) => {
    const wanted = declared[name];
    const found = actual[name];
    // who declares no type gets the vhost's default, which only the broker knows
    const differs = wanted === undefined ? name !== 'x-queue-type' || name === blamed : !samePlain(plainValue(wanted), found);
    return {
      name,
      ...(wanted !== undefined && areLookAlikes(plainValue(wanted), found)
        ? { declared: JSON.stringify(plainValue(wanted)), existing: JSON.stringify(found) }
        : { declared: wanted === undefined ? NOT_SET : formatFieldValue(wanted), existing: found === undefined ? NOT_SET : textOf(found) }),
      differs,
    };
  });
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Describes what exists under the name of the declaration; undefined when the management API cannot say. */
export async function describeExisting(
  management: () => Promise<Management>,
  vhost: string,
  declaration: QueueDeclaration | ExchangeDeclaration,
): Promise<ExistingEntity | undefined> {
  const [collection, name] = 'queue' in declaration ? ['queues', declaration.queue] : ['exchanges', declaration.exchange];
  const path = `/api/${collection}/${encodeURIComponent(vhost)}/${encodeURIComponent(name)}?disable_stats=true&enable_queue_totals=true`;
  try {
    return await (await management()).get<ExistingEntity>(path);
  } catch (cause) {
    if (cause instanceof LabError) return undefined;
    throw cause;
  }
}
