import { broker } from '../../../src/commands/broker.ts';
import { createEventPrinter } from '../../../src/commands/broker-events.ts';
import { parseEngine, parseStart, type StartFlags } from '../../../src/commands/broker-flags.ts';
import type { BrokerEvent } from '../../../src/lab-broker/events.ts';
import { parsed } from '../../support/parsed.ts';
import { refusal } from '../../support/refusal.ts';

const flagsOf = async (...argv: string[]) => (await parsed(broker, argv))[0] as StartFlags;

describe.each(['run', 'start', 'restart'])('broker %s', (name) => {
  test.each<[string[], object]>([
    [[], {}],
    [['--engine', 'lab'], {}],
    [['--port', '0'], { port: 0 }],
    [['--port', '5673', '--api-port', '8080'], { port: 5673, apiPort: 8080 }],
    [['--memory-limit', '50MB', '--strict'], { memoryLimit: 50_000_000, strict: true }],
  ])('%j', async (argv, options) => expect(parseStart(await flagsOf(name, ...argv), 'lab')).toStrictEqual(options));

  test.each<[string[], RegExp, RegExp]>([
    [['--engine', 'podman'], /^--engine: 'podman' is not known/, /^give lab, rabbitmq or docker$/],
    [['--nodes', '3'], /^--nodes means nothing to the engine lab$/, /^add --engine rabbitmq, or leave it out$/],
    [['--node', '2'], /^--node means nothing/, /--engine rabbitmq/],
    [['--home', '/h'], /^--home means nothing/, /--engine rabbitmq/],
    [['--rabbitmq-version', '4.1'], /^--rabbitmq-version means nothing/, /--engine docker/],
    [['--engine', 'rabbitmq', '--strict'], /^--strict means nothing to the engine rabbitmq$/, /--engine lab/],
    [['--engine', 'rabbitmq', '--nodes', '10'], /^--nodes: '10' is not a whole number from 1 to 9/, /./],
    [['--engine', 'docker', '--rabbitmq-version', '4 --privileged'], /is not a version$/, /./],
    [['--port', '65536'], /^--port: '65536' is not a whole number from 0 to 65535/, /./],
    [['--port', 'amqp'], /^--port: 'amqp'/, /./],
    [['--api-port', '-1'], /^--api-port: '-1'/, /./],
    [['--memory-limit', 'much'], /^--memory-limit: 'much' is not a size/, /./],
  ])('%j is refused', async (argv, message, hint) => {
    const flags = await flagsOf(name, ...argv);
    expect(refusal(() => parseStart(flags, parseEngine(flags) ?? 'lab'))).toMatchObject({
      kind: 'usage',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
  });
});

test.each<[string[], object]>([
  [['--engine', 'rabbitmq', '--nodes', '3', '--home', '/h', '--node', '2'], { nodes: 3, home: '/h' }],
  [['--engine', 'docker', '--rabbitmq-version', '3.13.7', '--memory-limit', '1GiB'], { release: '3.13.7', memoryLimit: 2 ** 30 }],
])('broker start %j', async (argv, options) => {
  const flags = await flagsOf('start', ...argv);
  expect(parseStart(flags, parseEngine(flags) ?? 'lab')).toStrictEqual(options);
});

describe('the printer of events', () => {
  const event: BrokerEvent = { type: 'blocked', bytes: 0, memoryLimit: 0 };
  const rig = (write: (text: string) => Promise<void>, logFile?: string) => {
    const seconds: (() => void)[] = [];
    const signals: (AbortSignal | undefined)[] = [];
    const sleep = (_ms: number, signal?: AbortSignal) => {
      signals.push(signal);
      return new Promise<void>((resolve) => seconds.push(resolve));
    };
    const clock = { now: () => 0, sleep };
    const format = (shown: { type: string; count?: number }) => shown.type + (shown.count ?? '');
    return { printer: createEventPrinter(write, clock, format, logFile), endSecond: () => seconds.pop()?.(), signals };
  };
  const turn = () => new Promise((resolve) => setImmediate(resolve));

  test('prints 200 in a second, and of the others the number', async () => {
    let text = '';
    const { printer, endSecond } = rig(async (chunk) => {
      text += chunk;
    });
    for (let n = 0; n < 250; n++) printer.add(event);
    await turn();
    expect(text).toBe('blocked\n'.repeat(200));
    endSecond();
    await turn();
    expect(text).toBe(`${'blocked\n'.repeat(200)}skipped50\n`);
    printer.add(event);
    await turn();
    expect(text).toMatch(/skipped50\nblocked\n$/);
  });

  test('holds no more than that for an output that takes nothing', async () => {
    const chunks: string[] = [];
    const { printer, endSecond } = rig((chunk) => {
      chunks.push(chunk);
      return new Promise(() => undefined);
    });
    for (let second = 0; second < 50; second++) {
      for (let n = 0; n < 250; n++) printer.add(event);
      endSecond();
      await turn();
    }
    expect(chunks).toEqual(['blocked\n']);
    expect(printer.waiting()).toBeLessThan(300);
  });

  test('once ended it prints nothing and waits for nothing', async () => {
    const chunks: string[] = [];
    const { printer, signals } = rig(async (chunk) => void chunks.push(chunk));
    printer.add(event);
    printer.end();
    printer.add(event);
    await turn();
    expect(chunks).toEqual(['blocked\n']);
    expect(signals.map((signal) => signal?.aborted)).toEqual([true]);
  });

  test('says when the output is closed', async () => {
    const { printer } = rig(() => Promise.reject(new Error('EPIPE')));
    printer.add(event);
    await expect(printer.closed).rejects.toThrow('EPIPE');
  });

  test('goes on when the log that it would cut is gone', async () => {
    let text = '';
    const line = 'x'.repeat(8_400_000);
    const { printer } = rig(async (chunk) => {
      text = chunk;
    }, '/no/such/log');
    printer.add({ ...event, type: line as 'blocked' });
    await turn();
    printer.add(event);
    await turn();
    expect(text).toBe('blocked\n');
  });
});
