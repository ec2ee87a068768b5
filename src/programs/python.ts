import type { QueueDeclaration } from '../client/broker.ts';
import type { FieldTable, Properties } from '../client/message.ts';
import { indent, kept, type Lines, shellLine } from './lines.ts';
import { pythonConsuming, pythonGetting, pythonServing } from './python-consuming.ts';
import { pythonString, pythonTable } from './python-values.ts';
import type { BodySource, CallTask, Heading, PublishTask, Task } from './task.ts';

/** A program for Python 3 and pika 1.2 that does what the task says. Throws UsageError on a value that pika cannot send. */
export function pythonProgram(task: Task, { words, url }: Heading): string {
  const work = workOf(task);
  const text = work.join('\n');
  const uses = (word: string) => text.includes(word);
  const imports = kept([
    'import os',
    uses('subprocess.') && 'import subprocess',
    'import sys',
    uses('time.') && 'import time',
    uses('uuid.') && 'import uuid',
    uses('datetime.') && 'from datetime import datetime, timezone',
    uses('Decimal(') && 'from decimal import Decimal',
  ]);
  const fallback = url === undefined ? '""' : pythonString(url);
  return `${[
    '#!/usr/bin/env python3',
    `# The same as: rmq-lab ${shellLine(words)}`,
    '# Needs pika, 1.2 or newer: pip install pika',
    ...imports,
    '',
    'import pika',
    '',
    ...(url === undefined ? ['# amqp://user:password@host:5672/vhost, from the environment: it holds a password'] : []),
    'URL = (',
    '    os.environ.get("RMQ_LAB_URL")',
    '    or os.environ.get("AMQP_URL")',
    `    or ${fallback}`,
    ')',
    '',
    '',
    'def main():',
    ...(url === undefined ? indent(['if not URL:', '    sys.exit("set AMQP_URL to the address of the broker")'], '    ') : []),
    '    connection = pika.BlockingConnection(pika.URLParameters(URL))',
    '    channel = connection.channel()',
    ...indent(work, '    '),
    '',
    '',
    'if __name__ == "__main__":',
    '    try:',
    '        main()',
    '    except (pika.exceptions.AMQPError, OSError) as error:',
    '        # no broker, no access, or refused: the error holds the reason',
    '        sys.exit(f"failed: {error!r}")',
  ].join('\n')}\n`;
}

function workOf(task: Task): string[] {
  switch (task.kind) {
    case 'publish':
      return publish(task);
    case 'consume':
      return pythonConsuming(task);
    case 'get':
      return pythonGetting(task);
    case 'call':
      return call(task);
    case 'serve':
      return pythonServing(task, properties(task.properties, ['correlation_id=request.correlation_id']));
    case 'declare-queue':
      return declareQueue(task.declaration, task.passive);
    case 'declare-exchange': {
      const { exchange, type, durable, autoDelete, internal, arguments: table } = task.declaration;
      const given = task.passive
        ? ['passive=True,  # only ask whether it is there']
        : kept([
            `exchange_type=${pythonString(type)},`,
            `durable=${durable ? 'True,  # survives a restart of the broker' : 'False,'}`,
            autoDelete && 'auto_delete=True,',
            internal && 'internal=True,',
            ...argumentsOf(table),
          ]);
      return [...invoke('channel.exchange_declare', [`exchange=${pythonString(exchange)},`, ...given]), 'connection.close()'];
    }
    case 'bind':
      return [
        ...task.bindings.flatMap(({ source, destination, destinationType, routingKey, arguments: table }) => {
          const toQueue = destinationType === 'queue';
          return invoke(toQueue ? 'channel.queue_bind' : 'channel.exchange_bind', [
            `${toQueue ? 'queue' : 'destination'}=${pythonString(destination)},`,
            `${toQueue ? 'exchange' : 'source'}=${pythonString(source)},`,
            `routing_key=${pythonString(routingKey)},`,
            ...argumentsOf(table),
          ]);
        }),
        'connection.close()',
      ];
  }
}

function invoke(name: string, given: Lines): string[] {
  return [`${name}(`, ...indent(kept(given), '    '), ')'];
}

function argumentsOf(table: FieldTable): string[] {
  return Object.keys(table).length === 0 ? [] : [`arguments=${pythonTable(table, 'the argument')},`];
}

function declareQueue({ queue, durable, exclusive, autoDelete, arguments: table }: QueueDeclaration, passive: boolean): string[] {
  const given = passive
    ? ['passive=True,  # only ask whether it is there']
    : kept([
        `durable=${durable ? 'True,  # survives a restart of the broker' : 'False,'}`,
        exclusive && 'exclusive=True,  # goes with this connection',
        autoDelete && 'auto_delete=True,',
        ...argumentsOf(table),
      ]);
  const name = queue === '' ? 'queue="",  # the server chooses a name' : `queue=${pythonString(queue)},`;
  const [start = '', ...rest] = invoke('channel.queue_declare', [name, ...given]);
  return [
    `declared = ${start}`,
    ...rest,
    ...(queue === ''
      ? ['print(declared.method.queue)']
      : ['state = declared.method', 'print(f"{state.queue}: {state.message_count} ready, {state.consumer_count} consumers")']),
    'connection.close()',
  ];
}

function bodyOf(body: BodySource): { readonly before: string[]; readonly value: string } {
  if (body === 'stdin') return { before: ['body = sys.stdin.buffer.read()'], value: 'body' };
  if ('text' in body) return { before: [], value: pythonString(body.text) };
  return { before: [`with open(${pythonString(body.file)}, "rb") as file:`, '    body = file.read()'], value: 'body' };
}

function publish({ exchange, routingKey, properties: given, body, count, window, mandatory }: PublishTask): string[] {
  const { before, value } = bodyOf(body);
  const confirms = window > 0;
  const send = invoke('channel.basic_publish', [
    `exchange=${pythonString(exchange)},`,
    `routing_key=${pythonString(routingKey)},`,
    `body=${value},`,
    ...properties(given),
    mandatory ? 'mandatory=True,  # what no queue takes comes back' : 'mandatory=False,',
  ]);
  const collects = mandatory && !confirms;
  const counted = ['refused = 0', `for _ in range(${count}):`, '    try:', ...indent(send, '        ')];
  const caught = ['    except (pika.exceptions.UnroutableError, pika.exceptions.NackError):', '        refused += 1'];
  const sends = count === 1 ? send : confirms ? [...counted, ...caught] : [`for _ in range(${count}):`, ...indent(send, '    ')];
  return kept([
    ...before,
    confirms && '# the broker answers each publish now, and basic_publish waits for that:',
    confirms && '# it raises NackError when refused, UnroutableError when returned',
    confirms && 'channel.confirm_delivery()',
    collects && 'returned = []',
    collects && 'channel.add_on_return_callback(lambda *message: returned.append(message))',
    ...sends,
    collects && 'channel.basic_qos()  # a round trip: what came back is here now',
    collects && 'connection.process_data_events()',
    'connection.close()',
    confirms && count > 1 && 'if refused:',
    confirms && count > 1 && `    sys.exit(f"not taken: {refused} of ${count}")`,
    collects && 'if returned:',
    collects && '    sys.exit(f"returned: {len(returned)}, no queue takes it")',
  ]);
}

function call({ exchange, routingKey, properties: given, body, timeout, raw }: CallTask): string[] {
  const { before, value } = bodyOf(body);
  const { correlationId, ...rest } = given;
  return [
    ...before,
    `correlation_id = ${correlationId === undefined ? 'str(uuid.uuid4())' : pythonString(correlationId)}`,
    'replies = []',
    '',
    'def on_reply(channel, method, properties, body):',
    '    # a late reply to another request is not ours',
    '    if properties.correlation_id == correlation_id:',
    '        replies.append(body)',
    '',
    '# direct reply-to: no queue to declare, but consume before you ask',
    'channel.basic_consume("amq.rabbitmq.reply-to", on_reply, auto_ack=True)',
    'channel.confirm_delivery()',
    ...invoke('channel.basic_publish', [
      `exchange=${pythonString(exchange)},`,
      `routing_key=${pythonString(routingKey)},`,
      `body=${value},`,
      ...properties(rest, ['reply_to="amq.rabbitmq.reply-to"', 'correlation_id=correlation_id']),
      'mandatory=True,  # no server: UnroutableError at once',
    ]),
    `deadline = time.monotonic() + ${timeout / 1000}`,
    'while not replies and time.monotonic() < deadline:',
    '    connection.process_data_events(time_limit=0.1)',
    'connection.close()',
    'if not replies:',
    `    sys.exit("no reply within ${timeout / 1000} s")`,
    `sys.stdout.buffer.write(replies[0]${raw ? '' : ' + b"\\n"'})`,
  ];
}

const NAMES: readonly (readonly [name: keyof Properties, python: string])[] = [
  ['contentType', 'content_type'],
  ['contentEncoding', 'content_encoding'],
  ['headers', 'headers'],
  ['deliveryMode', 'delivery_mode'],
  ['priority', 'priority'],
  ['correlationId', 'correlation_id'],
  ['replyTo', 'reply_to'],
  ['expiration', 'expiration'],
  ['messageId', 'message_id'],
  ['timestamp', 'timestamp'],
  ['type', 'type'],
  ['userId', 'user_id'],
  ['appId', 'app_id'],
];

/** The argument `properties=…` of basic_publish; `more` are arguments of its own. */
function properties(given: Properties, more: readonly string[] = []): string[] {
  const pairs = NAMES.flatMap(([name, python]) => {
    const value = given[name];
    if (value === undefined) return [];
    if (name === 'headers') return [`headers=${pythonTable(value as FieldTable, '-H')},`];
    if (name === 'deliveryMode')
      return [`delivery_mode=${value},  # ${value === 2 ? 'persistent: on disk in a durable queue' : 'transient'}`];
    return [`${python}=${typeof value === 'number' ? value : pythonString(String(value))},`];
  });
  return ['properties=pika.BasicProperties(', ...indent([...pairs, ...more.map((pair) => `${pair},`)], '    '), '),'];
}
