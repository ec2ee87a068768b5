import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const rabbitmq = join(import.meta.dirname, '../../scripts/rabbitmq');

/**
 * Asks each broker of a comma-separated list of AMQP URLs for its version, through the management API at its port + 10000.
 * Answers what `TestBroker` in brokers.ts describes; throws when one of them does not answer: who names a broker means it.
 */
export async function findBrokers(urls = '') {
  const named = urls.split(',').filter((url) => url !== '');
  if (named.length === 0) return [];
  const managed = await managedServers();
  return Promise.all(named.map((url) => describeNamed(url, managed)));
}

/** A broker by its addresses, as `TestBroker` describes it. Throws when its management API does not answer. */
export async function describeBroker(url, api) {
  const { username, password } = new URL(url);
  const overview = await ask(`${api}/api/overview`, username || 'guest', password || 'guest');
  const { rabbitmq_version: serverVersion, product_name: product } = overview;
  const lab = product === 'rmq-lab';
  return {
    name: lab ? 'lab broker' : `RabbitMQ ${serverVersion}`,
    version: serverVersion.split('.', 2).join('.'),
    serverVersion,
    url,
    api,
    managed: false,
    lab,
  };
}

async function describeNamed(url, managed) {
  const { hostname, port } = new URL(url);
  const api = `http://${hostname}:${Number(port || 5672) + 10_000}`;
  const broker = await describeBroker(url, api).catch((cause) => {
    throw new Error(`RMQ_LAB_TEST_URLS: no management API at ${api}: ${cause.cause?.message ?? cause.message}`, { cause });
  });
  const server = managed.find((candidate) => new URL(candidate.url).port === port);
  return {
    ...broker,
    managed: server !== undefined,
    ...(server && { tls: { url: server.tlsUrl, caFile: server.caFile, certFile: server.clientCertFile, keyFile: server.clientKeyFile } }),
  };
}

async function ask(url, username, password) {
  const authorization = `Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')}`;
  const response = await fetch(url, { headers: { authorization }, signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return response.json();
}

/** The servers that scripts/rabbitmq has up; it exits 1 when some version is down, and prints the list all the same. */
async function managedServers() {
  const { stdout } = await promisify(execFile)(rabbitmq, ['status', '--json']).catch((error) => error);
  try {
    return JSON.parse(stdout).filter((server) => server.running);
  } catch {
    return [];
  }
}
