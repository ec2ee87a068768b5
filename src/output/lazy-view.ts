import type { ServerInfo } from '../client/broker.ts';
import type { QueueStorage, StorageTruth } from '../topology/queue-storage.ts';
import { escapeLine } from './escape.ts';
import { countText, roundBytesText } from './quantity.ts';
import { serverView } from './server-view.ts';

/** Where a queue keeps its messages, in lines of `name: value`. */
export function lazyStorageView(storage: QueueStorage, { effective, text }: StorageTruth, server: ServerInfo): string {
  const { queue, type, mode, source, policy, messages, messageBytes, inMemory, inMemoryBytes, memory, fresh } = storage;
  const from = {
    argument: 'by its argument x-queue-mode',
    policy: `by the policy ${policy ?? ''}`.trim(),
    none: 'nothing else was asked for',
  };
  const inBytes = (bytes: number | undefined) => (bytes === undefined ? '' : `, ${roundBytesText(bytes)}`);
  const rows: [string, string][] = [
    ['queue', `${queue} (${type})`],
    ['mode', type === 'classic' || source !== 'none' ? `${mode}, ${from[source]}` : `none: a ${type} queue has no mode`],
    ['mode counts', `${effective ? 'yes' : 'no'}, on ${serverView(server)}`],
    ['so', text],
    ['messages', `${countText(messages)}${inBytes(fresh ? messageBytes : undefined)}`],
  ];
  if (!fresh) rows.push(['in memory', 'not known: the statistics of the broker lag behind; ask again in a few seconds']);
  else if (inMemory !== undefined) {
    rows.push(['in memory', `${countText(inMemory)} of ${countText(messages)}${inBytes(inMemoryBytes)}`]);
    rows.push(['on disk only', countText(Math.max(messages - inMemory, 0))]);
  } else if (inMemoryBytes !== undefined) rows.push(['in memory', roundBytesText(inMemoryBytes)]);
  if (fresh && memory !== undefined) rows.push(['memory', `${roundBytesText(memory)} for the queue`]);
  const width = Math.max(...rows.map(([name]) => name.length)) + 1;
  return rows.map(([name, value]) => `${`${name}:`.padEnd(width)} ${escapeLine(value)}`).join('\n');
}
