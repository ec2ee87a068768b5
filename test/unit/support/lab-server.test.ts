import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import amqplib from 'amqplib';
import { testBrokers } from '../../support/brokers.ts';
import { eventually } from '../../support/polling.ts';

const server = join(import.meta.dirname, '../../support/lab-server.js');
const parent = `require('node:child_process').spawn(process.execPath, [${JSON.stringify(server)}], { stdio: ['pipe', 'inherit', 'inherit'] });`;

const addressOf = async (child: ChildProcess) => {
  const [line] = await once(createInterface({ input: child.stdout as Readable }), 'line');
  return JSON.parse(line) as { url: string; api: string };
};
const connects = async ({ url }: { url: string }) => {
  const connection = await amqplib.connect(url);
  await connection.close();
};

test('says where it is, and ends with its stdin', async () => {
  const child = spawn(process.execPath, [server], { stdio: ['pipe', 'pipe', 'inherit'] });
  const address = await addressOf(child);
  await connects(address);
  child.stdin.end();
  expect(await once(child, 'exit')).toEqual([0, null]);
  await expect(connects(address)).rejects.toThrow('ECONNREFUSED');
});

test('ends with who started it, also when that one is killed', async () => {
  const child = spawn(process.execPath, ['-e', parent], { stdio: ['ignore', 'pipe', 'inherit'] });
  const address = await addressOf(child);
  await connects(address);
  child.kill('SIGKILL');
  await eventually(() => expect(connects(address)).rejects.toThrow('ECONNREFUSED'));
});

test('is the first broker of every run, and counts as the RabbitMQ that it behaves as', () => {
  const [lab, ...others] = testBrokers();
  expect(lab).toMatchObject({
    name: 'lab broker',
    lab: true,
    managed: false,
    version: '4.3',
    serverVersion: expect.stringMatching(/^4\.3\./),
  });
  expect(others.filter((broker) => broker.lab)).toEqual([]);
});
