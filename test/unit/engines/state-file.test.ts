import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrokerRecord } from '../../../src/engines/broker-record.ts';
import type { Host } from '../../../src/engines/engine.ts';
import { markOf } from '../../../src/engines/process-table.ts';
import { amend, enter, findAllRunning, findRecorded, findRunning, strike } from '../../../src/engines/state-file.ts';

const record: BrokerRecord = {
  engine: 'lab',
  url: 'amqp://127.0.0.1:5672',
  api: 'http://127.0.0.1:15672',
  // beyond what a system gives out: nothing says what it runs, so the signal alone counts
  pid: 2 ** 30,
  version: '4.3.6',
  startedAt: '2026-01-01T00:00:00.000Z',
  host: hostname(),
  options: {},
};

const host = (lives: boolean): Host => ({ pid: 1, brokerProgram: ['node'], env: {}, signal: () => lives });

let folder = '';
let file = '';
let server: Server;
let listening: BrokerRecord;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rmq-lab-state-'));
  file = join(folder, 'broker-lab.json');
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
    expect(await findRunning(folder, 'lab', host(true))).toBeUndefined();
    expect(await enter(folder, 'lab', listening, host(true))).toBeUndefined();
    expect(await findRunning(folder, 'lab', host(true))).toEqual(listening);
    expect(await enter(folder, 'lab', { ...listening, pid: 2 ** 30 + 1 }, host(true))).toEqual(listening);
    strike(folder, 'lab', { ...listening, pid: 2 ** 30 + 1 });
    expect(await findRunning(folder, 'lab', host(true))).toEqual(listening);
    strike(folder, 'lab', listening);
    expect(existsSync(file)).toBe(false);
  });

  test('of a process that has gone is removed, and gives way', async () => {
    writeFileSync(file, JSON.stringify(listening));
    expect(await findRunning(folder, 'lab', host(false))).toBeUndefined();
    expect(existsSync(file)).toBe(false);
    writeFileSync(file, JSON.stringify(record));
    expect(await enter(folder, 'lab', listening, host(false))).toBeUndefined();
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(listening);
  });

  test('of a process number that is another program’s by now is removed', async () => {
    writeFileSync(file, JSON.stringify({ ...listening, pid: process.pid, born: '1' }));
    expect(await findRunning(folder, 'lab', host(true))).toBeUndefined();
    expect(existsSync(file)).toBe(false);
  });

  test('of one that lives and accepts nothing is no running broker, and stays', async () => {
    server.close();
    await once(server, 'close');
    writeFileSync(file, JSON.stringify(listening));
    expect(await findRunning(folder, 'lab', host(true))).toBeUndefined();
    expect(await findRecorded(folder, 'lab', host(true))).toEqual(listening);
  });

  test('of another machine is not looked at, and gives way to a new one only', async () => {
    writeFileSync(file, JSON.stringify({ ...listening, host: 'another' }));
    expect(await findRunning(folder, 'lab', host(true))).toBeUndefined();
    expect(existsSync(file)).toBe(true);
    expect(await enter(folder, 'lab', listening, host(true))).toBeUndefined();
  });

  test('that is none is removed', async () => {
    writeFileSync(file, '{"engine":"lab"');
    expect(await findRunning(folder, 'lab', host(true))).toBeUndefined();
    expect(existsSync(file)).toBe(false);
  });
});

describe('a record of several nodes', () => {
  const born = '1';
  const node = (number: number, change: object) => ({
    ...{ node: number, name: `n${number}@localhost`, url: `amqp://127.0.0.1:${number}`, api: `http://127.0.0.1:${number}` },
    ...change,
  });

  test('is headed by the first that accepts connections, and says which are down', async () => {
    const self = await markOf(process.pid);
    const nodes = [node(1, { pid: process.pid, born }), node(2, {}), node(3, { ...self, url: listening.url }), node(4, self)];
    expect(await enter(folder, 'rabbitmq', { ...record, engine: 'rabbitmq', pid: process.pid, nodes }, host(true))).toBeUndefined();
    const found = {
      url: listening.url,
      api: 'http://127.0.0.1:3',
      pid: process.pid,
      nodes: [node(1, {}), node(2, {}), nodes[2], nodes[3]],
    };
    expect(await findRunning(folder, 'rabbitmq', host(true))).toStrictEqual({ ...record, engine: 'rabbitmq', ...self, ...found });
    expect(await findRunning(folder, 'lab', host(true))).toBeUndefined();
  });

  test('is removed when none lives', async () => {
    await enter(folder, 'rabbitmq', { ...listening, nodes: [node(1, { pid: 2 ** 30 }), node(2, {})] }, host(true));
    expect(await findRecorded(folder, 'rabbitmq', host(true))).toBeDefined();
    expect(await findRecorded(folder, 'rabbitmq', host(false))).toBeUndefined();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('is written anew whole', async () => {
    await enter(folder, 'rabbitmq', listening, host(true));
    amend(folder, 'rabbitmq', { ...listening, version: '4.4.0' });
    expect(await findRunning(folder, 'rabbitmq', host(true))).toMatchObject({ version: '4.4.0' });
    expect(readdirSync(folder)).toEqual(['broker-rabbitmq.json']);
  });
});

test('of several brokers the one that was started first comes first', async () => {
  await enter(folder, 'lab', { ...listening, startedAt: '2026-01-01T00:00:02.000Z' }, host(true));
  await enter(folder, 'rabbitmq', { ...listening, startedAt: '2026-01-01T00:00:01.000Z' }, host(true));
  await enter(folder, 'docker', { ...record, url: 'amqp://127.0.0.1:1' }, host(true));
  expect((await findAllRunning(folder, host(true))).map(({ startedAt }) => startedAt.slice(17, 19))).toEqual(['01', '02']);
  expect(await findAllRunning(join(folder, 'none'), host(true))).toEqual([]);
});

test('who looks for any finds first what was started, oldest first, then lessons, newest first', async () => {
  const at = (day: number) => ({ startedAt: `2026-01-0${day}T00:00:00.000Z` });
  const lesson = { id: 'hello', vhost: 'v' };
  await enter(folder, 'lesson-5', { ...listening, ...at(1), lesson }, host(true));
  await enter(folder, 'lesson-6', { ...listening, ...at(2), lesson }, host(true));
  await enter(folder, 'lab', { ...listening, ...at(4) }, host(true));
  await enter(folder, 'docker', { ...listening, ...at(3) }, host(true));
  const found = await findAllRunning(folder, host(true));
  expect(found.map(({ startedAt }) => startedAt[9])).toEqual(['3', '4', '2', '1']);
});
