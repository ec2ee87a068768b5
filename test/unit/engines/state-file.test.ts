import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Host } from '../../../src/engines/engine.ts';
import { type BrokerRecord, enter, findRecorded, findRunning, parseRecord, strike } from '../../../src/engines/state-file.ts';

const record: BrokerRecord = {
  engine: 'lab',
  url: 'amqp://127.0.0.1:5672',
  api: 'http://127.0.0.1:15672',
  // beyond what a system gives out: nothing says what it runs, so the signal alone counts
  pid: 2 ** 30,
  version: '4.3.6',
  startedAt: '2026-01-01T00:00:00.000Z',
  host: hostname(),
};

const host = (lives: boolean): Host => ({ pid: 1, brokerProgram: ['node'], env: {}, signal: () => lives });

let folder = '';
let file = '';
let server: Server;
let listening: BrokerRecord;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rmq-lab-state-'));
  file = join(folder, 'broker.json');
  server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  listening = { ...record, url: `amqp://127.0.0.1:${(server.address() as AddressInfo).port}` };
});
afterEach(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

describe('a record', () => {
  test('is found once it is entered, until it is struck', async () => {
    expect(await findRunning(folder, host(true))).toBeUndefined();
    expect(await enter(folder, listening, host(true))).toBeUndefined();
    expect(await findRunning(folder, host(true))).toEqual(listening);
    expect(await enter(folder, { ...listening, pid: 2 ** 30 + 1 }, host(true))).toEqual(listening);
    strike(folder, { ...listening, pid: 2 ** 30 + 1 });
    expect(await findRunning(folder, host(true))).toEqual(listening);
    strike(folder, listening);
    expect(existsSync(file)).toBe(false);
  });

  test('of a process that has gone is removed, and gives way', async () => {
    writeFileSync(file, JSON.stringify(listening));
    expect(await findRunning(folder, host(false))).toBeUndefined();
    expect(existsSync(file)).toBe(false);
    writeFileSync(file, JSON.stringify(record));
    expect(await enter(folder, listening, host(false))).toBeUndefined();
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(listening);
  });

  test('of a process number that is another program’s by now is removed', async () => {
    writeFileSync(file, JSON.stringify({ ...listening, pid: process.pid }));
    expect(await findRunning(folder, host(true))).toBeUndefined();
    expect(existsSync(file)).toBe(false);
  });

  test('of one that lives and accepts nothing is no running broker, and stays', async () => {
    server.close();
    await once(server, 'close');
    writeFileSync(file, JSON.stringify(listening));
    expect(await findRunning(folder, host(true))).toBeUndefined();
    expect(await findRecorded(folder, host(true))).toEqual(listening);
  });

  test('of another machine is not looked at, and gives way to a new one only', async () => {
    writeFileSync(file, JSON.stringify({ ...listening, host: 'another' }));
    expect(await findRunning(folder, host(true))).toBeUndefined();
    expect(existsSync(file)).toBe(true);
    expect(await enter(folder, listening, host(true))).toBeUndefined();
  });

  test('that is none is removed', async () => {
    writeFileSync(file, '{"engine":"lab"');
    expect(await findRunning(folder, host(true))).toBeUndefined();
    expect(existsSync(file)).toBe(false);
  });
});

describe('parseRecord', () => {
  test('takes what was written', () => {
    const full = { ...record, log: '/l', strict: true, memoryLimit: 1 };
    expect(parseRecord(JSON.stringify(full))).toStrictEqual(full);
    expect(parseRecord(JSON.stringify({ ...record, more: 1 }))).toStrictEqual(record);
  });

  test.each<[string, object]>([
    ['another engine', { engine: 'none' }],
    ['everybody’s process number', { pid: -1 }],
    ['the first process', { pid: 1 }],
    ['a number in words', { pid: '812' }],
    ['another machine', { url: 'amqp://example.com:5672' }],
    ['no port', { url: 'amqp://127.0.0.1' }],
    ['TLS', { url: 'amqps://127.0.0.1:5671' }],
    ['no address', { api: 'here' }],
    ['no version', { version: undefined }],
    ['no machine', { host: undefined }],
  ])('refuses %s', (_name, change) => expect(parseRecord(JSON.stringify({ ...record, ...change }))).toBeUndefined());

  test.each(['', 'null', '[]', '1', '{'])('refuses %j', (text) => expect(parseRecord(text)).toBeUndefined());
});
