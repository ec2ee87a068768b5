import { type BrokerRecord, parseRecord } from '../../../src/engines/broker-record.ts';

const record: BrokerRecord = {
  engine: 'lab',
  url: 'amqp://127.0.0.1:5672',
  api: 'http://127.0.0.1:15672',
  pid: 812,
  version: '4.3.6',
  startedAt: '2026-01-01T00:00:00.000Z',
  host: 'here',
  options: {},
};
const node = { node: 1, name: 'rmq-lab-1@localhost', url: 'amqp://127.0.0.1:5672', api: 'http://127.0.0.1:15672' };

describe('parseRecord', () => {
  test('takes what was written', () => {
    const nodes = [node, { ...node, node: 2, pid: 813, born: '99' }];
    const full = {
      ...record,
      log: '/l',
      options: { strict: true, memoryLimit: 1, home: '/h' },
      nodes,
      born: '98',
      container: 'c',
      lesson: { id: 'l', vhost: 'v' },
    };
    expect(parseRecord(JSON.stringify(full))).toStrictEqual(full);
    expect(parseRecord(JSON.stringify({ ...record, more: 1, options: { nodes: [1] } }))).toStrictEqual(record);
  });

  test.each<[string, object]>([
    ['another engine', { engine: 'none' }],
    ['everybody’s process number', { pid: -1 }],
    ['the first process', { pid: 1 }],
    ['a number in words', { pid: '812' }],
    ['another machine', { url: 'amqp://example.com:5672' }],
    ['no port', { url: 'amqp://127.0.0.1' }],
    ['TLS', { url: 'amqps://127.0.0.1:5671' }],
    ['no address', { api: 'here' }],
    ['no version', { version: undefined }],
    ['no machine', { host: undefined }],
    ['no options', { options: 1 }],
    ['a lesson without a virtual host', { lesson: { id: 'hello' } }],
    ['no nodes', { nodes: [] }],
    ['a node without an address', { nodes: [{ ...node, api: undefined }] }],
    ['a node without a number', { nodes: [{ ...node, node: '1' }] }],
    ['the process number of all for a node', { nodes: [{ ...node, pid: 0 }] }],
  ])('refuses %s', (_name, change) => expect(parseRecord(JSON.stringify({ ...record, ...change }))).toBeUndefined());

  test.each(['', 'null', '[]', '1', '{'])('refuses %j', (text) => expect(parseRecord(text)).toBeUndefined());
});
