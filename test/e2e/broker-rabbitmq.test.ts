import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describeRealBrokersAtOnce } from '../support/brokers.ts';
import { type BrokerFound, createOwnState, epmdOf, isOpen, type OwnState } from '../support/own-state.ts';
import { eventually } from '../support/polling.ts';
import { serverHome } from '../support/servers.ts';

const LIMIT = 120_000;
const bin = join(import.meta.dirname, '../../bin/rmq-lab.js');

/** Runs `use` in a state folder of its own, and kills what was started there. */
async function withState(use: (state: OwnState) => Promise<void>): Promise<void> {
  const state = createOwnState();
  try {
    await use(state);
  } finally {
    await state.run(['broker', 'kill']);
    state.remove();
  }
}

describeRealBrokersAtOnce('the engine rabbitmq', 'server programs', (broker, test) => {
  test(
    'runs a node of its own, which keeps what is durable, and leaves nothing running',
    () =>
      withState(async (state) => {
        const home = await serverHome(broker);
        const found = await state.documentOf('broker', 'start', '--engine', 'rabbitmq', '--port', '0', '--home', home);
        expect(found).toMatchObject({ engine: 'rabbitmq', version: broker.serverVersion, already: false });
        expect(await state.run(['publish', '-q', 'q', 'x', '--quiet'])).toMatchObject({ exitCode: 3 });
        await state.run(['declare-queue', 'q', '--quiet']);
        await state.run(['publish', '-q', 'q', 'kept', '--quiet']);
        expect(await state.documentOf('broker', 'restart')).toMatchObject({ url: found.url, api: found.api });
        expect((await state.run(['get', 'q', '--quiet'])).text).toBe('kept\n');
        expect((await state.run(['broker', 'logs'])).text).toContain('Server startup complete');
        const epmd = epmdOf(state);
        expect(await isOpen(epmd)).toBe(true);
        expect(await state.run(['broker', 'stop'])).toMatchObject({ exitCode: 0 });
        expect([await isOpen(found.url), await isOpen(found.api), await isOpen(epmd)]).toEqual([false, false, false]);
        expect(state.left()).toEqual(['broker-rabbitmq-1.log', 'rabbitmq-1']);
      }),
    LIMIT,
  );

  test(
    'a start that is killed halfway is gone on with by the next, and what is kept then stays',
    () =>
      withState(async (state) => {
        const flags = ['broker', 'start', '--engine', 'rabbitmq', '--port', '0', '--home', await serverHome(broker)];
        const killed = state.start(flags);
        await eventually(() => expect(state.left()).toContain('broker-rabbitmq.json'), { within: 30_000 });
        killed.kill('SIGKILL');
        await killed.done;
        const record = JSON.parse(readFileSync(join(state.folder, 'rmq-lab/broker-rabbitmq.json'), 'utf8')) as BrokerFound;
        expect(await isOpen(record.url)).toBe(false);
        const found = await state.documentOf(...flags);
        expect(found).toMatchObject({ url: record.url, pid: record.pid, version: broker.serverVersion });
        await state.run(['declare-queue', 'q', '--quiet']);
        await state.run(['publish', '-q', 'q', 'kept', '--quiet']);
        expect(await state.documentOf('broker', 'restart')).toMatchObject({ url: found.url });
        expect((await state.run(['get', 'q', '--quiet'])).text).toBe('kept\n');
      }),
    LIMIT,
  );
});

test('a port in use: says by whom, and starts nothing', () =>
  withState(async (state) => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    // any program will do: it is not come to
    const { exitCode, stderr } = await state.run([
      'broker',
      'start',
      '--engine',
      'rabbitmq',
      '--port',
      String(port),
      '--home',
      fakeHome(state),
    ]);
    server.close();
    expect({ exitCode, stderr }).toEqual({
      exitCode: 5,
      stderr: expect.stringMatching(new RegExp(`^error: port ${port} is in use by .*pid ${process.pid}`)),
    });
    expect(state.left().filter((name) => name !== 'rabbitmq-1')).toEqual([]);
  }));

test('a server that ends at once: its last words, and nothing is left', () =>
  withState(async (state) => {
    const { exitCode, stderr } = await state.run(['broker', 'start', '--engine', 'rabbitmq', '--port', '0', '--home', fakeHome(state)]);
    expect(exitCode).toBe(5);
    expect(stderr).toMatch(/^error: rmq-lab-1@localhost ended before it accepted connections\nno Erlang here\ntry: look at all of it: /);
    expect(state.left()).toEqual(['broker-rabbitmq-1.log', 'rabbitmq-1']);
  }));

test('what answers is another broker: says which, and leaves nothing', () =>
  withState(async (state) => {
    // one that takes the ports while the server boots
    const script = `#!/bin/sh
port=$(sed -n 's/^listeners.tcp.default = .*://p' "$RABBITMQ_CONFIG_FILE")
api=$(sed -n 's/^management.tcp.port = //p' "$RABBITMQ_CONFIG_FILE")
XDG_STATE_HOME='${join(state.folder, 'other')}' exec '${process.execPath}' '${bin}' broker run --port "$port" --api-port "$api"
`;
    const home = fakeHome(state, script);
    const { exitCode, stderr } = await state.run(['broker', 'start', '--engine', 'rabbitmq', '--port', '0', '--home', home]);
    expect(exitCode).toBe(5);
    expect(stderr).toMatch(/^error: another broker answers at http:\/\/127\.0\.0\.1:\d+: rmq-lab@localhost\ntry: give other ports/);
    expect(state.left()).toEqual(expect.arrayContaining(['broker-rabbitmq-1.log', 'rabbitmq-1']));
    expect(await state.run(['broker', 'status'])).toMatchObject({ exitCode: 7 });
  }));

test('where no server is: says so', () =>
  withState(async (state) => {
    expect(await state.run(['broker', 'start', '--engine', 'rabbitmq', '--home', '/nowhere'])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/^error: --home: there is no sbin\/rabbitmq-server in \/nowhere\n/),
    });
    expect(await state.run(['broker', 'start', '--engine', 'rabbitmq', '--node', '2'])).toMatchObject({ exitCode: 7 });
  }));

/** A server that says why it does not start, or does what a script says. */
function fakeHome(state: OwnState, script = '#!/bin/sh\necho no Erlang here\nexit 1\n'): string {
  const home = join(state.folder, 'home');
  mkdirSync(join(home, 'sbin'), { recursive: true });
  writeFileSync(join(home, 'sbin/rabbitmq-server'), script, { mode: 0o755 });
  return home;
}
