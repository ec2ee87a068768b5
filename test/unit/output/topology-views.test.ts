import { bindingsView, bindingView } from '../../../src/output/binding-view.ts';
import { doctorView } from '../../../src/output/doctor-view.ts';
import { declaredExchangeView, declaredQueueView, deletedQueueView, purgedView, queueStateView } from '../../../src/output/entity-view.ts';
import {
  expectedBindingView,
  expectedQueueView,
  foundMessageView,
  foundQueueView,
  missesView,
  otherBindingsView,
  unmetMessageView,
} from '../../../src/output/expectation-view.ts';
import { mismatchView } from '../../../src/output/mismatch-view.ts';
import { statusView } from '../../../src/output/status-view.ts';
import { tableView } from '../../../src/output/table.ts';
import type { MessageSearch } from '../../../src/topology/search-messages.ts';

const state = { queue: 'q', messages: 3, consumers: 1 };

test.each<[object, string]>([
  [{}, 'queue q (durable): 3 ready, 1 consumer'],
  [{ arguments: { 'x-queue-type': 'quorum' } }, 'queue q (quorum, durable): 3 ready, 1 consumer'],
  [{ durable: false, exclusive: true, autoDelete: true }, 'queue q (transient, exclusive, auto-delete): 3 ready, 1 consumer'],
  [{ queue: '' }, 'q'],
])('declaredQueueView %j', (difference, text) => {
  const declaration = { queue: 'q', durable: true, exclusive: false, autoDelete: false, arguments: {}, ...difference };
  expect(declaredQueueView(state, declaration)).toBe(text);
});

test('views of queues and exchanges', () => {
  expect(queueStateView({ queue: 'q', messages: 0, consumers: 0 })).toBe('queue q: 0 ready, 0 consumers');
  expect(deletedQueueView('q', 0)).toBe('deleted queue q');
  expect(deletedQueueView('q', 1)).toBe('deleted queue q and 1 message in it');
  expect(purgedView('a\nb', 2)).toBe('purged 2 messages from queue a\\nb');
  const exchange = { exchange: 'x', type: 'topic', durable: false, autoDelete: true, internal: true, arguments: {} };
  expect(declaredExchangeView(exchange)).toBe('exchange x (topic, transient, auto-delete, internal)');
});

const binding = { source: 'x', destination: 'q', destinationType: 'queue' as const, routingKey: 'k', arguments: {} };

test.each<[object, string]>([
  [{}, 'x → queue q, key k'],
  [{ routingKey: '' }, "x → queue q, key ''"],
  [{ routingKey: '', arguments: { n: 1 } }, 'x → queue q, arguments {"n":1}'],
  [{ destinationType: 'exchange', arguments: { n: 1 } }, 'x → exchange q, key k, arguments {"n":1}'],
])('bindingView %j', (difference, text) => {
  expect(bindingView({ ...binding, ...difference }, false)).toBe(text);
  expect(bindingView({ ...binding, ...difference }, true)).toBe(text.replace('→', '->'));
});

test('bindingsView has a line for each', () => {
  expect(bindingsView('bound', [binding, { ...binding, routingKey: 'l' }], true)).toBe(
    'bound x -> queue q, key k\nbound x -> queue q, key l',
  );
});

test('expected and found queues', () => {
  expect(foundQueueView({ queue: 'q', exists: false })).toBe('there is no queue q');
  expect(foundQueueView({ ...state, exists: true })).toBe('queue q has 3 ready, 1 consumer');
  expect(foundQueueView({ queue: 'q', exists: true })).toBe('queue q exists');
  expect(foundQueueView({ queue: 'q', exists: true, exclusive: true })).toMatch(/exclusive to another connection/);
  expect(expectedQueueView({ queue: 'q', absent: false })).toBe('a queue');
  expect(expectedQueueView({ queue: 'q', absent: true })).toBe('no such queue');
  expect(expectedQueueView({ queue: 'q', absent: false, readyAtLeast: 2, consumers: 1 })).toBe('at least 2 ready and 1 consumer');
});

test('expected bindings, and those that are there instead', () => {
  const expected = { source: '', destination: 'q', destinationType: 'queue' as const, arguments: {}, absent: false };
  expect(expectedBindingView(expected, {})).toBe('binding from the default exchange to queue q');
  expect(expectedBindingView({ ...expected, source: 'x', routingKey: '' }, { n: 1 })).toBe(
    'binding from x to queue q with key \'\' and arguments {"n":1}',
  );
  const others = Array.from({ length: 7 }, () => ({ binding, differences: ['its key is "k"'] }));
  expect(otherBindingsView(others, true).split('\n')).toEqual([
    ...Array.from({ length: 5 }, () => '  x -> queue q, key k: its key is "k"'),
    '  and 2 more',
  ]);
});

describe('a search for messages', () => {
  const message = { exchange: '', routingKey: 'k', redelivered: false, deliveryTag: 1, properties: {}, body: Buffer.from('hi\x1b[2J') };
  const search: MessageSearch = { queue: 'q', exists: true, looked: 0, misses: [] };

  test.each<[Partial<MessageSearch>, string]>([
    [{}, 'queue q is empty'],
    [{ looked: 2 }, 'no message in queue q is like this (looked at 2 messages)'],
    [{ looked: 2, misses: [{ message, differences: ['no appId'] }] }, 'no message in queue q is like this (looked at 2 messages):'],
    [{ exists: false }, 'there is no queue q to look into'],
    [{ looked: 1, match: message }, 'queue q has such a message: routing key k, body "hi\\u001b[2J"'],
    [{ looked: 1000, cut: 'too-many' }, 'none of the first 1000 messages in queue q is like this, and no more are held at a time'],
    [
      { looked: 1, cut: 'delivery-limit' },
      'no message so far in queue q is like this (looked at 1 message); the last is near its delivery limit',
    ],
  ])('unmet: %j', (difference, text) => expect(unmetMessageView({ ...search, ...difference })).toBe(text));

  test('met', () => {
    expect(foundMessageView({ ...search, looked: 1, match: { ...message, routingKey: '', body: Buffer.from([0xff, 0xfe]) } })).toBe(
      "queue q has a message with routing key '', body of 2 bytes that are not text",
    );
    expect(foundMessageView({ ...search, looked: 4 })).toBe('no message in queue q is like this (looked at 4 messages)');
  });

  test('misses are listed with what is different, long bodies cut', () => {
    const long = { ...message, body: Buffer.from('é'.repeat(70)) };
    expect(
      missesView({ ...search, looked: 3, misses: [{ message: long, differences: ['no header n', 'body is x, wanted y'] }] }).split('\n'),
    ).toEqual(['  1. routing key k: no header n; body is x, wanted y', '  and 2 messages more']);
    expect(missesView({ ...search, looked: 1, misses: [{ message: long, differences: ['no header n'] }] })).toBe(
      `  1. routing key k, body "${'é'.repeat(60)}"… (140 bytes): no header n`,
    );
    expect(
      missesView({ ...search, looked: 1, misses: [{ message: long, differences: ['routing key is "k", wanted "l"', 'body is x'] }] }),
    ).toBe('  1. routing key is "k", wanted "l"; body is x');
  });
});

test('tables have no lines, no colours in a pipe, and no blanks at the end of a line', () => {
  const text = tableView(
    ['name', 'n'],
    [
      ['a', '1'],
      ['orders', ''],
    ],
    false,
  );
  expect(text).toBe('name    n\na       1\norders');
  expect(tableView(['name'], [['a']], true)).toBe('\x1b[1mname\x1b[22m\na');
});

test('a mismatch marks what differs', () => {
  expect(
    mismatchView([
      { name: 'durable', declared: 'true', existing: 'true', differs: false },
      { name: 'x-max-length', declared: '4', existing: '-', differs: true },
    ]).split('\n'),
  ).toEqual(['                declared  existing', '  durable       true      true', '  x-max-length  4         -         <- differs']);
});

const checks = [
  { name: 'connection', ok: true, detail: 'fine', fix: null },
  { name: 'api', ok: false, detail: 'gone', fix: 'start it' },
];

test.each<[boolean, string[]]>([
  [true, ['ok   connection  fine', 'FAIL api         gone', '                 fix: start it']],
  [false, ['✔ connection  fine', '✘ api         gone', '              fix: start it']],
])('doctorView, ascii %j', (ascii, lines) => expect(doctorView(checks, { color: false, ascii }).split('\n')).toEqual(lines));

test('doctorView uses colour where it may', () => {
  expect(doctorView(checks, { color: true, ascii: true })).toContain('\x1b[31mFAIL\x1b[39m');
});

test('statusView', () => {
  const known = { reason: '--url', asked: true, embedded: false, tls: true, vhost: 'v', user: 'u', running: [] };
  expect(
    statusView({
      ...known,
      url: 'amqps://u@b:5671/v',
      addresses: ['amqps://u@a:5671/v', 'amqps://u@b:5671/v'],
      answers: true,
      product: 'RabbitMQ',
      version: '4.0.5',
      api: { url: 'https://a:15671', answers: true, version: '4.0.5' },
    }).split('\n'),
  ).toEqual([
    'broker:     amqps://u@b:5671/v: RabbitMQ 4.0.5',
    'chosen by:  --url',
    'else:       amqps://u@a:5671/v',
    'vhost:      v',
    'user:       u',
    'tls:        yes',
    'management: https://a:15671: RabbitMQ 4.0.5',
  ]);
  const dead = statusView({
    ...known,
    url: 'amqp://u@a:1',
    addresses: ['amqp://u@a:1'],
    answers: false,
    api: { url: 'http://a:2', answers: false, error: 'no management API at http://a:2: refused' },
  });
  expect(dead).toContain('broker:     amqp://u@a:1: no\n');
  expect(dead).toContain('management: no management API at http://a:2: refused');
});

test('statusView of the lab broker of a command', () => {
  const text = statusView({
    url: 'amqp://guest@127.0.0.1:1234',
    addresses: ['amqp://guest@127.0.0.1:1234'],
    reason: 'RMQ_LAB_URL',
    asked: true,
    embedded: true,
    answers: true,
    product: 'RabbitMQ',
    version: '4.3.6',
    lab: true,
    tls: false,
    running: [],
    vhost: '/',
    user: 'guest',
    api: { url: 'http://127.0.0.1:1235', answers: true, version: '4.3.6' },
  });
  expect(text).toContain('broker:     amqp://guest@127.0.0.1:1234: lab broker (as RabbitMQ 4.3.6)\nchosen by:  RMQ_LAB_URL\n');
  expect(text).toContain('\nlasts:      as long as this command\n');
});

test('statusView names the lesson whose broker it is, and what is up beside it', () => {
  const up = { engine: 'lab', api: 'http://127.0.0.1:2', version: '4.3.6' };
  const text = statusView({
    url: 'amqp://guest@127.0.0.1:1/rmq-lab-hello-x',
    addresses: ['amqp://guest@127.0.0.1:1/rmq-lab-hello-x'],
    reason: 'r',
    asked: false,
    embedded: false,
    answers: true,
    tls: false,
    running: [
      { ...up, url: 'amqp://127.0.0.1:3', pid: 33 },
      { ...up, url: 'amqp://127.0.0.1:1', pid: 44, lesson: { id: 'hello', vhost: 'rmq-lab-hello-x' } },
      { ...up, url: 'amqp://127.0.0.1:5', pid: 55, lesson: { id: 'topic', vhost: 'w' } },
    ],
    vhost: 'rmq-lab-hello-x',
    user: 'guest',
    api: { url: 'http://127.0.0.1:2', answers: true },
  });
  expect(text.split('\n').filter((line) => /^(lasts|also)/.test(line))).toEqual([
    'lasts:      as long as the lesson hello, in its vhost rmq-lab-hello-x, process 44',
    'also up:    amqp://127.0.0.1:3: rmq-lab broker --engine lab, process 33',
    'also up:    amqp://127.0.0.1:5: the lesson topic, in its vhost w, process 55',
  ]);
});
