import type { Management } from '../client/management.ts';
import type { FieldTable } from '../client/message.ts';
import { areLookAlikes, plainTable, samePlain, withType } from './plain-value.ts';

/** The binding that is expected, or expected to be absent. */
export interface BindingExpectation {
  /** `''` is the default exchange, to which every queue is bound by its name. */
  readonly source: string;
  readonly destination: string;
  readonly destinationType: 'queue' | 'exchange';
  /** Absent: any. */
  readonly routingKey?: string;
  /** Each must be among the binding's arguments; it may have more. */
  readonly arguments: FieldTable;
  readonly absent: boolean;
}

/** A binding as the management API shows it: values in JSON, which tells a number from a string but not one width from another. */
export interface FoundBinding {
  readonly source: string;
  readonly destination: string;
  readonly destinationType: 'queue' | 'exchange';
  readonly routingKey: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** The bindings between the two; none when one of them does not exist. AMQP has no way to ask this. */
export async function findBindings(api: Management, vhost: string, expected: BindingExpectation): Promise<FoundBinding[]> {
  const { source, destination, destinationType } = expected;
  const [v, s, d] = [vhost, source, destination].map(encodeURIComponent);
  // the API makes up a binding of the default exchange for any name at all
  if (source === '' && (await api.get(`/api/queues/${v}/${d}?disable_stats=true&enable_queue_totals=true`)) === undefined) return [];
  const rows = await api.get<readonly BindingRow[]>(`/api/bindings/${v}/e/${s}/${destinationType === 'queue' ? 'q' : 'e'}/${d}`);
  return (rows ?? []).map((row) => ({ source, destination, destinationType, routingKey: row.routing_key, arguments: row.arguments }));
}

interface BindingRow {
  readonly routing_key: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** In what the binding is not the expected one; empty when it is. */
export function differencesOfBinding(found: FoundBinding, expected: BindingExpectation): string[] {
  const differences: string[] = [];
  if (expected.routingKey !== undefined && found.routingKey !== expected.routingKey) {
    differences.push(`its key is ${JSON.stringify(found.routingKey)}`);
  }
  for (const [key, wanted] of Object.entries(plainTable(expected.arguments))) {
    // a headers binding without x-match is matched as `all`
    const actual = found.arguments[key] ?? (key === 'x-match' ? 'all' : undefined);
    if (actual === undefined && !Object.hasOwn(found.arguments, key)) differences.push(`it has no ${key}`);
    else if (!samePlain(actual, wanted)) {
      const wondering = areLookAlikes(actual, wanted) ? `, not ${withType(wanted)}: they never match` : '';
      differences.push(`its ${key} is ${withType(actual)}${wondering}`);
    }
  }
  return differences;
}
