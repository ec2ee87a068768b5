import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { formatRecord, RECORD } from '../../src/lab-broker/store/record-types.ts';
import { PROLOGUE, sealRecord } from '../../src/lab-broker/store/records.ts';
import { createOwnState, type OwnState } from '../support/own-state.ts';
import { eventually } from '../support/polling.ts';
import { runCli } from '../support/spawn.ts';

const A_FILE = join(import.meta.dirname, '../../package.json');

let state: OwnState;
beforeEach(() => {
  state = createOwnState();
});
afterEach(async () => {
  await state.run(['broker', 'kill']);
  state.remove();
});

test.each(['run', 'start'])('broker %s says which folder takes no messages, and blames no port', async (name) => {
  expect(await state.run(['broker', name, '--port', '0', '--data-dir', A_FILE])).toMatchObject({
    exitCode: 1,
    stderr: expect.stringMatching(
      /^error: cannot keep messages in \/\S+package\.json: EEXIST: [^\n]+\ntry: take one that can be made, or give another --data-dir, or --no-data-dir [^\n]+\n$/,
    ),
  });
});

// Node's own recursive mkdir never ends there
if (existsSync('/proc/self')) {
  test('a folder that cannot be made below /proc is refused at once', async () => {
    const folder = '/proc/no-such/folder';
    const refused = (where: string) => ({
      exitCode: 1,
      stderr: expect.stringContaining(`in ${where}: ENOENT: no such file or directory, mkdir '/proc/no-such'\ntry: `),
    });
    expect(await state.run(['broker', 'start', '--port', '0', '--data-dir', folder])).toMatchObject(refused(folder));
    const env = { XDG_STATE_HOME: folder };
    expect(await runCli(['broker', 'start', '--port', '0'], { env, timeout: 10_000 })).toMatchObject(refused(`${folder}/rmq-lab`));
  });
}

test('a file that no broker wrote is refused, and left as it is', async () => {
  const folder = join(state.folder, 'data');
  mkdirSync(folder);
  const file = join(folder, '0000000001.log');
  writeFileSync(file, 'somebody’s own notes');
  expect(await state.run(['broker', 'start', '--port', '0', '--data-dir', folder])).toMatchObject({
    exitCode: 1,
    stderr: `error: ${folder}: 0000000001.log was not written by a lab broker\ntry: give another --data-dir, or move that file away\n`,
  });
  expect(readFileSync(file, 'utf8')).toBe('somebody’s own notes');
});

test('a folder of a newer program is refused, with what to do, and left as it is', async () => {
  const folder = join(state.folder, 'data');
  mkdirSync(folder);
  const file = join(folder, '0000000001.log');
  const content = Buffer.concat([sealed(formatRecord(2)), sealed(Buffer.from([200, 1])), Buffer.from('a torn end')]);
  writeFileSync(file, content);
  expect(await state.run(['broker', 'start', '--port', '0', '--data-dir', folder])).toMatchObject({
    exitCode: 1,
    stderr:
      `error: ${folder} is left as it is: a newer lab broker wrote it, in log format 2, and this one knows formats up to 1 only\n` +
      'try: use the newer rmq-lab that wrote it, or give another --data-dir, or --no-data-dir\n',
  });
  expect([readdirSync(folder), readFileSync(file)]).toEqual([['0000000001.log'], content]);
});

function sealed(content: Buffer): Buffer {
  const record = Buffer.concat([Buffer.alloc(PROLOGUE), content]);
  sealRecord(record, 0, content.length);
  return record;
}

test.each(['start', 'stop'])('after a start that was killed while its broker read its folder, %s finds that broker', async (name) => {
  const folder = join(state.folder, 'data');
  mkdirSync(folder);
  // a message that left a queue which nobody knows, again and again
  const record = Buffer.alloc(13);
  record[0] = RECORD.left;
  const content = sealed(record);
  writeFileSync(join(folder, '0000000001.log'), Buffer.alloc(content.length * 1_000_000, content));
  const flags = ['broker', 'start', '--port', '0', '--data-dir', folder];
  const killed = state.start(flags);
  const note = join(state.folder, 'rmq-lab/broker-lab.coming');
  const pid = await eventually(() => {
    const found = Number.parseInt(readFileSync(note, 'utf8'), 10);
    expect(found).toBeGreaterThan(1);
    return found;
  });
  killed.kill('SIGKILL');
  await killed.done;
  expect(await state.run(['broker', 'status'])).toMatchObject({ exitCode: 7 });
  if (name === 'start') expect(await state.documentOf(...flags)).toMatchObject({ already: true, pid });
  expect(await state.run(['broker', 'stop'])).toMatchObject({ exitCode: 0 });
  // one that has ended, but was not asked how, has no program
  expect(existsSync(`/proc/${pid}/exe`)).toBe(false);
  expect(state.left()).toEqual(['broker-lab.log']);
});

test('nodes whose ports would meet, or not exist, are a mistake', async () => {
  // its server is looked for first
  const home = join(state.folder, 'home');
  mkdirSync(join(home, 'sbin'), { recursive: true });
  writeFileSync(join(home, 'sbin/rabbitmq-server'), '', { mode: 0o755 });
  const start = (...ports: string[]) => state.run(['broker', 'start', '--engine', 'rabbitmq', '--nodes', '3', '--home', home, ...ports]);
  expect(await start('--port', '25671', '--api-port', '25673')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('--port 25671 and --api-port 25673 are too near each other'),
  });
  expect(await start('--port', '65534')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('no room above --port 65534') });
});

test('one port for AMQP and the API is a mistake, and in use by nobody', async () => {
  expect(await state.run(['broker', 'start', '--port', '25671', '--api-port', '25671'])).toMatchObject({
    exitCode: 2,
    stderr: 'error: --port and --api-port are both 25671\ntry: leave out --api-port: it is 35671 then\n',
  });
});

test('where no state can be kept no broker is up', async () => {
  const env = { XDG_STATE_HOME: A_FILE };
  expect(await runCli(['broker', 'status'], { env })).toMatchObject({
    exitCode: 7,
    stderr: expect.stringMatching(/^error: no broker is up\n/),
  });
  expect(await runCli(['broker', 'start'], { env })).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('XDG_STATE_HOME=/path'),
  });
});

test('a broker whose log takes nothing starts and works all the same', async () => {
  const full = openSync('/dev/full', 'a');
  const given = { readyFd: 3, logFile: '/dev/full', start: { port: 0, apiPort: 0, dataDir: '' } };
  const child: ChildProcess = spawn(process.execPath, ['bin/rmq-lab-broker.js', JSON.stringify(given)], {
    cwd: join(import.meta.dirname, '../..'),
    env: { XDG_STATE_HOME: state.folder },
    stdio: ['ignore', full, full, 'pipe'],
  });
  closeSync(full);
  const { broker } = JSON.parse((await text(child.stdio[3] as Readable)) || '{}');
  expect(broker).toMatchObject({ engine: 'lab', pid: child.pid });
  // an event, which would be a line of the log
  expect(await state.run(['publish', '-q', 'nobody', 'x', '--quiet', '--url', broker.url])).toMatchObject({ exitCode: 3 });
  expect(await state.run(['declare-queue', 'q', '--quiet', '--url', broker.url])).toMatchObject({ exitCode: 0 });
  child.kill();
  expect(await once(child, 'exit')).toEqual([143, null]);
});
