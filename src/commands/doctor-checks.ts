import type { Broker, Channel, ServerInfo } from '../client/broker.ts';
import { showAddress } from '../client/target.ts';
import { LabError } from '../errors.ts';
import { meetsVersion } from '../lessons/version.ts';
import type { Check } from '../output/doctor-view.ts';
import { serverView } from '../output/server-view.ts';
import type { Lab } from './lab.ts';

/** The oldest RabbitMQ that this program is tested with. */
const OLDEST = '3.10';

/** How long a published message may take to be confirmed, in milliseconds. */
const PATIENCE = 5_000;

/** Runs one check: `test` answers what it found, or throws a LabError, whose message and hint become detail and fix. */
export async function attempt(name: string, test: () => Promise<string>): Promise<Check> {
  try {
    return { name, ok: true, detail: await test(), fix: null };
  } catch (cause) {
    if (!(cause instanceof LabError) || cause.kind === 'interrupted' || cause.kind === 'terminated') throw cause;
    return { name, ok: false, detail: cause.message, fix: cause.hint ?? 'the same with --debug shows more' };
  }
}

/** Checks that could not be run because another one failed. */
export function notChecked(names: readonly string[], because: string): Check[] {
  return names.map((name) => ({ name, ok: false, unchecked: true, detail: `not checked: ${because}`, fix: 'mend that first' }));
}

/** What is found out over AMQP. `server` is undefined when nothing let us in. */
export async function checkBroker(lab: Lab): Promise<{ readonly checks: readonly Check[]; readonly version?: string }> {
  const { addresses, asked, reason } = await lab.target();
  const vhost = addresses[0]?.vhost ?? '/';
  const start = lab.clock.now();
  let broker: Broker | undefined;
  const connection = await attempt('connection', async () => {
    broker = await lab.connect();
    return `${broker.address} lets us in to vhost '${vhost}', after ${lab.clock.now() - start} ms${asked ? '' : ` (${reason})`}`;
  });
  if (broker === undefined) {
    const tried = addresses.map(showAddress).join(', ');
    return { checks: [connection, ...notChecked(['version', 'declare', 'round trip'], `no connection to ${tried}`)] };
  }
  try {
    const { server } = broker;
    const version = await attempt('version', async () => judgeVersion(server));
    return { checks: [connection, version, ...(await checkUse(lab, broker))], version: server.version };
  } finally {
    await broker.close();
  }
}

/** What to think of a broker of this name and version. Throws a LabError when it is too old. */
export function judgeVersion(server: ServerInfo): string {
  const { product, version, lab } = server;
  if (lab) return serverView(server);
  if (product !== 'RabbitMQ') return `${product} ${version}: not a RabbitMQ, so some things may differ`;
  if (meetsVersion(version, `>=${OLDEST}`)) return `RabbitMQ ${version}`;
  throw new LabError('condition', `RabbitMQ ${version} is older than ${OLDEST}, the oldest that this is made for`, {
    hint: 'use a newer RabbitMQ',
  });
}

/** Declares a queue of its own, sends itself a message, removes the queue. */
async function checkUse(lab: Lab, broker: Broker): Promise<Check[]> {
  let channel: Channel | undefined;
  let queue = '';
  const declared = await attempt('declare', async () => {
    channel = await broker.openChannel({ confirms: true });
    const state = await channel.declareQueue({ queue: '', durable: false, exclusive: true, autoDelete: false, arguments: {} });
    queue = state.queue;
    return 'a temporary exclusive queue was declared';
  });
  const own = channel;
  if (!declared.ok || own === undefined) return [declared, ...notChecked(['round trip'], 'no queue to send to')];
  const start = lab.clock.now();
  const trip = await attempt('round trip', async () => {
    await confirmed(lab, broker, own, queue);
    if ((await own.get(queue, { noAck: true })) === undefined) throw new LabError('unexpected', 'a confirmed message was not in its queue');
    return `a message was published, confirmed and got back in ${lab.clock.now() - start} ms`;
  });
  await own.deleteQueue(queue).catch(() => undefined);
  return [declared, trip];
}

/** Publishes to the queue and waits for the confirm; a broker that blocks publishers is not waited for. */
async function confirmed(lab: Lab, broker: Broker, channel: Channel, queue: string): Promise<void> {
  const done = new AbortController();
  const message = { exchange: '', routingKey: queue, properties: { deliveryMode: 1 }, body: Buffer.from('rmq-lab doctor') };
  const answer = new Promise<string>((resolve) => {
    broker.onBlocked((reason) => resolve(`the broker takes no messages: ${reason}`));
    channel.publish(message, { mandatory: true }, (outcome) => resolve(outcome));
    void lab.clock.sleep(PATIENCE, done.signal).then(() => resolve(`no confirm within ${PATIENCE / 1000} s`));
  });
  const outcome = await answer;
  done.abort();
  if (outcome === 'confirmed') return;
  throw new LabError('not-taken', `a message was published, but: ${outcome}`, {
    hint: 'look for a memory or disk alarm: rabbitmq-diagnostics alarms; or for a policy or permission that stops publishing',
  });
}
