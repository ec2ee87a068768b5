import { randomBytes } from 'node:crypto';
import amqplib from 'amqplib';
import { createManagement, type Management } from '../../src/client/management.ts';
import { eventually } from './polling.ts';

/** A broker that the tests may use: the lab broker of this run, or a real one of RMQ_LAB_TEST_URLS. */
export interface TestBroker {
  /** `RabbitMQ 4.0.5`, or `lab broker`: stands in the names of its tests, from where the totals reporter takes it. */
  readonly name: string;
  /** `4.0`; of the lab broker, what it behaves as. */
  readonly version: string;
  /** `4.0.5` */
  readonly serverVersion: string;
  /** Whether it is the lab broker. */
  readonly lab: boolean;
  /** With credentials, without a vhost. */
  readonly url: string;
  /** The address of its management API, without credentials. */
  readonly api: string;
  /** Its TLS listener, and the PEM files of its CA and of a client it trusts; known where scripts/rabbitmq runs it. */
  readonly tls?: { readonly url: string; readonly caFile: string; readonly certFile: string; readonly keyFile: string };
  /** Whether scripts/rabbitmq runs it, so that servers.ts can stop and start it. */
  readonly managed: boolean;
}

/** A vhost of a test's own. */
export interface TestVhost {
  readonly vhost: string;
  /** The broker's URL with this vhost. */
  readonly url: string;
  readonly api: string;
}

declare global {
  /** Set by jest.config.js. */
  var rmqLabBrokers: readonly TestBroker[];
}

/** The lab broker, and all real brokers of this run, maybe none. */
export function testBrokers(): readonly TestBroker[] {
  return [JSON.parse(process.env.RMQ_LAB_TEST_LAB_BROKER ?? 'null') as TestBroker, ...rmqLabBrokers.filter(({ lab }) => !lab)];
}

/** A `describe` for each broker; `from` leaves out the versions before it. The lab broker counts as the version that it behaves as. */
export function describeBrokers(name: string, body: (broker: TestBroker) => void, { from = '0' }: { from?: string } = {}): void {
  const brokers = testBrokers().filter(({ version }) => !isBefore(version, from));
  if (brokers.length === 0) describe(name, () => test.skip(`NOT TESTED: no RabbitMQ from ${from} up at hand`, () => {}));
  else describeOn(brokers, name, body);
}

/**
 * A `describe` for each real broker, for what needs something that the lab broker `lacks`; `from` leaves out the versions before it.
 * Without such a broker one skipped test says so.
 */
export function describeRealBrokers(
  name: string,
  lacks: string,
  body: (broker: TestBroker) => void,
  { from = '0' }: { from?: string } = {},
): void {
  const brokers = testBrokers().filter(({ lab, version }) => !lab && !isBefore(version, from));
  if (brokers.length === 0) {
    describe(name, () => test.skip(`NOT TESTED: no RabbitMQ at hand, and the lab broker has no ${lacks}`, () => {}));
  } else describeOn(brokers, name, body);
}

/**
 * Like `describeBrokers`, on the lab broker and the newest real one only: for what does not depend on the version. The lab broker costs
 * little, and it is a program of its own, so what holds on RabbitMQ says nothing of it.
 */
export function describeNewestBroker(name: string, body: (broker: TestBroker) => void): void {
  describeOn(labAndNewest(), name, body);
}

function labAndNewest(): readonly TestBroker[] {
  const real = testBrokers().filter(({ lab }) => !lab);
  const newest = real.reduce((best, { version }) => (isBefore(best, version) ? version : best), '0');
  return testBrokers().filter(({ lab, version }) => lab || version === newest);
}

/** For what is tested elsewhere on every broker, and here in another respect that has nothing to do with the broker. */
export function describeLabBroker(name: string, body: (broker: TestBroker) => void): void {
  describeOn(
    testBrokers().filter(({ lab }) => lab),
    name,
    body,
  );
}

/** Makes tests on a broker, `timeout` in milliseconds. */
export interface TestOnBroker {
  (name: string, body: () => Promise<void>, timeout?: number): void;
  readonly each: jest.Each;
}

/**
 * Like `describeBrokers`, for tests that mostly wait: all that `body` makes with the `test` that it is given run side by side, some at a
 * time (jest's `maxConcurrency`), on all brokers. So they share nothing but what `beforeAll` makes, and there is no `beforeEach`.
 */
export function describeBrokersAtOnce(
  name: string,
  body: (broker: TestBroker, test: TestOnBroker) => void,
  { from = '0' }: { from?: string } = {},
): void {
  atOnce(
    testBrokers().filter(({ version }) => !isBefore(version, from)),
    name,
    `no RabbitMQ from ${from} up at hand`,
    body,
  );
}

/** `describeRealBrokers`, with tests that run side by side as those of `describeBrokersAtOnce` do. */
export function describeRealBrokersAtOnce(
  name: string,
  lacks: string,
  body: (broker: TestBroker, test: TestOnBroker) => void,
  { from = '0' }: { from?: string } = {},
): void {
  atOnce(
    testBrokers().filter(({ lab, version }) => !lab && !isBefore(version, from)),
    name,
    `no RabbitMQ at hand, and the lab broker has no ${lacks}`,
    body,
  );
}

/** `describeNewestBroker`, or with `lab` `describeLabBroker`, with tests that run side by side as those of `describeBrokersAtOnce` do. */
export function describeFewBrokersAtOnce(
  which: 'newest' | 'lab',
  name: string,
  body: (broker: TestBroker, test: TestOnBroker) => void,
): void {
  atOnce(
    labAndNewest().filter(({ lab }) => lab || which === 'newest'),
    name,
    'no broker at hand',
    body,
  );
}

function atOnce(
  brokers: readonly TestBroker[],
  name: string,
  without: string,
  body: (broker: TestBroker, test: TestOnBroker) => void,
): void {
  describe(name, () => {
    if (brokers.length === 0) test.skip(`NOT TESTED: ${without}`, () => {});
    for (const broker of brokers) body(broker, concurrentOn(broker));
  });
}

function concurrentOn({ name }: TestBroker): TestOnBroker {
  const one = (title: string, body: () => Promise<void>, timeout?: number) => test.concurrent(`${title} on ${name}`, body, timeout);
  const each =
    (rows: readonly unknown[]) =>
    (title: string, ...rest: [body: (...row: unknown[]) => Promise<void>, timeout?: number]) =>
      test.concurrent.each(rows)(`${title} on ${name}`, ...rest);
  return Object.assign(one, { each: each as unknown as jest.Each });
}

/** Nothing else than this and `atOnce` makes a test count as one on a broker. */
function describeOn(brokers: readonly TestBroker[], name: string, body: (broker: TestBroker) => void): void {
  for (const broker of brokers) describe(`${name} on ${broker.name}`, () => body(broker));
}

/** The management API of a broker. */
export function managementOf({ url, api }: Pick<TestBroker, 'url' | 'api'>): Management {
  const { username, password } = new URL(url);
  return createManagement({
    address: api,
    username: decodeURIComponent(username) || 'guest',
    password: decodeURIComponent(password) || 'guest',
    timeout: 20_000,
  });
}

/** The vhosts's URL on a broker. */
export function urlOf(broker: Pick<TestBroker, 'url'>, vhost: string): string {
  return `${broker.url.replace(/\/$/, '')}/${encodeURIComponent(vhost)}`;
}

/**
 * Makes a vhost, runs `use` in it, and deletes it whatever happens. When `use` leaves a connection open, it rejects: whoever
 * opened one closes it.
 */
export async function withVhost<T>(broker: TestBroker, use: (vhost: TestVhost) => Promise<T>): Promise<T> {
  const management = managementOf(broker);
  const vhost = `rmq-lab-test-${randomBytes(6).toString('hex')}`;
  const path = `/api/vhosts/${vhost}`;
  const user = decodeURIComponent(new URL(broker.url).username) || 'guest';
  await management.put(path);
  try {
    await management.put(`/api/permissions/${vhost}/${encodeURIComponent(user)}`, { configure: '.*', write: '.*', read: '.*' });
    const result = await use({ vhost, url: urlOf(broker, vhost), api: broker.api });
    await refuseOpenConnections(management, vhost, urlOf(broker, vhost));
    return result;
  } finally {
    await management.delete(path);
  }
}

/**
 * The management API lists a connection up to 5 s late, so it cannot say that there is none. The broker's own count can: with
 * a limit of one connection, one more is let in only where no other is.
 */
async function refuseOpenConnections(management: Management, vhost: string, url: string): Promise<void> {
  await management.put(`/api/vhost-limits/${vhost}/max-connections`, { value: 1 });
  try {
    await eventually(async () => (await amqplib.connect(url, { noDelay: true })).close(), { within: 10_000, every: 100 });
  } catch (cause) {
    const listed = await openConnections(management, vhost);
    // those by which the management API itself publishes and gets are no test's: 4.0 keeps one open for a while
    const open = listed.filter((name) => !name.startsWith('<'));
    if (listed.length > 0 && open.length === 0) return;
    throw new Error(`the test left connections open in its vhost: ${open.join(', ') || 'not listed yet'}`, { cause });
  }
}

async function openConnections(management: Management, vhost: string): Promise<string[]> {
  const list = async () => {
    const all = (await management.get<Array<{ name: string; vhost?: string }>>('/api/connections?columns=name,vhost')) ?? [];
    const names = all.filter((connection) => connection.vhost === vhost).map((connection) => connection.name);
    if (names.length === 0) throw new Error('none listed');
    return names;
  };
  return eventually(list, { within: 6_000, every: 500 }).catch(() => []);
}

function isBefore(version: string, other: string): boolean {
  return version.localeCompare(other, 'en', { numeric: true }) < 0;
}
