import { taskOf } from '../../../src/commands/code-task.ts';
import { nodeProgram } from '../../../src/programs/node.ts';
import { pythonProgram } from '../../../src/programs/python.ts';

test.each<[string[], object]>([
  [
    ['publish', '-q', 'q', 'hi'],
    { kind: 'publish', exchange: '', routingKey: 'q', body: { text: 'hi' }, count: 1, window: 1000, mandatory: true },
  ],
  [['publish', 'x', 'k', '--file', 'f', '--no-confirm'], { body: { file: 'f' }, window: 0 }],
  [['publish', 'x', 'k'], { body: 'stdin', properties: { deliveryMode: 2 } }],
  [['publish', 'x', 'k', '--', '--body'], { body: { text: '--body' } }],
  [['publish', 'x', 'k', 'b', '--transient', '-H', 'n:int=1'], { properties: { deliveryMode: 1, headers: { n: 1 } } }],
  [['consume', 'q', '-n', '5'], { kind: 'consume', queue: 'q', count: 5, mode: 'ack', prefetch: 100 }],
  [['consume', 'q', '--no-ack'], { mode: 'none', untilEmpty: false }],
  [['get', 'q', '--limit', '3'], { kind: 'get', count: 3, raw: false }],
  [['declare-exchange', 'x', '--passive'], { kind: 'declare-exchange', passive: true }],
  [['call', '-q', 'q', 'hi'], { kind: 'call', timeout: 10_000 }],
  [['serve', 'q', '--exec', 'cat'], { kind: 'serve', command: 'cat', requeue: true, prefetch: 1 }],
])('%j', async (words, task) => {
  expect(await taskOf(words)).toMatchObject(task);
});

test.each<[string[], string]>([
  [['lesson'], "no program is written for 'lesson'"],
  [['publsh', 'x'], "no program is written for 'publsh': did you mean publish?"],
  [['constructor'], "no program is written for 'constructor'"],
  [['publish', 'x', 'k', '--lines'], '--lines has no counterpart in a program'],
  [['publish', '-q', 'q', '--rate', '5', 'b'], '--rate has no counterpart'],
  [['publish'], 'where to?'],
  [['publish', '-q', 'q', 'b', '--file', 'f'], 'exclude each other'],
  [['publish', '-q', 'q', 'b', '--priority', '300'], '--priority'],
  [['consume', 'q', '--exec', 'cat'], '--exec has no counterpart'],
  [['consume', 'q', '--ack-mode', 'requeue'], 'needs --count'],
  [['consume', 'q', '--timeout', '1s', '--idle-timeout', '1s'], '--timeout and --idle-timeout'],
  [['consume', 'q', '--until-empty', '--exclusive'], '--until-empty and --exclusive'],
  [['get', 'q', '--format', '{{body}}'], '--format has no counterpart'],
  [['declare-queue', '', '--passive'], '--passive asks for a queue by its name'],
  [['declare-exchange', 'x'], '--type is missing'],
  [['bind', 'x', 'q', 'k', 'k'], 'is given twice'],
  [['call', 'x'], 'whom to call?'],
  [['call', '-q', 'q', 'x', '--property', 'reply-to=r'], 'reply-to is the call’s own'],
  [['serve', 'q', '--exec', 'cat', '--parallel', '4'], '--parallel has no counterpart'],
])('%j: exit 2', async (words, message) => {
  await expect(taskOf(words)).rejects.toMatchObject({ kind: 'usage', message: expect.stringContaining(message) });
});

test.each([
  [['publish', '--foo'], 'unknown option'],
  [['serve', 'q'], "required option '--exec <command>'"],
  [['get'], "missing required argument 'queue'"],
])('%j: what commander says', async (words, message) => {
  await expect(taskOf(words)).rejects.toThrow(message);
});

test('no password stands in a program, and it says where it must come from', async () => {
  const words = ['get', 'q'];
  const task = await taskOf(words);
  expect(pythonProgram(task, { words })).toContain('sys.exit("set AMQP_URL to the address of the broker")');
  expect(nodeProgram(task, { words })).toContain("throw new Error('set AMQP_URL to the address of the broker')");
  const url = 'amqp://guest:guest@localhost:5673/v';
  expect(pythonProgram(task, { words, url })).toContain(`or "${url}"`);
  expect(nodeProgram(task, { words, url })).toContain(`|| '${url}'`);
});

test('a program as it is printed', async () => {
  const words = ['publish', 'orders', 'order.eu', '{"id":1}', '-H', 'source=web'];
  expect(pythonProgram(await taskOf(words), { words, url: 'amqp://guest:guest@localhost:5672' })).toBe(`#!/usr/bin/env python3
# The same as: rmq-lab publish orders order.eu '{"id":1}' -H source=web
# Needs pika, 1.2 or newer: pip install pika
import os
import sys

import pika

URL = (
    os.environ.get("RMQ_LAB_URL")
    or os.environ.get("AMQP_URL")
    or "amqp://guest:guest@localhost:5672"
)


def main():
    connection = pika.BlockingConnection(pika.URLParameters(URL))
    channel = connection.channel()
    # the broker answers each publish now, and basic_publish waits for that:
    # it raises NackError when refused, UnroutableError when returned
    channel.confirm_delivery()
    channel.basic_publish(
        exchange="orders",
        routing_key="order.eu",
        body="{\\"id\\":1}",
        properties=pika.BasicProperties(
            headers={"source": "web"},
            delivery_mode=2,  # persistent: on disk in a durable queue
        ),
        mandatory=True,  # what no queue takes comes back
    )
    connection.close()


if __name__ == "__main__":
    try:
        main()
    except (pika.exceptions.AMQPError, OSError) as error:
        # no broker, no access, or refused: the error holds the reason
        sys.exit(f"failed: {error!r}")
`);
});
