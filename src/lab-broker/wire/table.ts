import type { Table } from './field.ts';
import { uint32At } from './integers.ts';
import { isTable } from './table-check.ts';
import { TableReader } from './table-reader.ts';
import { TableWriter } from './table-writer.ts';
import { WireFault } from './wire-fault.ts';

/**
 * Reads the table whose length (32 bits) stands at `at`. Its strings are views into `bytes`: copy what you keep.
 * @throws WireFault `unparsable`, since RabbitMQ's reader crashes on a bad table.
 */
export function decodeTable(bytes: Buffer, at: number): { table: Table; end: number } {
  const start = at + 4;
  const end = start + uint32At(bytes, at);
  if (end > bytes.length || !isTable(bytes, start, end)) throw new WireFault('unparsable', 'a malformed table');
  return { table: new TableReader(bytes, start).table(end), end };
}

/**
 * A table with its length.
 * @throws RangeError for a name of more than 255 octets, or a number that its type cannot hold.
 */
export function encodeTable(table: Table): Buffer {
  const writer = new TableWriter();
  writer.table(table);
  return writer.done();
}
