import { taskOf } from '../../src/commands/code-task.ts';
import { nodeProgram } from '../../src/programs/node.ts';
import { pythonProgram } from '../../src/programs/python.ts';
import { describeBrokers, testBrokers } from '../support/brokers.ts';
import { type Language, type ProgramRun, runProgram } from '../support/program-run.ts';
import { pythonMissing } from '../support/python.ts';
import { numbers, onStage, QUORUM, type Stage } from '../support/stage.ts';

const PROGRAMS = { python: pythonProgram, node: nodeProgram };

/** A command line that a program is written for, and what must be there before. */
interface Case {
  readonly name: string;
  readonly argv: readonly string[];
  readonly prepare?: (stage: Stage) => Promise<void>;
  readonly input?: string;
  /** Whether what is written to stdout counts: where both write the same data. */
  readonly stdout?: true;
  /** The exit code of the command; the program's is 0 or not, as this one is. */
  readonly exitCode?: number;
  /** Languages that can; absent: all. */
  readonly only?: Language;
}

const NASTY = 'é😀 "\'\\n`$\u007bx}\\ {0} %s\u2028\u202e\n\t"""#//*/';

const route = async ({ channel, queue }: Stage) => {
  await channel.assertExchange('x', 'topic');
  await queue('q');
  await channel.bindQueue('q', 'x', '#');
};
const filled = async ({ queue }: Stage) => queue('q', numbers(6));
/** A server that answers in capitals. */
const server = async ({ channel, queue }: Stage) => {
  await queue('upper');
  await channel.consume('upper', (message) => {
    if (message === null) return;
    const { replyTo, correlationId } = message.properties;
    channel.sendToQueue(replyTo, Buffer.from(message.content.toString().toUpperCase()), { correlationId: 'somebody else’s' });
    channel.sendToQueue(replyTo, Buffer.from(message.content.toString().toUpperCase()), { correlationId });
    channel.ack(message);
  });
};
const requests = async ({ channel, queue }: Stage) => {
  await queue('replies');
  await queue('q');
  for (const correlationId of ['a', 'b'])
    channel.sendToQueue('q', Buffer.from(`hello ${correlationId}`), { replyTo: 'replies', correlationId });
  await channel.waitForConfirms();
};

const CASES: readonly Case[] = [
  { name: 'publish to a queue', argv: ['publish', '-q', 'q', 'hello'], prepare: filled },
  {
    name: 'publish with all properties and typed headers',
    argv: [
      ...['publish', 'x', 'a.b', 'hello', '--content-type', 'text/plain', '--content-encoding', 'utf-8', '--priority', '3'],
      ...['--correlation-id', 'c', '--reply-to', 'r', '--expiration', '1h', '--message-id', 'm', '--timestamp', '1700000000'],
      ...['--type', 't', '--app-id', 'a', '--user-id', 'guest', '--transient'],
      ...['-H', 's=text', '-H', 'i:int=7', '-H', 'big:int=9007199254740991', '-H', 'b:bool=true', '-H', 'n:null='],
      ...['-H', 't:timestamp=1700000000', '-H', 'd:decimal=1.25', '-H', 'y:bytes=AAH/', '-H', 'j:json={"a":[1,"x",{"b":null}]}'],
    ],
    prepare: route,
  },
  {
    name: 'publish what pika cannot send',
    argv: ['publish', 'x', 'k', '', '-H', 'f:float=1.5', '-H', 'w:int8=1'],
    prepare: route,
    only: 'node',
  },
  {
    name: 'publish what needs escaping',
    argv: ['publish', 'x', `key ${NASTY}`, NASTY, '-H', `h ${NASTY.replaceAll(':', '')}=${NASTY}`],
    prepare: route,
  },
  { name: 'publish a body that looks like an option', argv: ['publish', 'x', 'k', '--', '--body'], prepare: route },
  { name: 'publish stdin', argv: ['publish', '-q', 'q'], input: NASTY, prepare: filled },
  { name: 'publish several times', argv: ['publish', '-q', 'q', '-n', '5', '--confirm', '2', 'hello'], prepare: filled },
  {
    name: 'publish to no queue',
    argv: ['publish', 'x', 'k', 'hello'],
    prepare: async ({ channel }) => void (await channel.assertExchange('x', 'direct')),
    exitCode: 3,
  },
  { name: 'publish twice to no queue', argv: ['publish', '', 'nobody', 'hello', '-n', '2'], exitCode: 3 },
  { name: 'publish to no queue, without mandatory', argv: ['publish', '', 'nobody', 'hello', '--no-mandatory'] },
  { name: 'publish to no queue, without confirms', argv: ['publish', '', 'nobody', 'hello', '--no-confirm'], exitCode: 3 },
  { name: 'publish without confirms', argv: ['publish', '-q', 'q', 'hello', '-n', '3', '--no-confirm', '--no-mandatory'], prepare: filled },
  {
    name: 'publish to a full queue',
    argv: ['publish', '-q', 'q', 'hello', '-n', '2'],
    prepare: async ({ queue }) => queue('q', ['1'], { 'x-max-length': 1, 'x-overflow': 'reject-publish' }),
    exitCode: 3,
  },
  { name: 'publish to a missing exchange', argv: ['publish', 'missing', 'k', 'hello'], exitCode: 6 },
  { name: 'consume a few', argv: ['consume', 'q', '-n', '3'], prepare: filled, stdout: true },
  {
    name: 'consume a few of a quorum queue',
    argv: ['consume', 'q', '-n', '2'],
    prepare: async ({ queue }) => queue('q', numbers(4), QUORUM),
    stdout: true,
  },
  { name: 'consume until empty', argv: ['consume', 'q', '--until-empty', '--raw'], prepare: filled, stdout: true },
  {
    name: 'consume until idle',
    argv: ['consume', 'q', '--idle-timeout', '300ms', '--prefetch', '2', '--priority', '5'],
    prepare: filled,
    stdout: true,
  },
  { name: 'consume for a time', argv: ['consume', 'q', '--timeout', '500ms', '--exclusive'], prepare: filled, stdout: true },
  {
    name: 'consume more than there is',
    argv: ['consume', 'q', '-n', '9', '--timeout', '500ms'],
    prepare: filled,
    stdout: true,
    exitCode: 7,
  },
  { name: 'consume and reject', argv: ['consume', 'q', '-n', '2', '--ack-mode', 'reject'], prepare: filled, stdout: true },
  { name: 'consume and requeue', argv: ['consume', 'q', '-n', '2', '--ack-mode', 'requeue'], prepare: filled, stdout: true },
  { name: 'consume without acks, a few', argv: ['consume', 'q', '-n', '2', '--no-ack'], prepare: filled, stdout: true },
  { name: 'consume without acks until idle', argv: ['consume', 'q', '--no-ack', '--idle-timeout', '300ms'], prepare: filled, stdout: true },
  {
    name: 'consume a stream',
    argv: ['consume', 's', '--offset', 'first', '-n', '3'],
    prepare: async ({ queue }) => queue('s', numbers(5), { 'x-queue-type': 'stream' }),
    stdout: true,
  },
  { name: 'consume from no queue', argv: ['consume', 'nobody', '-n', '1'], exitCode: 6 },
  { name: 'get one', argv: ['get', 'q'], prepare: filled, stdout: true },
  { name: 'get more than there is', argv: ['get', 'q', '-n', '9', '--raw'], prepare: filled, stdout: true },
  { name: 'get from an empty queue', argv: ['get', 'q'], prepare: async ({ queue }) => queue('q'), exitCode: 7 },
  {
    name: 'declare a queue',
    argv: [
      'declare-queue',
      'q',
      '--max-length',
      '9',
      '--message-ttl',
      '5s',
      '--dead-letter-exchange',
      '',
      '--arg',
      `x-my ${NASTY}:string=${NASTY}`,
    ],
  },
  { name: 'declare a quorum queue', argv: ['declare-queue', 'q', '--type', 'quorum', '--delivery-limit', '5'] },
  { name: 'declare an auto-delete queue', argv: ['declare-queue', 'q', '--auto-delete'] },
  { name: 'declare an exclusive queue', argv: ['declare-queue', 'q', '--exclusive', '--transient'] },
  { name: 'declare a queue that the server names', argv: ['declare-queue', '', '--expires', '1h'], stdout: true },
  { name: 'declare a queue differently', argv: ['declare-queue', 'q', '--max-length', '9'], prepare: filled, exitCode: 6 },
  { name: 'ask for a queue', argv: ['declare-queue', 'q', '--passive'], prepare: filled },
  { name: 'ask for a queue that is not there', argv: ['declare-queue', 'q', '--passive'], exitCode: 6 },
  {
    name: 'declare an exchange',
    argv: ['declare-exchange', 'e', '--type', 'headers', '--alternate-exchange', 'lost', '--internal', '--transient'],
  },
  { name: 'ask for an exchange that is not there', argv: ['declare-exchange', 'e', '--passive'], exitCode: 6 },
  { name: 'bind by keys', argv: ['bind', 'x', 'q', 'a.#', `b ${NASTY}`], prepare: route },
  { name: 'bind by headers', argv: ['bind', 'amq.headers', 'q', '-H', 'n:int=1', '-H', 's=1', '--match', 'any'], prepare: filled },
  { name: 'bind an exchange', argv: ['bind', 'x', 'amq.fanout', 'k', '--to-exchange'], prepare: route },
  { name: 'bind to no queue', argv: ['bind', 'amq.topic', 'nobody', 'k'], exitCode: 6 },
  { name: 'call', argv: ['call', '-q', 'upper', 'straße', '--timeout', '5s'], prepare: server, stdout: true },
  {
    name: 'call through an exchange, with an id of one’s own',
    argv: ['call', '', 'upper', 'hello', '--raw', '--correlation-id', NASTY],
    prepare: server,
    stdout: true,
  },
  { name: 'call nobody', argv: ['call', '-q', 'nobody', 'hello'], exitCode: 3 },
  {
    name: 'call who does not answer',
    argv: ['call', '-q', 'q', 'hello', '--timeout', '300ms', '--expiration', '1ms'],
    prepare: filled,
    exitCode: 7,
  },
  {
    name: 'serve',
    argv: ['serve', 'q', '--exec', "tr a-z A-Z; printf ' \"%s\"' '\\'", '-n', '2', '--content-type', 'text/plain', '-H', 'n:int=1'],
    prepare: requests,
  },
  { name: 'serve until idle', argv: ['serve', 'q', '--exec', 'cat', '--idle-timeout', '500ms'], prepare: requests },
  {
    name: 'serve what fails',
    argv: ['serve', 'q', '--exec', 'cat >/dev/null; false', '--on-fail', 'reject', '--timeout', '1s'],
    prepare: requests,
    exitCode: 3,
  },
];

/** What is on the broker: entities, bindings, and the messages of each queue. */
async function observe({ get, take, vhost }: Stage): Promise<unknown> {
  const list = async (what: string) => (await get<Record<string, unknown>[]>(`/api/${what}/${vhost}`)) ?? [];
  const pick = (names: readonly string[]) => (one: Record<string, unknown>) =>
    JSON.stringify(names.map((name) => one[name])).replaceAll(/amq\.gen-[\w-]+/g, 'amq.gen');
  const queues = await list('queues');
  const messages: unknown[] = [];
  for (const { name, type } of queues) {
    if (type === 'stream') continue; // no get from it
    for (const { content, fields, properties } of await take(String(name))) {
      const { exchange, routingKey, redelivered } = fields;
      messages.push({
        queue: String(name).replace(/^amq\.gen.*/, 'amq.gen'),
        exchange,
        routingKey,
        redelivered,
        // amqplib sends an empty table of headers where pika sends none
        properties: { ...properties, headers: properties.headers ?? {} },
        body: content.toString('base64'),
      });
    }
  }
  return {
    queues: queues.map(pick(['name', 'type', 'durable', 'auto_delete', 'arguments'])).sort(),
    exchanges: (await list('exchanges')).map(pick(['name', 'type', 'durable', 'auto_delete', 'internal', 'arguments'])).sort(),
    bindings: (await list('bindings')).map(pick(['source', 'destination', 'destination_type', 'routing_key', 'arguments'])).sort(),
    messages,
  };
}

const missing = pythonMissing('pika');

describeBrokers('code', (broker) => {
  /** What it did on a broker prepared for it, and what it answered. */
  async function play({ prepare, stdout }: Case, act: (stage: Stage) => Promise<ProgramRun>) {
    const seen: { run?: ProgramRun; document?: unknown } = {};
    await onStage(broker, async (stage) => {
      await prepare?.(stage);
      seen.run = await act(stage);
      seen.document = {
        failed: seen.run.exitCode !== 0,
        ...(stdout ? { stdout: seen.run.stdout.replace(/^amq\.gen-.*/, 'amq.gen') } : {}),
        ...((await observe(stage)) as object),
      };
    });
    return seen;
  }

  // what a program does hardly depends on the broker's version: on older ones, one of each command will do
  const isNewest = broker.lab || testBrokers().every(({ lab, version }) => lab || Number(version) <= Number(broker.version));
  const commandOf = ({ argv: [command] }: Case) => command;
  const firsts = CASES.filter((one) => CASES.find((other) => commandOf(other) === commandOf(one)) === one);

  describe.each(isNewest ? CASES : firsts)('$name', (one) => {
    const { argv, input = '', exitCode = 0 } = one;
    let command: Promise<Awaited<ReturnType<typeof play>>> | undefined;
    /** Run once for both languages. */
    const ofCommand = () => {
      command ??= play(one, async ({ run }) => {
        const { exitCode: code, text, stderr } = await run(argv, { input });
        return { exitCode: code, stdout: text, stderr };
      });
      return command;
    };

    for (const language of ['python', 'node'] as const satisfies readonly Language[]) {
      if (one.only !== undefined && one.only !== language) continue;
      const cannot = language === 'python' ? missing : undefined;
      if (cannot !== undefined) {
        test.skip(`${language}: NOT TESTED: ${cannot}`, () => {});
        continue;
      }
      test.concurrent(language, async () => {
        const wanted = await ofCommand();
        expect({ exitCode: wanted.run?.exitCode, stderr: wanted.run?.stderr }).toMatchObject({ exitCode });
        const program = PROGRAMS[language](await taskOf(argv), { words: argv, url: 'amqp://guest:guest@localhost:5672' });
        const got = await play(one, async ({ url }) => {
          return runProgram(language, program, url, input);
        });
        expect({ ...(got.document as object), stderr: exitCode === 0 ? got.run?.stderr : '' }).toEqual({
          ...(wanted.document as object),
          stderr: '',
        });
        if (exitCode !== 0) {
          // one line, and no traceback
          expect(got.run).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/^[^\n]+\n$/) });
        }
      });
    }
  });
});
