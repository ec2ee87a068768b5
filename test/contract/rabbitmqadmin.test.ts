import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLabBroker, type LabBroker } from '../../src/lab-broker/lab-broker.ts';
import { testBrokers } from '../support/brokers.ts';
import { ask } from '../support/http-ask.ts';
import { openWire } from '../support/wire-client.ts';

/** 4.3 hands out no script any more. */
const owners = testBrokers().filter(({ lab, version }) => !lab && Number(version) < 4.2);
const hasPython = spawnSync('python3', ['--version']).status === 0;

if (owners.length === 0 || !hasPython) {
  const lack = hasPython ? 'no RabbitMQ up to 4.1 at hand, which hands out rabbitmqadmin' : 'no python3, which rabbitmqadmin needs';
  test.skip(`NOT TESTED: ${lack}`, () => {});
}

for (const { name, api } of hasPython ? owners : []) describe(`the rabbitmqadmin of ${name} on the lab broker`, () => suite(api));

function suite(api: string): void {
  let folder: string;
  let broker: LabBroker;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rmq-lab-admin-'));
    const { body } = await ask(api, { path: '/cli/rabbitmqadmin' });
    await writeFile(join(folder, 'rabbitmqadmin'), String(body));
    broker = await createLabBroker();
  });
  afterAll(async () => {
    await broker.close();
    await rm(folder, { recursive: true });
  });

  /** What it prints; rejects with its words when it fails. */
  const admin = (...args: readonly string[]): Promise<string> =>
    new Promise((resolve, reject) => {
      const { port } = new URL(broker.api);
      execFile('python3', [join(folder, 'rabbitmqadmin'), '-H', '127.0.0.1', '-P', port, ...args], (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else reject(new Error(`${args.join(' ')}: ${stdout}${stderr}`));
      });
    });
  const list = async (...args: readonly string[]) => JSON.parse(await admin('-f', 'raw_json', ...args)) as Record<string, unknown>[];
  const names = async (what: string) => (await list('list', what, 'name')).map(({ name }) => name);

  test('declares, lists and deletes', async () => {
    await admin('declare', 'vhost', 'name=v');
    await admin('declare', 'user', 'name=u', 'password=p', 'tags=management');
    await admin('declare', 'permission', 'vhost=v', 'user=u', 'configure=.*', 'write=.*', 'read=.*');
    await admin('declare', 'vhost_limit', 'vhost=v', 'name=max-queues', 'value=5');
    const inVhost = (...args: readonly string[]) => admin('-V', 'v', ...args);
    await inVhost('declare', 'queue', 'name=q', 'durable=true', 'arguments={"x-max-length": 5}');
    await inVhost('declare', 'exchange', 'name=x', 'type=topic');
    await inVhost('declare', 'binding', 'source=x', 'destination=q', 'routing_key=k.#');
    await inVhost('declare', 'policy', 'name=p', 'pattern=^q', 'definition={"max-length": 3}', 'apply-to=queues');
    await inVhost('declare', 'operator_policy', 'name=op', 'pattern=^q', 'definition={"max-length": 2}', 'apply-to=queues');
    expect(await names('vhosts')).toEqual(['/', 'v']);
    expect(await names('users')).toEqual(['guest', 'u']);
    expect(await names('policies')).toEqual(['p']);
    expect(await names('operator_policies')).toEqual(['op']);
    expect(await list('list', 'vhost_limits')).toEqual([{ vhost: 'v', value: { 'max-queues': 5 } }]);
    expect(await list('list', 'queues', 'name', 'policy', 'operator_policy')).toEqual([{ name: 'q', policy: 'p', operator_policy: 'op' }]);
    const bindings = await list('list', 'bindings', 'source', 'properties_key');
    expect(bindings).toContainEqual({ source: 'x', properties_key: 'k.%23' });
    await inVhost('delete', 'binding', 'source=x', 'destination_type=queue', 'destination=q', 'properties_key=k.%23');
    expect(await list('list', 'bindings', 'source')).not.toContainEqual({ source: 'x' });
    await inVhost('delete', 'operator_policy', 'name=op');
    await inVhost('delete', 'policy', 'name=p');
    await inVhost('delete', 'queue', 'name=q');
    await inVhost('delete', 'exchange', 'name=x');
    await admin('delete', 'vhost_limit', 'vhost=v', 'name=max-queues');
    await admin('delete', 'permission', 'vhost=v', 'user=u');
    await admin('delete', 'user', 'name=u');
    await admin('delete', 'vhost', 'name=v');
    expect([await names('vhosts'), await names('users'), await names('queues')]).toEqual([['/'], ['guest'], []]);
    await expect(admin('delete', 'queue', 'name=q')).rejects.toThrow('Not found: /api/queues/%2F/q');
  });

  test('shows the broker', async () => {
    const [overview] = await list('show', 'overview', 'rabbitmq_version', 'product_name');
    expect(overview).toMatchObject({ product_name: 'rmq-lab' });
    expect(await names('nodes')).toEqual(['rmq-lab@localhost']);
  });

  test('publishes, gets and purges', async () => {
    await admin('declare', 'queue', 'name=q');
    expect(await admin('publish', 'exchange=amq.default', 'routing_key=q', 'payload=hello')).toContain('Message published');
    expect(await admin('publish', 'exchange=amq.default', 'routing_key=nosuch', 'payload=hello')).toContain('NOT routed');
    const [message] = await list('get', 'queue=q', 'ackmode=ack_requeue_true');
    expect(message).toMatchObject({ payload: 'hello', routing_key: 'q', redelivered: false });
    expect(await list('list', 'queues', 'name', 'messages')).toEqual([{ name: 'q', messages: 1 }]);
    await admin('purge', 'queue', 'name=q');
    expect(await list('get', 'queue=q')).toEqual([]);
    await admin('delete', 'queue', 'name=q');
  });

  test('exports all, and brings it back', async () => {
    const file = join(folder, 'definitions.json');
    await admin('declare', 'queue', 'name=kept', 'durable=true');
    await admin('declare', 'policy', 'name=p', 'pattern=^kept', 'definition={"expires": 60000}');
    await admin('export', file);
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ users: [{ name: 'guest' }], queues: [{ name: 'kept' }] });
    await admin('delete', 'queue', 'name=kept');
    await admin('delete', 'policy', 'name=p');
    await admin('import', file);
    expect(await list('list', 'queues', 'name', 'policy')).toEqual([{ name: 'kept', policy: 'p' }]);
  });

  test('closes a connection', async () => {
    const wire = await openWire(`${broker.url}/%2F`);
    const [connection] = await names('connections');
    await admin('close', 'connection', `name=${String(connection)}`);
    const { method } = await wire.expect('connection.close', 0);
    expect(method.replyText).toBe('CONNECTION_FORCED - Closed via management plugin');
    wire.send({ name: 'connection.close-ok' });
    wire.destroy();
  });
}
