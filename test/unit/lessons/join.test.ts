import { parseAddress, type Target } from '../../../src/client/target.ts';
import { environmentFor, joinLines } from '../../../src/lessons/join.ts';

function targetOf(url: string, api: string): Target {
  return { addresses: url.split(',').map((part) => parseAddress(part, 'the test')), api, reason: 'the test', asked: true };
}

test.each<[string, string, string[]]>([
  ['amqp://localhost', 'http://localhost:15672', ['export RMQ_LAB_URL=amqp://localhost:5672/v']],
  ['amqp://guest:guest@[::1]:5999/x', 'http://[::1]:15672', ['export RMQ_LAB_URL=amqp://[::1]:5999/v']],
  [
    'amqp://localhost:5310',
    'http://localhost:15310',
    ['export RMQ_LAB_URL=amqp://localhost:5310/v', 'export RMQ_LAB_API=http://localhost:15310'],
  ],
  [
    'amqp://me:s3cret@localhost',
    'http://localhost:15672',
    ['export RMQ_LAB_URL="amqp://me:$PASSWORD@localhost:5672/v"', '# with your password in the variable PASSWORD (percent-encoded)'],
  ],
  [
    'amqps://me:s3cret@b1?cacertfile=/ca.pem&verify=verify_none,amqps://me:s3cret@b2',
    'https://b1:15671',
    [
      'export RMQ_LAB_URL="amqps://me:$PASSWORD@b1:5671/v?cacertfile=%2Fca.pem&verify=verify_none,amqps://me:$PASSWORD@b2:5671/v"',
      '# with your password in the variable PASSWORD (percent-encoded)',
    ],
  ],
  [
    'amqps://localhost?certfile=/c&keyfile=/k&heartbeat=9',
    'https://localhost:15671',
    ["export RMQ_LAB_URL='amqps://localhost:5671/v?heartbeat=9&certfile=%2Fc&keyfile=%2Fk'"],
  ],
])('a second terminal joins %s', (url, api, lines) => {
  expect(joinLines(targetOf(url, api), 'v')).toEqual(lines);
  expect(joinLines(targetOf(url, api), 'v').join()).not.toMatch(/s3cret/);
});

test('commands inside get the password, and find the same broker', () => {
  const url = 'amqps://me:p%40ss@b1:5999/x?cacertfile=/ca.pem&heartbeat=9';
  const target = targetOf(url, 'https://b1:15671');
  const { RMQ_LAB_URL, RMQ_LAB_API } = environmentFor(target, 'rmq-lab-hello-abcdef');
  expect(RMQ_LAB_API).toBe('https://b1:15671');
  expect(parseAddress(RMQ_LAB_URL ?? '', 'it')).toEqual({ ...target.addresses[0], vhost: 'rmq-lab-hello-abcdef' });
});
