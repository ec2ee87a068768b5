import type { BrokerRecord } from '../../../src/engines/broker-record.ts';
import type { StartOptions } from '../../../src/engines/engine.ts';
import { expectSameOptions } from '../../../src/engines/other-options.ts';
import { refusal } from '../../support/refusal.ts';

const OPTIONS: StartOptions = { port: 5672, apiPort: 15672, memoryLimit: 1000, dataDir: '/d', nodes: 3 };

const record = (more: Partial<BrokerRecord> = {}): BrokerRecord => ({
  ...{ engine: 'lab', url: 'amqp://127.0.0.1:5672', api: 'http://127.0.0.1:15672', pid: 2, version: '4.3.6', startedAt: '', host: 'h' },
  options: OPTIONS,
  ...more,
});

test.each<StartOptions>([
  {},
  OPTIONS,
  // any port is a free one
  { port: 0, apiPort: 0 },
  { memoryLimit: 1000 },
])('%j is what is up', (asked) => expect(expectSameOptions(asked, record())).toBeUndefined());

test.each<[StartOptions, string, string]>([
  [{ port: 5673 }, '--port 5672, not with --port 5673', '--port 5673'],
  [{ nodes: 5, port: 5672 }, '--nodes 3, not with --nodes 5', '--nodes 5'],
  [{ strict: true }, 'no --strict, not with --strict', '--strict'],
  [{ dataDir: '' }, '--data-dir /d, not with --no-data-dir', '--no-data-dir'],
  [
    { apiPort: 1, memoryLimit: 2 },
    '--api-port 15672 --memory-limit 1000, not with --api-port 1 --memory-limit 2',
    '--api-port 1 --memory-limit 2',
  ],
  [{ release: '4.1' }, 'no --rabbitmq-version, not with --rabbitmq-version 4.1', '--rabbitmq-version 4.1'],
])('%j is refused, as a queue redeclared with other arguments is', (asked, message, flags) => {
  expect(refusal(() => expectSameOptions(asked, record()))).toMatchObject({
    kind: 'refused',
    message: `a broker is up at amqp://127.0.0.1:5672 with ${message}`,
    hint: `rmq-lab broker restart ${flags}, or leave that out to use the one that is up`,
  });
});

test('what restarts another engine names it', () => {
  expect(refusal(() => expectSameOptions({ nodes: 5 }, record({ engine: 'rabbitmq' }))).hint).toMatch(
    /^rmq-lab broker restart --engine rabbitmq --nodes 5, /,
  );
});
