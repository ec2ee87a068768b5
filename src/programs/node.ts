import type { QueueDeclaration } from '../client/broker.ts';
import type { FieldTable, Properties } from '../client/message.ts';
import { indent, kept, shellLine } from './lines.ts';
import { nodeConsuming, nodeGetting, nodeServing } from './node-consuming.ts';
import { nodeString, nodeTable } from './node-values.ts';
import type { BodySource, CallTask, Heading, PublishTask, Task } from './task.ts';

/** A program for Node 20 (an ES module) and amqplib 2 that does what the task says. Throws UsageError on a value that amqplib cannot send. */
export function nodeProgram(task: Task, { words, url }: Heading): string {
  const work = workOf(task);
  const text = work.join('\n');
  const uses = (word: string) => text.includes(word);
  const helpers = [
    ...(uses('await write(') ? ['', ...WRITE] : []),
    ...(uses('ending()') ? ['', ...ENDING] : []),
    ...(uses('await run(') ? ['', ...RUN] : []),
  ];
  const imports = kept([
    uses('await run(') && "import { spawn } from 'node:child_process';",
    uses('randomUUID(') && "import { randomUUID } from 'node:crypto';",
    uses('await run(') && "import { once } from 'node:events';",
    uses('readFile(') && "import { readFile } from 'node:fs/promises';",
    (uses('buffer(') || uses('await run(')) && "import { buffer } from 'node:stream/consumers';",
    uses('sleep(') && "import { setTimeout as sleep } from 'node:timers/promises';",
  ]);
  const confirms = (task.kind === 'publish' && task.window > 0) || task.kind === 'call' || task.kind === 'serve';
  return `${[
    '#!/usr/bin/env node',
    `// The same as: rmq-lab ${shellLine(words)}`,
    '// Needs amqplib 2 (npm install amqplib); an ES module, so save it as .mjs',
    ...imports,
    "import amqp from 'amqplib';",
    '',
    ...(url === undefined ? ['// amqp://user:password@host:5672/vhost, from the environment: it holds a password'] : []),
    `const url = process.env.RMQ_LAB_URL || process.env.AMQP_URL${url === undefined ? '' : ` || ${nodeString(url)}`};`,
    '',
    'async function main() {',
    ...(url === undefined ? ["  if (!url) throw new Error('set AMQP_URL to the address of the broker');"] : []),
    '  const connection = await amqp.connect(url);',
    '  try {',
    `    const channel = await connection.${confirms ? 'createConfirmChannel' : 'createChannel'}();`,
    '    // without listeners an error of connection or channel ends the process',
    '    const failed = new Promise((_, reject) => {',
    "      connection.on('error', reject);",
    "      channel.on('error', reject);",
    '    });',
    '    await Promise.race([work(channel), failed]);',
    '  } finally {',
    '    await connection.close().catch(() => {}); // it may be gone already',
    '  }',
    '}',
    '',
    'async function work(channel) {',
    ...indent(work, '  '),
    '}',
    ...helpers,
    '',
    'try {',
    '  await main();',
    '} catch (error) {',
    "  console.error('failed:', error.message || error.code);",
    '  process.exitCode = 1;',
    '}',
  ].join('\n')}\n`;
}

const WRITE = [
  '/** Resolves when stdout has taken it. */',
  'function write(data) {',
  '  return new Promise((resolve, reject) => {',
  '    process.stdout.write(data, (error) => (error ? reject(error) : resolve()));',
  '  });',
  '}',
];

const ENDING = [
  '/** A promise that others settle: Promise.withResolvers(), which Node has from 22 on. */',
  'function ending() {',
  '  let stop;',
  '  let fail;',
  '  const promise = new Promise((resolve, reject) => {',
  '    stop = resolve;',
  '    fail = reject;',
  '  });',
  '  return { promise, stop, fail };',
  '}',
];

const RUN = [
  '/** Runs a shell command with this on its stdin; answers its exit code and what it wrote. */',
  'async function run(command, input) {',
  "  const child = spawn(command, { shell: true, stdio: ['pipe', 'pipe', 'inherit'] });",
  "  const closed = once(child, 'close');",
  "  child.stdin.on('error', () => {}); // it may end before it has read all",
  '  child.stdin.end(input);',
  '  const output = await buffer(child.stdout);',
  '  const [code] = await closed;',
  '  return { code, output };',
  '}',
];

function workOf(task: Task): string[] {
  switch (task.kind) {
    case 'publish':
      return publish(task);
    case 'consume':
      return nodeConsuming(task);
    case 'get':
      return nodeGetting(task);
    case 'call':
      return call(task);
    case 'serve':
      return nodeServing(task, options(task.properties, ['correlationId: message.properties.correlationId']));
    case 'declare-queue':
      return declareQueue(task.declaration, task.passive);
    case 'declare-exchange': {
      const { exchange, type, durable, autoDelete, internal, arguments: table } = task.declaration;
      if (task.passive) return [`await channel.checkExchange(${nodeString(exchange)}); // only asks whether it is there`];
      return [
        `await channel.assertExchange(${nodeString(exchange)}, ${nodeString(type)}, {`,
        ...indent(
          kept([
            durable ? 'durable: true, // survives a restart of the broker' : 'durable: false,',
            autoDelete && 'autoDelete: true,',
            internal && 'internal: true,',
            ...argumentsOf(table),
          ]),
          '  ',
        ),
        '});',
      ];
    }
    case 'bind':
      return task.bindings.map(({ source, destination, destinationType, routingKey, arguments: table }) => {
        const given = [destination, source, routingKey].map(nodeString);
        if (Object.keys(table).length > 0) given.push(nodeTable(table, 'the argument'));
        return `await channel.${destinationType === 'queue' ? 'bindQueue' : 'bindExchange'}(${given.join(', ')});`;
      });
  }
}

function argumentsOf(table: FieldTable): string[] {
  return Object.keys(table).length === 0 ? [] : [`arguments: ${nodeTable(table, 'the argument')},`];
}

function declareQueue({ queue, durable, exclusive, autoDelete, arguments: table }: QueueDeclaration, passive: boolean): string[] {
  const name = queue === '' ? "'', // the server chooses a name" : nodeString(queue);
  const print = "console.log(state.queue, 'ready:', state.messageCount, 'consumers:', state.consumerCount);";
  if (passive) return [`const state = await channel.checkQueue(${name}); // only asks whether it is there`, print];
  return [
    `const state = await channel.assertQueue(${queue === '' ? "''" : name}, {`,
    ...indent(
      kept([
        durable ? 'durable: true, // survives a restart of the broker' : 'durable: false,',
        exclusive && 'exclusive: true, // goes with this connection',
        autoDelete && 'autoDelete: true,',
        ...argumentsOf(table),
      ]),
      '  ',
    ),
    '});',
    queue === '' ? 'console.log(state.queue); // the server has chosen it' : print,
  ];
}

function bodyOf(body: BodySource): string {
  if (body === 'stdin') return 'await buffer(process.stdin)';
  return 'text' in body ? `Buffer.from(${nodeString(body.text)})` : `await readFile(${nodeString(body.file)})`;
}

function publish({ exchange, routingKey, properties, body, count, window, mandatory }: PublishTask): string[] {
  const confirms = window > 0;
  const send = [
    `channel.publish(${nodeString(exchange)}, ${nodeString(routingKey)}, body, {`,
    ...indent([...optionPairs(properties), mandatory ? 'mandatory: true, // what no queue takes comes back' : 'mandatory: false,'], '  '),
    '});',
  ];
  const wait = [`if (n % ${window} === 0) await channel.waitForConfirms();`];
  return kept([
    `const body = ${bodyOf(body)};`,
    mandatory && 'let returned = 0;',
    mandatory && "channel.on('return', () => returned++);",
    ...(count === 1
      ? send
      : [`for (let n = 1; n <= ${count}; n++) {`, ...indent([...send, ...(confirms && count > window ? wait : [])], '  '), '}']),
    confirms && '// the broker answers each message; this rejects when it refused one',
    confirms
      ? 'await channel.waitForConfirms();'
      : 'await channel.prefetch(0); // a round trip: what was sent has arrived, what came back is here',
    mandatory && "if (returned > 0) throw new Error('returned: no queue takes it');",
  ]);
}

function call({ exchange, routingKey, properties, body, timeout, raw }: CallTask): string[] {
  const { correlationId, ...rest } = properties;
  return [
    `const correlationId = ${correlationId === undefined ? 'randomUUID()' : nodeString(correlationId)};`,
    'let onReply;',
    'const reply = new Promise((resolve, reject) => {',
    '  onReply = (message) => {',
    '    // a late reply to another request is not ours',
    '    if (message?.properties.correlationId === correlationId) resolve(message.content);',
    '  };',
    "  channel.on('return', () => reject(new Error('returned: nobody serves it')));",
    `  setTimeout(() => reject(new Error('no reply within ${timeout / 1000} s')), ${timeout}).unref();`,
    '});',
    '// direct reply-to: no queue to declare, but consume before you ask',
    "await channel.consume('amq.rabbitmq.reply-to', onReply, { noAck: true });",
    `channel.publish(${nodeString(exchange)}, ${nodeString(routingKey)}, ${bodyOf(body)}, {`,
    ...indent(
      [...optionPairs(rest), "replyTo: 'amq.rabbitmq.reply-to',", 'correlationId,', 'mandatory: true, // nobody serves it: it comes back'],
      '  ',
    ),
    '});',
    raw ? 'await write(await reply);' : "await write(Buffer.concat([await reply, Buffer.from('\\n')]));",
  ];
}

/** The options of a publish, as lines of an object literal; `more` are pairs of its own. */
function options(given: Properties, more: readonly string[]): string[] {
  return [...optionPairs(given), ...more.map((pair) => `${pair},`)];
}

function optionPairs(given: Properties): string[] {
  return Object.entries(given).flatMap(([name, value]) => {
    if (value === undefined) return [];
    if (name === 'headers') return [`headers: ${nodeTable(value as FieldTable, '-H')},`];
    if (name === 'deliveryMode')
      return [`deliveryMode: ${value}, // ${value === 2 ? 'persistent: on disk in a durable queue' : 'transient'}`];
    return [`${name}: ${typeof value === 'number' ? value : nodeString(String(value))},`];
  });
}
