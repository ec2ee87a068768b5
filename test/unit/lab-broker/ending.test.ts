import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '../../..');

/** Uses a broker in all ways, closes it, and says what is still open then: jest cannot, which holds much open itself. */
const PROGRAM = `
  import { once } from 'node:events';
  import { connect } from 'node:net';
  import amqplib from 'amqplib';
  import { createLabBroker } from './dist/lab-broker/lab-broker.js';

  const broker = await createLabBroker();
  const { port } = new URL(broker.url);
  const client = await amqplib.connect(broker.url + '?heartbeat=60');
  client.on('error', () => {});
  const channel = await client.createChannel();
  await channel.assertQueue('q', { expires: 60000, messageTtl: 60000 });
  channel.sendToQueue('q', Buffer.alloc(1000));
  await channel.checkQueue('q');
  const silent = connect(Number(port), '127.0.0.1').on('error', () => {});
  await once(silent, 'connect');
  const headers = { authorization: 'Basic ' + btoa('guest:guest'), connection: 'close' };
  await (await fetch(broker.api + '/api/queues', { headers })).json();
  const gone = Promise.all([once(client, 'close'), once(silent.resume(), 'close')]);
  await broker.close();
  await gone;
  for (let n = 0; n < 5; n++) await new Promise(setImmediate);
  const open = process.getActiveResourcesInfo().filter((name) => /TCP|Server|Timeout/.test(name));
  process.stdout.write(JSON.stringify(open));
`;

test('a program whose broker is closed ends by itself, with no socket, server or timer left', async () => {
  const args = ['--input-type=module', '--eval', PROGRAM];
  // it is killed, which is an error, when it does not end
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, timeout: 15_000 });
  expect(JSON.parse(stdout)).toEqual([]);
});
