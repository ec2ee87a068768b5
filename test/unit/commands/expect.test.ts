import { expect as expectCommand } from '../../../src/commands/expect.ts';
import { type BindingExpectOptions, bindingExpectation, expectBinding } from '../../../src/commands/expect-binding.ts';
import { expectMessage, type MessageExpectOptions, messageExpectation } from '../../../src/commands/expect-message.ts';
import { pollOptions } from '../../../src/commands/expect-options.ts';
import { expectQueue, type QueueExpectOptions, queueExpectation } from '../../../src/commands/expect-queue.ts';
import type { Act, Lab } from '../../../src/commands/lab.ts';
import { parsed } from '../../support/parsed.ts';

const act: Act = () => async () => {};

test('every kind has its negation', () => {
  const names = expectCommand(act).commands.map((command) => command.name());
  expect(names).toEqual(['queue', 'no-queue', 'exchange', 'no-exchange', 'binding', 'no-binding', 'message', 'no-message']);
});

describe('queue', () => {
  const expectation = async (...argv: string[]) => {
    const [queue, options] = (await parsed((use) => expectQueue(use, false), argv)) as [string, QueueExpectOptions];
    return queueExpectation(queue, options, false);
  };

  test.each<[string[], object]>([
    [['q'], { queue: 'q', absent: false }],
    [['q', '--absent'], { queue: 'q', absent: true }],
    [['q', '--ready', '0'], { queue: 'q', absent: false, ready: 0 }],
    [['q', '--ready', '1', '--unacked', '5'], { queue: 'q', absent: false, ready: 1, unacked: 5 }],
    [['q', '--ready-at-least', '3', '--consumers', '2'], { queue: 'q', absent: false, readyAtLeast: 3, consumers: 2 }],
  ])('%j', async (argv, wanted) => expect(await expectation(...argv)).toEqual(wanted));

  test.each<[string[], string]>([
    [['q', '--absent', '--unacked', '1'], '--absent and counts exclude each other'],
    [['q', '--unacked', 'all'], "--unacked: 'all' is not a whole number from 0 up"],
    [['q', '--absent', '--ready', '1'], '--absent and counts exclude each other'],
    [['q', '--ready', '1', '--ready-at-least', '1'], '--ready and --ready-at-least exclude each other'],
    [['q', '--ready', '-1'], "--ready: '-1' is not a whole number from 0 up"],
    [['q', '--consumers', 'two'], "--consumers: 'two' is not a whole number from 0 up"],
    [[''], 'the name of the queue is empty'],
  ])('%j is refused', async (argv, message) => {
    await expect(expectation(...argv)).rejects.toMatchObject({ kind: 'usage', message });
  });

  test('no-queue takes no counts', async () => {
    const [queue, options] = (await parsed((use) => expectQueue(use, true), ['q'])) as [string, QueueExpectOptions];
    expect(queueExpectation(queue, options, true)).toEqual({ queue: 'q', absent: true });
    await expect(parsed((use) => expectQueue(use, true), ['q', '--ready', '1'])).rejects.toThrow("unknown option '--ready'");
  });
});

describe('binding', () => {
  const expectation = async (...argv: string[]) => {
    const args = (await parsed((use) => expectBinding(use, false), argv)) as [string, string, string | undefined, BindingExpectOptions];
    return bindingExpectation(...(args.slice(0, 4) as typeof args), false);
  };
  const plain = { source: 'x', destination: 'q', destinationType: 'queue', arguments: {}, absent: false };

  test.each<[string[], object]>([
    [['x', 'q'], {}],
    [['x', 'q', ''], { routingKey: '' }],
    [['x', 'q', 'a.#'], { routingKey: 'a.#' }],
    [['', 'q'], { source: '' }],
    [['x', 'y', '--to-exchange', '--absent'], { destination: 'y', destinationType: 'exchange', absent: true }],
    [['x', 'q', '-H', 'n:int=1', '--match', 'any'], { arguments: { n: 1, 'x-match': 'any' } }],
  ])('%j', async (argv, difference) => expect(await expectation(...argv)).toEqual({ ...plain, ...difference }));
});

describe('message', () => {
  const expectation = async (...argv: string[]) => {
    const [queue, options] = (await parsed((use) => expectMessage(use, false), argv)) as [string, MessageExpectOptions];
    return messageExpectation(queue, options, false);
  };
  const plain = { queue: 'q', absent: false, headers: {}, properties: {}, death: {} };

  test.each<[string[], object]>([
    [['q'], {}],
    [['q', '--absent'], { absent: true }],
    [['q', '--body', ''], { body: Buffer.alloc(0) }],
    [['q', '-r', 'k', '--body', 'olá'], { routingKey: 'k', body: Buffer.from('olá') }],
    [['q', '-H', 'n:int=1', '--header', 's=1'], { headers: { n: 1, s: '1' } }],
    [
      ['q', '--property', 'content-type=text/plain', '--property', 'priority=3'],
      { properties: { contentType: 'text/plain', priority: 3 } },
    ],
    [['q', '--death', 'reason=expired', '--death', 'routing-key=a=b'], { death: { reason: 'expired', 'routing-key': 'a=b' } }],
  ])('%j', async (argv, difference) => expect(await expectation(...argv)).toEqual({ ...plain, ...difference }));

  test.each<[string[], string]>([
    [['q', '--death', 'reasons=x'], "--death: 'reasons' is not known: did you mean reason?"],
    [['q', '--death', 'expired'], "--death: 'expired' has no '='"],
    [['q', '--property', 'colour=red'], '--property: "colour" is no property'],
  ])('%j is refused', async (argv, message) => {
    await expect(expectation(...argv)).rejects.toMatchObject({ kind: 'usage', message: expect.stringContaining(message) });
  });
});

describe('waiting', () => {
  const lab = { clock: { now: () => 0, sleep: async () => {} }, interrupted: new AbortController().signal } as unknown as Lab;

  test('5 s by default', async () => {
    const [, options] = (await parsed((use) => expectQueue(use, false), ['q'])) as [string, QueueExpectOptions];
    expect(options.within).toBe('5s');
  });

  test('what is to be absent must stay so', () => {
    expect(pollOptions(lab, '2s', true)).toMatchObject({ within: 2000, stableFor: 300 });
    expect(pollOptions(lab, '2s', false)).toMatchObject({ within: 2000, stableFor: 0 });
    expect(() => pollOptions(lab, 'soon', false)).toThrow("--within: 'soon' is not a duration");
  });
});
