import { LabError } from '../errors.ts';
import type { BrokerRecord } from './broker-record.ts';
import type { StartOptions } from './engine.ts';

/** How each option is given. */
const FLAGS: Readonly<Record<keyof StartOptions, string>> = {
  port: '--port',
  apiPort: '--api-port',
  memoryLimit: '--memory-limit',
  strict: '--strict',
  dataDir: '--data-dir',
  nodes: '--nodes',
  home: '--home',
  release: '--rabbitmq-version',
};

/**
 * Fails with a LabError where a broker that is up runs otherwise than it is asked to: as redeclaring a queue with other arguments does, and
 * for the same reason. Who asks for a port or a number of nodes goes on as if they were there. What is not asked for may be as it is.
 */
export function expectSameOptions(asked: StartOptions, { engine, url, options }: BrokerRecord): void {
  const differing = (Object.keys(FLAGS) as (keyof StartOptions)[]).filter((key) => differs(key, asked[key], options[key]));
  if (differing.length === 0) return;
  const found = differing.map((key) => shown(key, options[key]) ?? `no ${FLAGS[key]}`).join(' ');
  const wanted = differing.map((key) => shown(key, asked[key])).join(' ');
  const restart = ['rmq-lab broker restart', ...(engine === 'lab' ? [] : ['--engine', engine]), wanted].join(' ');
  throw new LabError('refused', `a broker is up at ${url} with ${found}, not with ${wanted}`, {
    hint: `${restart}, or leave that out to use the one that is up`,
  });
}

function differs(key: keyof StartOptions, asked: unknown, found: unknown): boolean {
  // any port is a free one
  if (asked === undefined || ((key === 'port' || key === 'apiPort') && asked === 0)) return false;
  return asked !== found;
}

/** As it is given on a command line; undefined of what was not. */
function shown(key: keyof StartOptions, value: StartOptions[keyof StartOptions]): string | undefined {
  if (value === undefined || value === false) return undefined;
  if (key === 'dataDir' && value === '') return '--no-data-dir';
  return value === true ? FLAGS[key] : `${FLAGS[key]} ${value}`;
}
