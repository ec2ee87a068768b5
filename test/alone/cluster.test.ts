import { describeRealBrokers } from '../support/brokers.ts';
import { type BrokerFound, createOwnState, epmdOf, isOpen, type OwnState } from '../support/own-state.ts';
import { eventually } from '../support/polling.ts';
import { serverHome } from '../support/servers.ts';

const COUNT = 3_000;
/** Messages that may wait for their confirms. */
const WINDOW = 50;
const bodies = Array.from({ length: COUNT }, (_, n) => String(n));

// 3.10 refuses (nack) all that a channel publishes whose first message met a leader's node that is down, long after the next leader is
// elected: such a channel asks that node for ever, while others have their messages confirmed. A nack is reported, exit 3: sent again on
// the same channel it would be refused again, and a full queue answers just so
describeRealBrokers(
  'a cluster of three nodes',
  'server programs',
  (broker) => {
    let state: OwnState;
    let cluster: BrokerFound;
    beforeAll(async () => {
      state = createOwnState({ RABBITMQ_HOME: await serverHome(broker) });
      cluster = await state.documentOf('broker', 'start', '--engine', 'rabbitmq', '--nodes', '3', '--port', '0');
    }, 200_000);
    afterAll(async () => {
      const epmd = epmdOf(state);
      expect(await isOpen(epmd)).toBe(true);
      await state.run(['broker', 'kill']);
      expect(await isOpen(epmd)).toBe(false);
      expect(state.left().filter((name) => !/^rabbitmq-3$|\.log$/.test(name))).toEqual([]);
      for (const { url, api } of cluster.nodes ?? []) expect([await isOpen(url), await isOpen(api)]).toEqual([false, false]);
      state.remove();
    }, 60_000);

    const pidOf = async (node: number) => (await state.documentOf('broker', 'status')).nodes?.find((one) => one.node === node)?.pid ?? 0;
    const states = async () => (await state.documentOf('broker', 'status')).nodes?.map((node) => node.state);

    test('comes up with one command', async () => {
      expect(cluster).toMatchObject({ engine: 'rabbitmq', already: false, version: broker.serverVersion });
      expect(cluster.nodes?.map((node) => node.state)).toEqual(['up', 'up', 'up']);
      expect(await state.documentOf('broker', 'start')).toMatchObject({ already: true, pid: cluster.pid });
      expect(await state.run(['broker', 'start', '--nodes', '5'])).toMatchObject({
        exitCode: 6,
        stderr: expect.stringContaining('with --nodes 3, not with --nodes 5'),
      });
    });

    test('loses nothing confirmed, and publish and consume go on, when the node that they are on is killed', async () => {
      expect(await state.run(['declare-queue', 'orders', '--type', 'quorum', '--quiet'])).toMatchObject({ exitCode: 0 });
      const all = (cluster.nodes ?? []).map(({ url }) => url).join(',');
      const consuming = state.start(['consume', 'orders', '--json', '--idle-timeout', '15s', '--reconnect-for', '60s', '--url', all]);
      const publishing = state.start(
        ['publish', '-q', 'orders', '--lines', '--rate', '600', '--confirm', String(WINDOW), '--reconnect-for', '60s', '--json'],
        { input: `${bodies.join('\n')}\n` },
      );
      await consuming.waitForStdout('"body":"500"');
      process.kill(await pidOf(1), 'SIGKILL');

      const published = await publishing.done;
      expect(published).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('connected again') });
      expect(JSON.parse(published.stdout.toString())).toMatchObject({ published: COUNT, confirmed: COUNT });
      const consumed = await consuming.done;
      expect(consumed).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('connected again') });
      const received = linesOf(consumed.stdout.toString());
      // since 4.3 a quorum queue keeps what a consumer on a lost node held for a minute (consumer_disconnected_timeout), which is longer than
      // `consume` waits here: it is late then, and not lost
      const came = new Set(received.map(({ body }) => body));
      const late = bodies.filter((body) => !came.has(body)).length;
      if (late > 0) {
        const rest = await state.run(['consume', 'orders', '--json', '-n', String(late), '--timeout', '100s', '--url', all]);
        received.push(...linesOf(rest.text));
      }
      expect(new Set(received.map(({ body }) => body))).toEqual(new Set(bodies));
      // what had no confirm when the node went was published again
      const first = received.filter(({ redelivered }) => !redelivered);
      expect(first.length - new Set(first.map(({ body }) => body)).size).toBeLessThanOrEqual(WINDOW);
      expect(await states()).toEqual(['down', 'up', 'up']);
    }, 240_000);

    test('has the lost node back with start --node, and lets another go with stop --node', async () => {
      const following = state.start(['broker', 'logs', '--follow']);
      await following.waitForStdout(/^node 3 {2}/m);
      const before = Date.now();
      expect(await state.run(['broker', 'start', '--node', '1'])).toMatchObject({ exitCode: 0 });
      expect(await states()).toEqual(['up', 'up', 'up']);
      // what it wrote before it went has other times
      await eventually(() => {
        const written = following
          .stdout()
          .toString()
          .matchAll(/^node 1 {2}(\S+ [\d:.]+\+00:00)/gm);
        expect([...written].some(([, time = '']) => Date.parse(time.replace(' ', 'T')) > before)).toBe(true);
      });
      following.kill();
      await following.done;
      expect((await state.run(['broker', 'stop', '--node', '2'])).text).toMatch(/^stopped node 2 at amqp:/);
      expect(await states()).toEqual(['up', 'down', 'up']);
      expect((await state.run(['broker', 'stop', '--node', '2'])).text).toBe('node 2 is not up\n');
      await eventually(async () => expect((await state.run(['publish', '-q', 'orders', 'late', '--quiet'])).exitCode).toBe(0), {
        within: 30_000,
      });
      expect((await state.run(['broker', 'kill', '--node', '3'])).text).toMatch(/^killed node 3 at amqp:/);
      // a start brings back all that is down
      expect(await state.run(['broker', 'start'])).toMatchObject({ exitCode: 0 });
      expect(await states()).toEqual(['up', 'up', 'up']);
      await eventually(async () => expect((await state.run(['get', 'orders', '--quiet'])).text).toBe('late\n'), { within: 30_000 });
      expect(await state.run(['broker', 'stop', '--node', '4'])).toMatchObject({
        exitCode: 7,
        stderr: expect.stringContaining('has 1, 2, 3'),
      });
    }, 120_000);
  },
  { from: '4.0' },
);

function linesOf(text: string): { readonly body: string; readonly redelivered: boolean }[] {
  const lines = text.trim().split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
}
