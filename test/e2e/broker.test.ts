import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import amqplib from 'amqplib';
import { defaultPortsAt } from '../support/default-ports.ts';
import { eventually } from '../support/polling.ts';
import { type CliOptions, runCli, startCli } from '../support/spawn.ts';

let state = '';
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'rmq-lab-state-'));
});
afterEach(async () => {
  await run(['broker', 'kill']);
  rmSync(state, { recursive: true });
});

const withState = (options: CliOptions = {}) => ({ ...options, env: { XDG_STATE_HOME: state, ...options.env } });
const run = async (argv: readonly string[], options?: CliOptions) => {
  const result = await runCli(argv, withState(options));
  return { ...result, text: result.stdout.toString() };
};

interface Found {
  readonly url: string;
  readonly api: string;
  readonly pid: number;
  readonly already?: boolean;
}
const documentOf = async (...argv: string[]) => JSON.parse((await run([...argv, '--json'])).text) as Found;
const start = (...argv: string[]) => documentOf('broker', 'start', '--port', '0', ...argv);

const left = () => readdirSync(join(state, 'rmq-lab')).sort();
const isThere = (pid: number) => {
  try {
    // one that has ended, but was not asked how, has no command line
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8') !== '';
  } catch {
    return false;
  }
};

async function expectClosed(...addresses: readonly string[]) {
  for (const address of addresses) {
    const socket = connect({ host: '127.0.0.1', port: Number(new URL(address).port) });
    await expect(once(socket, 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  }
}

describe('broker start', () => {
  test('brings one up that commands use without --url, until broker stop', async () => {
    const { exitCode, stderr, text } = await run(['broker', 'start', '--port', '0']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(text).toMatch(
      /^broker: +lab broker \(as RabbitMQ 4\.3\.\d+\)\nurl: +amqp:\/\/127\.0\.0\.1:\d+\nmanagement: +http:\/\/127\.0\.0\.1:\d+\nprocess: +\d+\n$/,
    );
    const found = await documentOf('broker', 'status');
    expect(found).toEqual({
      ...{ running: true, engine: 'lab', url: expect.any(String), api: expect.any(String), pid: expect.any(Number) },
      version: expect.stringMatching(/^4\.3\./),
    });
    expect(left()).toEqual(['broker-lab.json', 'broker-lab.log', 'lab-data']);

    expect(await run(['declare-queue', 'q', '--vhost', '/'])).toMatchObject({
      exitCode: 0,
      stderr: expect.stringMatching(
        /^broker: lab broker \(as RabbitMQ [\d.]+\) at amqp:\/\/guest@127\.0\.0\.1:\d+ \(rmq-lab broker has it up\)\n$/,
      ),
    });
    expect(await run(['publish', '-q', 'q', 'hello', '--quiet'])).toMatchObject({ exitCode: 0 });
    expect(await run(['get', 'q', '--quiet'])).toMatchObject({ exitCode: 0, text: 'hello\n' });
    expect(JSON.parse((await run(['status', '--json'])).text)).toMatchObject({
      ...{ asked: false, embedded: false, lab: true, reason: 'rmq-lab broker has it up', answers: true },
      api: { url: found.api, answers: true },
    });
    expect((await run(['doctor'])).text).toMatch(/^✔ connection .*\(rmq-lab broker has it up\)$/m);

    const stopped = await run(['broker', 'stop']);
    expect(stopped).toMatchObject({ exitCode: 0, stderr: '', text: `stopped the broker at ${found.url} (process ${found.pid})\n` });
    await expectClosed(found.url, found.api);
    expect(isThere(found.pid)).toBe(false);
    expect(left()).toEqual(['broker-lab.log', 'lab-data']);
    expect(await run(['broker', 'stop'])).toMatchObject({ exitCode: 0, text: 'no broker is up\n' });
    expect(await run(['broker', 'status'])).toMatchObject({
      exitCode: 7,
      stderr: 'error: no broker is up\ntry: rmq-lab broker start\n',
      text: '',
    });
    expect(await run(['broker', 'status', '--json'])).toMatchObject({ exitCode: 7, text: '{"running":false}\n' });
  });

  test('clients that know nothing but its address are let in', async () => {
    const { url } = await start();
    const connection = await amqplib.connect(url);
    await connection.close();
  });

  test('twice is no error: the second says so, and starts none', async () => {
    const first = await start();
    const second = await run(['broker', 'start']);
    expect(second).toMatchObject({ exitCode: 0, stderr: 'it is up already\n', text: expect.stringContaining(first.url) });
    expect(await start()).toMatchObject({ already: true, pid: first.pid });
  });

  test('twice with other options is refused, and starts none', async () => {
    const first = await start();
    const { port } = new URL(first.url);
    expect(await run(['broker', 'start', '--port', port, '--memory-limit', '1GiB'])).toMatchObject({ exitCode: 0 });
    expect(await run(['broker', 'start', '--port', '1', '--strict'])).toMatchObject({
      exitCode: 6,
      text: '',
      stderr:
        `error: a broker is up at ${first.url} with --port ${port} no --strict, not with --port 1 --strict\n` +
        'try: rmq-lab broker restart --port 1 --strict, or leave that out to use the one that is up\n',
    });
    expect(await start()).toMatchObject({ already: true, pid: first.pid });
  });

  test('several at once start one', async () => {
    // on one port, where whoever is late finds it taken
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    const at = ['broker', 'start', '--port', String(port), '--api-port', '0'];
    const all = await Promise.all([1, 2, 3, 4].map(() => documentOf(...at)));
    expect(new Set(all.map(({ url, pid }) => `${url} ${pid}`)).size).toBe(1);
    expect(all.filter(({ already }) => already === false)).toHaveLength(1);
    expect(left()).toEqual(['broker-lab.json', 'broker-lab.log', 'lab-data']);
  });

  test('what was killed is gone: status says so and cleans up, and start works', async () => {
    const { pid, url } = await start();
    process.kill(pid, 'SIGKILL');
    await eventually(() => expect(isThere(pid)).toBe(false));
    expect(existsSync(join(state, 'rmq-lab/broker-lab.json'))).toBe(true);
    expect(await run(['broker', 'status', '--json'])).toMatchObject({ exitCode: 7, text: '{"running":false}\n' });
    expect(existsSync(join(state, 'rmq-lab/broker-lab.json'))).toBe(false);
    // before the next one starts: it may be given the port that has become free
    await expectClosed(url);
    expect(await start()).toMatchObject({ already: false });
  });

  test('a lock whose holder died is no obstacle', async () => {
    await run(['broker', 'stop']);
    writeFileSync(join(state, 'rmq-lab/broker-lab.lock'), `${2 ** 30} 1\n`);
    expect(await start()).toMatchObject({ already: false });
  });

  test.each(['--port', '--api-port'])('%s in use: says by whom, and takes no other', async (option) => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { exitCode, stderr, text } = await run(['broker', 'start', '--port', '0', option, String(port)]);
    server.close();
    expect({ exitCode, text }).toEqual({ exitCode: 5, text: '' });
    expect(stderr).toMatch(
      new RegExp(`^error: port ${port} is in use by node .*\\(pid ${process.pid}\\)\\ntry: the same with ${option} \\d+, or `),
    );
    expect(left()).toEqual(['broker-lab.log']);
  });

  test.each<[string[], RegExp]>([
    [['start', '--engine', 'podman'], /^error: --engine: 'podman' is not known\ntry: give lab, rabbitmq or docker\n$/],
    [['start', '--nodes', '3'], /^error: --nodes means nothing to the engine lab\ntry: add --engine rabbitmq, or leave it out\n$/],
    [['start', '--data-dir', '/d', '--engine', 'docker'], /--data-dir means nothing to the engine docker/],
    [['stop', 'it'], /too many arguments/],
    [['strat'], /did you mean start/],
    [[], /^error: broker what\? one of run, start, stop, kill, restart, status, logs is missing/],
  ])('broker %j exits 2', async (argv, stderr) => {
    expect(await run(['broker', ...argv])).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(stderr) });
  });
});

describe('broker restart and kill', () => {
  test('restart keeps ports and options, and what is durable', async () => {
    const first = await start('--strict');
    const transient = ['declare-queue', 'q', '--transient', '--quiet'];
    expect(await run(transient)).toMatchObject({ exitCode: 6 });
    expect(await run(['declare-queue', 'kept', '--quiet'])).toMatchObject({ exitCode: 0 });
    const second = await documentOf('broker', 'restart');
    expect(second).toMatchObject({ url: first.url, api: first.api });
    expect(second.pid).not.toBe(first.pid);
    expect(await run(transient)).toMatchObject({ exitCode: 6 });
    expect(await run(['get', 'kept', '--quiet'])).toMatchObject({ exitCode: 7 });
    expect(isThere(first.pid)).toBe(false);
  });

  test('a confirmed persistent message is there after kill and start, as redelivered; without a data folder it is not', async () => {
    await start();
    expect(await run(['declare-queue', 'kept', '--quiet'])).toMatchObject({ exitCode: 0 });
    expect(await run(['publish', '', 'kept', 'hello', '--quiet'])).toMatchObject({ exitCode: 0 });
    await run(['broker', 'kill']);
    await start();
    expect(await documentOf('get', 'kept')).toMatchObject({ body: 'hello', redelivered: true });
    expect((await run(['broker', 'logs'])).text).toMatch(/found 1 message in 1 queue\n.*did not end in good order/);
    await run(['broker', 'stop']);
    await start('--no-data-dir');
    expect(await run(['get', 'kept', '--quiet'])).toMatchObject({ exitCode: 6 });
  });

  test('a damaged record is told of with its place, in words and as data', async () => {
    await start();
    expect(await run(['declare-queue', 'kept', '--quiet'])).toMatchObject({ exitCode: 0 });
    expect(await run(['publish', '', 'kept', 'first', '--quiet'])).toMatchObject({ exitCode: 0 });
    expect(await run(['publish', '', 'kept', 'second', '--quiet'])).toMatchObject({ exitCode: 0 });
    await run(['broker', 'kill']);
    const folder = join(state, 'rmq-lab/lab-data');
    const file = '0000000001.log';
    const bytes = readFileSync(join(folder, file));
    const at = bytes.indexOf('first');
    bytes[at] = 0;
    writeFileSync(join(folder, file), bytes);
    const running = startCli(['broker', 'run', '--port', '0', '--data-dir', folder, '--json'], withState());
    const { recovery, url } = JSON.parse(await running.waitForStdout('\n'));
    expect(recovery).toMatchObject({ messages: 1, queues: 1, clean: false, damage: [{ file, damage: [{ kind: 'damaged' }] }] });
    const [{ at: from, length }] = recovery.damage[0].damage;
    expect(from < at && at < from + length).toBe(true);
    await running.waitForStderr(`${file}: ${length} bytes from byte ${from} on are damaged; what stood there is lost`);
    expect(await documentOf('get', 'kept', '--url', url)).toMatchObject({ body: 'second', redelivered: true });
    running.kill('SIGTERM');
    await running.done;
  });

  test('restart starts one where none is up', async () => {
    expect(await documentOf('broker', 'restart', '--port', '0')).toMatchObject({ engine: 'lab' });
    expect(await run(['broker', 'status'])).toMatchObject({ exitCode: 0 });
  });

  test('kill ends it at once', async () => {
    const { pid } = await start();
    expect(await run(['broker', 'kill', '--json'])).toMatchObject({ exitCode: 0, text: expect.stringContaining(`"pid":${pid}`) });
    expect(left()).toEqual(['broker-lab.log', 'lab-data']);
    expect((await run(['broker', 'logs'])).text).not.toMatch(/terminated/);
  });

  test('one that hangs is stopped all the same', async () => {
    const { pid } = await start();
    process.kill(pid, 'SIGSTOP');
    expect(await run(['broker', 'stop'])).toMatchObject({ exitCode: 0 });
    expect(isThere(pid)).toBe(false);
    expect(left()).toEqual(['broker-lab.log', 'lab-data']);
  });
});

describe('broker logs', () => {
  test('tell what happened, in words', async () => {
    await start();
    await run(['declare-queue', 'orders', '--max-length', '1', '--dead-letter-exchange', 'dlx', '--quiet']);
    await run(['declare-exchange', 'dlx', '--type', 'fanout', '--quiet']);
    await run(['declare-queue', 'dead', '--quiet']);
    await run(['bind', 'dlx', 'dead', '--quiet']);
    await run(['publish', '-q', 'orders', 'x', '--count', '2', '--quiet']);
    const { text, exitCode } = await run(['broker', 'logs']);
    expect(exitCode).toBe(0);
    const lines = text.split('\n');
    expect(lines[0]).toMatch(/^broker: +lab broker/);
    expect(lines[4]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z {2}guest connected from 127\.0\.0\.1:\d+$/);
    expect(text).toContain("Z  message 1 left queue orders: over its max-length 1 → exchange dlx → queue dead (key 'orders'");
    expect(text).not.toContain(' came: ');
  });

  test('--follow goes on until it ends', async () => {
    await start();
    const follower = startCli(['broker', 'logs', '--follow'], withState());
    await follower.waitForStdout('process:');
    await run(['declare-queue', 'orders', '--quiet']);
    await follower.waitForStdout('queue orders declared');
    await run(['broker', 'stop']);
    expect(await follower.done).toMatchObject({ exitCode: 0, stderr: '' });
  });

  test('--follow ends with Ctrl-C', async () => {
    await start();
    const follower = startCli(['broker', 'logs', '-f'], withState());
    await follower.waitForStdout('process:');
    follower.kill('SIGINT');
    expect(await follower.done).toMatchObject({ exitCode: 130, stderr: '' });
    expect(await run(['broker', 'status'])).toMatchObject({ exitCode: 0 });
  });

  test('there are none before a start', async () => {
    expect(await run(['broker', 'logs'])).toMatchObject({ exitCode: 7, stderr: expect.stringContaining('try: rmq-lab broker start') });
  });
});

describe('broker run', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('tells its addresses and what happens, until %s', async (signal) => {
    const running = startCli(['broker', 'run', '--port', '0'], withState());
    const [, url = '', api = ''] = /url: +(\S+)\nmanagement: +(\S+)/.exec(await running.waitForStdout('process:')) ?? [];
    const beside = await amqplib.connect(url);
    const cut = new Promise((resolve) => beside.on('error', resolve).on('close', resolve));
    await running.waitForStdout(/Z {2}guest connected from 127\.0\.0\.1:\d+\n/);
    expect(await documentOf('broker', 'status')).toMatchObject({ url, api, pid: running.pid });
    expect(await run(['broker', 'logs'])).toMatchObject({ exitCode: 7, stderr: expect.stringContaining('in the foreground') });
    running.kill(signal);
    const { exitCode, stderr, stdout } = await running.done;
    expect({ exitCode, stderr }).toEqual({ exitCode: signal === 'SIGINT' ? 130 : 143, stderr: '' });
    expect(stdout.toString()).not.toContain('is gone');
    expect(await cut).toMatchObject({ message: expect.stringContaining('320') });
    await expectClosed(url, api);
    expect(left()).toEqual([]);
  });

  test('--json tells the same in documents; with -v each message, too', async () => {
    const running = startCli(['broker', 'run', '--port', '0', '--json', '-v'], withState());
    await running.waitForStdout(/"version"/);
    await run(['publish', 'amq.fanout', 'k', 'x', '--no-mandatory', '--quiet']);
    await running.waitForStdout('connection-closed');
    await run(['broker', 'stop']);
    const { stdout } = await running.done;
    const [first, ...events] = stdout
      .toString()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(first).toMatchObject({ engine: 'lab', pid: running.pid });
    expect(events.map(({ type }) => type)).toEqual(['connection-opened', 'unroutable', 'connection-closed']);
    expect(events[1]).toMatchObject({ time: expect.any(String), exchange: 'amq.fanout', returned: false });
  });

  test.each([
    ['words', []],
    ['documents', ['--json']],
  ])('what becomes of messages can be followed in %s', async (form, flags) => {
    const running = startCli(['broker', 'run', '--port', '0', ...flags], withState());
    await running.waitForStdout(form === 'words' ? 'process:' : /"version"/);
    await run(['declare-queue', 'orders.dead', '--quiet']);
    await run(['declare-exchange', 'dlx', '--type', 'fanout', '--quiet']);
    await run(['bind', 'dlx', 'orders.dead', '--quiet']);
    await run(['declare-queue', 'orders', '--message-ttl', '50ms', '--dead-letter-exchange', 'dlx', '--quiet']);
    await run(['publish', '-q', 'orders', 'x', '--quiet']);
    await running.waitForStdout(
      form === 'words'
        ? /Z {2}message 1 left queue orders: expired after 50ms → exchange dlx → queue orders\.dead \(by the queue's TTL, key 'orders'\)\n/
        : /"type":"dead-lettered","vhost":"\/","queue":"orders","message":1,"reason":"expired","age":\d+,"ttl":50,"ttlOf":"queue"/,
    );
    running.kill('SIGTERM');
    expect(await running.done).toMatchObject({ exitCode: 143, stderr: '' });
  });

  test('a reader who leaves ends it', async () => {
    const running = startCli(['broker', 'run', '--port', '0'], withState());
    await running.waitForStdout('process:');
    running.closeStdout();
    await run(['declare-queue', 'q', '--quiet']);
    expect(await running.done).toMatchObject({ exitCode: 0, stderr: '' });
    expect(left()).toEqual([]);
  });

  test('beside one that is up it says that commands use the other', async () => {
    const first = await start();
    const running = startCli(['broker', 'run', '--port', '0'], withState());
    await running.waitForStderr(`commands without --url use the one at ${first.url}`);
    expect(await documentOf('broker', 'status')).toMatchObject({ url: first.url });
    running.kill('SIGTERM');
    await running.done;
    expect(await documentOf('broker', 'status')).toMatchObject({ url: first.url });
  });
});

test('where none is up and nothing listens, the error names broker start', async () => {
  const nowhere = { env: defaultPortsAt({ url: 'amqp://h:1', api: 'http://h:1' }) };
  expect(await run(['get', 'q'], nowhere)).toMatchObject({
    exitCode: 5,
    stderr: expect.stringMatching(/^error: amqp:\/\/guest@localhost:5672: connection refused\ntry: rmq-lab broker start, or /),
  });
});

test('what the user named comes before the broker that is up', async () => {
  await start();
  for (const env of [{ RMQ_LAB_URL: 'amqp://127.0.0.1:1' }, { AMQP_URL: 'amqp://127.0.0.1:1' }]) {
    expect(await run(['get', 'q'], { env })).toMatchObject({
      exitCode: 5,
      stderr: expect.stringContaining('127.0.0.1:1: connection refused'),
    });
  }
  expect(await run(['get', 'q', '--url', 'amqp://127.0.0.1:1'])).toMatchObject({ exitCode: 5 });
  const lesson = await run(['lesson', 'start', 'hello', '--auto']);
  expect(lesson).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('(rmq-lab broker has it up)') });
});
