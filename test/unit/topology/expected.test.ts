import type { Delivery } from '../../../src/client/message.ts';
import { type BindingExpectation, differencesOfBinding, type FoundBinding } from '../../../src/topology/expected-binding.ts';
import { differencesOfMessage, type MessageExpectation } from '../../../src/topology/expected-message.ts';
import { createAbsenceLook, type FoundQueue, isNegative, meetsQueue, type QueueExpectation } from '../../../src/topology/expected-queue.ts';

describe('a queue', () => {
  const there: FoundQueue = { queue: 'q', exists: true, messages: 2, consumers: 1 };
  const missing: FoundQueue = { queue: 'q', exists: false };
  const hidden: FoundQueue = { queue: 'q', exists: true, exclusive: true };

  test.each<[Partial<QueueExpectation>, FoundQueue, boolean]>([
    [{}, there, true],
    [{}, hidden, true],
    [{}, missing, false],
    [{ absent: true }, missing, true],
    [{ absent: true }, there, false],
    [{ absent: true }, hidden, false],
    [{ ready: 2 }, there, true],
    [{ ready: 1 }, there, false],
    [{ ready: 0 }, missing, false],
    [{ ready: 0 }, hidden, false],
    [{ readyAtLeast: 2 }, there, true],
    [{ readyAtLeast: 3 }, there, false],
    [{ readyAtLeast: 0 }, hidden, false],
    [{ consumers: 1 }, there, true],
    [{ ready: 2, consumers: 0 }, there, false],
  ])('%j of %j', (expected, found, met) => expect(meetsQueue(found, { queue: 'q', absent: false, ...expected })).toBe(met));

  test.each<[Partial<QueueExpectation>, boolean]>([
    [{}, false],
    [{ ready: 1 }, false],
    [{ readyAtLeast: 0 }, false],
    [{ absent: true }, true],
    [{ ready: 0 }, true],
    [{ ready: 1, consumers: 0 }, true],
  ])('%j is a negative: %j', (expected, negative) => expect(isNegative({ queue: 'q', absent: false, ...expected })).toBe(negative));

  describe('that is to be absent', () => {
    /** Plays what the management API and AMQP answer one after the other, and notes who was asked. */
    const play = async (api: (boolean | undefined)[], amqp: boolean[], looks: number) => {
      const asked: string[] = [];
      const look = createAbsenceLook('q', {
        askApi: async () => {
          asked.push('api');
          return api.shift();
        },
        lookByAmqp: async () => {
          asked.push('amqp');
          return { queue: 'q', exists: amqp.shift() ?? false };
        },
      });
      const met: boolean[] = [];
      for (let i = 0; i < looks; i++) met.push((await look()).met);
      return { met, asked: asked.join(' ') };
    };

    test('is asked for over the API while it is there, which renews no expiry', async () => {
      expect(await play([true, true, false], [false], 3)).toEqual({ met: [false, false, true], asked: 'api api api amqp' });
    });

    test('is asked for over AMQP where there is no API', async () => {
      expect(await play([undefined], [true, false], 2)).toEqual({ met: [false, true], asked: 'api amqp amqp' });
    });

    test('is asked for over AMQP when the API says that it is gone and it is not: it is another broker’s', async () => {
      expect(await play([false], [true, true], 2)).toEqual({ met: [false, false], asked: 'api amqp amqp' });
    });
  });
});

describe('a binding', () => {
  const found: FoundBinding = {
    source: 'x',
    destination: 'q',
    destinationType: 'queue',
    routingKey: 'k',
    arguments: { n: 1, s: '1', 'x-match': 'any' },
  };
  const plain: BindingExpectation = { source: 'x', destination: 'q', destinationType: 'queue', arguments: {}, absent: false };

  test.each<[Partial<BindingExpectation>, string[]]>([
    [{}, []],
    [{ routingKey: 'k' }, []],
    [{ routingKey: '' }, ['its key is "k"']],
    [{ arguments: { n: 1, s: '1' } }, []],
    [{ arguments: { n: '1' } }, ['its n is the number 1, not the string "1": they never match']],
    [{ arguments: { n: 2 } }, ['its n is the number 1']],
    [{ arguments: { m: 'x' } }, ['it has no m']],
    [{ arguments: { 'x-match': 'all' } }, ['its x-match is the string "any"']],
    [{ routingKey: 'l', arguments: { m: 1 } }, ['its key is "k"', 'it has no m']],
  ])('%j', (expected, differences) => expect(differencesOfBinding(found, { ...plain, ...expected })).toEqual(differences));

  test('without x-match is matched as all', () => {
    const bare = { ...found, arguments: {} };
    expect(differencesOfBinding(bare, { ...plain, arguments: { 'x-match': 'all' } })).toEqual([]);
    expect(differencesOfBinding(bare, { ...plain, arguments: { 'x-match': 'any' } })).toEqual(['its x-match is the string "all"']);
  });
});

describe('a message', () => {
  const death = (more: object) => ({ reason: 'expired', queue: 'orders', exchange: '', 'routing-keys': ['a', 'b'], count: 2, ...more });
  const message: Delivery = {
    exchange: 'x',
    routingKey: 'order.eu',
    redelivered: false,
    deliveryTag: 1,
    body: Buffer.from('hello'),
    properties: {
      contentType: 'text/plain',
      priority: 3,
      headers: { n: 1, s: '1', t: true, 'x-death': [death({}), death({ reason: 'rejected', queue: 'dlq' })] },
    },
  };
  const plain: MessageExpectation = { queue: 'q', absent: false, headers: {}, properties: {}, death: {} };

  test.each<[Partial<MessageExpectation>, string[]]>([
    [{}, []],
    [{ routingKey: 'order.eu', body: Buffer.from('hello') }, []],
    [{ routingKey: '' }, ['routing key is "order.eu", wanted ""']],
    [{ body: Buffer.from('hell') }, ['body is "hello", wanted "hell"']],
    [{ body: Buffer.from('x'.repeat(61)) }, [`body is "hello", wanted "${'x'.repeat(60)}"… (61 bytes)`]],
    [{ body: Buffer.from([0xff]) }, ['body is "hello", wanted 1 bytes that are not text']],
    [{ headers: { n: 1, s: '1', t: true } }, []],
    [{ headers: { n: '1' } }, ['header n is the number 1, not the string "1"']],
    [{ headers: { t: 'true' } }, ['header t is true, not the string "true"']],
    [{ headers: { n: 2, m: 1 } }, ['header n is the number 1', 'no header m']],
    [{ properties: { contentType: 'text/plain', priority: 3 } }, []],
    [{ properties: { contentType: 'text/html', appId: 'x' } }, ['contentType is the string "text/plain"', 'no appId']],
    [{ death: { reason: 'expired', queue: 'orders' } }, []],
    [{ death: { reason: 'rejected', queue: 'dlq', count: '2', exchange: '', 'routing-key': 'b' } }, []],
    [{ death: { reason: 'rejected', queue: 'orders' } }, ['x-death: reason expired, queue orders', 'x-death: reason rejected, queue dlq']],
    [{ death: { 'routing-key': 'c' } }, ['x-death: routing-key a, b', 'x-death: routing-key a, b']],
  ])('%j', (expected, differences) => expect(differencesOfMessage(message, { ...plain, ...expected })).toEqual(differences));

  test('that was never dead-lettered has no death', () => {
    const alive = { ...message, properties: {} };
    expect(differencesOfMessage(alive, { ...plain, death: { reason: 'expired' } })).toEqual(['no x-death: it was never dead-lettered']);
  });
});
