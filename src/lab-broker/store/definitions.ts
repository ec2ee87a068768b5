import type { ExchangeIdentity } from '../entities/exchange.ts';
import type { QueueIdentity, QueueType } from '../entities/queue-port.ts';
import { type Field, findField, longstr, type Table, textOf } from '../wire/field.ts';
import { decodeTable, encodeTable } from '../wire/table.ts';

/** What is written of a queue; `id` is its number in the records of its messages. */
export function encodeQueue(id: number, { type, autoDelete, arguments: table }: QueueIdentity): Buffer {
  return encodeTable([
    ['id', { type: 'long', value: BigInt(id) }],
    ['type', longstr(type)],
    ['auto-delete', { type: 'bool', value: autoDelete }],
    ['arguments', { type: 'table', value: table }],
  ]);
}

export function decodeQueue(name: string, content: Buffer): QueueIdentity {
  const { table } = decodeTable(Buffer.from(content), 0);
  return {
    name,
    type: text(table, 'type') as QueueType,
    durable: true,
    autoDelete: flag(table, 'auto-delete'),
    owner: undefined,
    arguments: tableOf(table, 'arguments'),
  };
}

/** The number of a queue that was written; 0 when it says none. */
export function queueNumberOf(content: Buffer): number {
  const id = findField(decodeTable(content, 0).table, 'id');
  return id?.type === 'long' ? Number(id.value) : 0;
}

export function encodeExchange({ type, durable, autoDelete, internal, arguments: table }: ExchangeIdentity): Buffer {
  return encodeTable([
    ['type', longstr(type)],
    ['durable', { type: 'bool', value: durable }],
    ['auto-delete', { type: 'bool', value: autoDelete }],
    ['internal', { type: 'bool', value: internal }],
    ['arguments', { type: 'table', value: table }],
  ]);
}

export function decodeExchange(name: string, content: Buffer): ExchangeIdentity {
  const { table } = decodeTable(Buffer.from(content), 0);
  return {
    name,
    type: text(table, 'type') as ExchangeIdentity['type'],
    durable: flag(table, 'durable'),
    autoDelete: flag(table, 'auto-delete'),
    internal: flag(table, 'internal'),
    arguments: tableOf(table, 'arguments'),
  };
}

/** A binding without its source, which stands in its key. */
export interface StoredBinding {
  readonly destination: string;
  readonly destinationType: 'queue' | 'exchange';
  readonly routingKey: string;
  readonly arguments: Table;
}

export function encodeBinding({ destination, destinationType, routingKey, arguments: table }: StoredBinding): Buffer {
  return encodeTable([
    ['destination', longstr(destination)],
    ['destination-type', longstr(destinationType)],
    ['routing-key', longstr(routingKey)],
    ['arguments', { type: 'table', value: table }],
  ]);
}

export function decodeBinding(content: Buffer): StoredBinding {
  const { table } = decodeTable(Buffer.from(content), 0);
  return {
    destination: text(table, 'destination'),
    destinationType: text(table, 'destination-type') === 'exchange' ? 'exchange' : 'queue',
    routingKey: text(table, 'routing-key'),
    arguments: tableOf(table, 'arguments'),
  };
}

function text(table: Table, name: string): string {
  return textOf(findField(table, name)) ?? '';
}

function flag(table: Table, name: string): boolean {
  return findField(table, name)?.value === true;
}

function tableOf(table: Table, name: string): Table {
  const field: Field | undefined = findField(table, name);
  return field?.type === 'table' ? field.value : [];
}
