import type { Delivery, Properties } from '../../../src/client/message.ts';
import type { Verdict } from '../../../src/messages/ack-ledger.ts';
import { createExecSink, type ExecOptions, messageEnvironment } from '../../../src/messages/exec-sink.ts';
import { eventually } from '../../support/polling.ts';

const delivery = (properties: Properties = {}, difference: Partial<Delivery> = {}): Delivery => ({
  exchange: 'x',
  routingKey: 'a.b',
  redelivered: false,
  deliveryTag: 1,
  properties,
  body: Buffer.from('body'),
  ...difference,
});

function start(command: string, options: Partial<ExecOptions> = {}) {
  const interruption = new AbortController();
  const pauses: number[] = [];
  const notes: string[] = [];
  const output: { stdout: Buffer[]; stderr: Buffer[] } = { stdout: [], stderr: [] };
  const sink = createExecSink({
    command,
    onFail: 'requeue',
    parallel: 1,
    env: { PATH: process.env.PATH },
    clock: { now: () => 0, sleep: async (ms) => void pauses.push(ms) },
    interrupted: interruption.signal,
    output: (chunk, stream) => void output[stream].push(chunk),
    note: (line) => void notes.push(line),
    ...options,
  });
  const run = (given: Delivery = delivery()) => new Promise<Verdict>((done) => sink.take(given, done));
  return {
    sink,
    run,
    pauses,
    notes,
    interruption,
    stdout: () => Buffer.concat(output.stdout).toString(),
    stderr: () => Buffer.concat(output.stderr).toString(),
  };
}

test('the body is its stdin, byte for byte, and its output is passed on', async () => {
  const { run, stdout, stderr } = start('od -An -tx1; echo failed >&2');
  expect(await run(delivery({}, { body: Buffer.from([0, 255, 10]) }))).toBe('ack');
  expect(stdout().trim()).toBe('00 ff 0a');
  expect(stderr()).toBe('failed\n');
});

test('a large body goes through, whether the command reads it or not', async () => {
  const body = Buffer.alloc(5_000_000, 'x');
  const counting = start('wc -c');
  expect(await counting.run(delivery({}, { body }))).toBe('ack');
  expect(counting.stdout().trim()).toBe('5000000');
  expect(await start('exit 0').run(delivery({}, { body }))).toBe('ack');
});

test.each<[string, 'requeue' | 'reject', Verdict, RegExp | undefined]>([
  ['exit 0', 'reject', 'ack', undefined],
  ['exit 1', 'requeue', 'requeue', /\(exit 1\).*'a\.b': requeue$/],
  ['exit 1', 'reject', 'reject', /\(exit 1\).*reject$/],
  ['exit 255', 'reject', 'reject', /exit 255/],
  ['no-such-command-here 2>/dev/null', 'reject', 'reject', /exit 127/],
  ['kill -9 $$', 'reject', 'reject', /killed by SIGKILL/],
  ['false | true', 'reject', 'ack', undefined],
])('%s with --on-fail %s: %s', async (command, onFail, verdict, note) => {
  const { run, notes, sink } = start(command, { onFail });
  expect(await run()).toBe(verdict);
  expect(sink.tally).toEqual(verdict === 'ack' ? { succeeded: 1, failed: 0 } : { succeeded: 0, failed: 1 });
  expect(notes).toEqual(note === undefined ? [] : [expect.stringMatching(note)]);
});

test('a shell that cannot be started fails like a command', async () => {
  const { run, notes } = start('true', { onFail: 'reject', env: { PATH: '/nowhere' }, command: '/nowhere/command 2>/dev/null' });
  expect(await run()).toBe('reject');
  expect(notes[0]).toMatch(/exit 127/);
});

test('a command that cannot be started at all fails, and takes nothing down with it', async () => {
  const { run, notes } = start(`: ${'x'.repeat(3_000_000)}`, { onFail: 'reject' });
  expect(await run()).toBe('reject');
  expect(notes[0]).toMatch(/E2BIG/);
});

test('the message is in its environment, beside the own one', async () => {
  const { run, stdout } = start(
    'printf "%s|" "$OWN" "$RMQ_EXCHANGE" "$RMQ_ROUTING_KEY" "$RMQ_REDELIVERED" "$RMQ_HEADERS" "$RMQ_MESSAGE_ID"',
    {
      env: { PATH: process.env.PATH, OWN: 'own', RMQ_EXCHANGE: 'inherited' },
    },
  );
  await run(delivery({ messageId: '$(id) `id` "\'', headers: { n: 1, s: 'a b' } }, { redelivered: true }));
  expect(stdout()).toBe('own|x|a.b|true|{"n":1,"s":"a b"}|$(id) `id` "\'|');
});

describe('messageEnvironment', () => {
  const all: Properties = { contentType: 't', contentEncoding: 'e', deliveryMode: 2, priority: 0, correlationId: 'c', replyTo: 'r' };
  const rest: Properties = { expiration: '5', messageId: 'm', timestamp: 1, type: 'y', userId: 'u', appId: 'a', headers: { n: 1 } };

  test('has a variable for each property', () => {
    expect(messageEnvironment(delivery({ ...all, ...rest }))).toEqual({
      RMQ_EXCHANGE: 'x',
      RMQ_ROUTING_KEY: 'a.b',
      RMQ_REDELIVERED: 'false',
      RMQ_HEADERS: '{"n":1}',
      RMQ_PROPERTIES: JSON.stringify({ ...all, ...rest, headers: undefined }),
      RMQ_CONTENT_TYPE: 't',
      RMQ_CONTENT_ENCODING: 'e',
      RMQ_DELIVERY_MODE: '2',
      RMQ_PRIORITY: '0',
      RMQ_CORRELATION_ID: 'c',
      RMQ_REPLY_TO: 'r',
      RMQ_EXPIRATION: '5',
      RMQ_MESSAGE_ID: 'm',
      RMQ_TIMESTAMP: '1',
      RMQ_TYPE: 'y',
      RMQ_USER_ID: 'u',
      RMQ_APP_ID: 'a',
    });
    expect(messageEnvironment(delivery())).toEqual({
      RMQ_EXCHANGE: 'x',
      RMQ_ROUTING_KEY: 'a.b',
      RMQ_REDELIVERED: 'false',
      RMQ_HEADERS: '{}',
      RMQ_PROPERTIES: '{}',
    });
  });

  test('what holds a NUL is left out; in JSON it is written as \\u0000', async () => {
    const nul = delivery({ correlationId: 'a\0b', headers: { 'k\0': '\0' } }, { routingKey: '\0' });
    const variables = messageEnvironment(nul);
    expect(Object.keys(variables).sort()).toEqual(['RMQ_EXCHANGE', 'RMQ_HEADERS', 'RMQ_PROPERTIES', 'RMQ_REDELIVERED']);
    expect(variables.RMQ_HEADERS).toBe('{"k\\u0000":"\\u0000"}');
    expect(await start('true').run(nul)).toBe('ack');
  });

  test('what is too long for a variable is left out, and the command runs', async () => {
    const huge = delivery({ headers: { a: 'x'.repeat(150_000) } });
    expect(Object.keys(messageEnvironment(huge))).not.toContain('RMQ_HEADERS');
    expect(await start('true').run(huge)).toBe('ack');
    const wide = delivery({ headers: { a: 'é'.repeat(90_000) } });
    expect(Object.keys(messageEnvironment(wide))).not.toContain('RMQ_HEADERS');
    expect(await start('true').run(wide)).toBe('ack');
    const long = delivery({ headers: { a: 'x'.repeat(90_000) } });
    expect(await start('test "$(printf %s "$RMQ_HEADERS" | wc -c)" -eq 90008').run(long)).toBe('ack');
  });
});

describe('pauses after failures that requeue', () => {
  test('double up to 10 s, and begin anew after a success', async () => {
    const { run, pauses } = start('test "$(cat)" = good');
    const bad = delivery({}, { body: Buffer.from('bad') });
    for (let n = 0; n < 9; n++) expect(await run(bad)).toBe('requeue');
    expect(pauses).toEqual([100, 200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000]);
    expect(await run(delivery({}, { body: Buffer.from('good') }))).toBe('ack');
    await run(bad);
    expect(pauses.at(-1)).toBe(100);
  });

  test('hold the message back: no hot loop', async () => {
    let release: () => void = () => undefined;
    const clock = { now: () => 0, sleep: () => new Promise<void>((resolve) => (release = resolve)) };
    const { sink, stdout } = start('echo ran; exit 1', { clock });
    const verdicts: Verdict[] = [];
    // a broker gives back at once what is requeued
    const take = () => sink.take(delivery(), (verdict) => verdicts.push(verdict) < 3 && take());
    take();
    await eventually(() => expect(sink.tally.failed).toBe(1));
    expect(verdicts).toEqual([]);
    release();
    await eventually(() => expect(sink.tally.failed).toBe(2));
    expect(verdicts).toEqual(['requeue']);
    expect(stdout()).toBe('ran\nran\n');
  });

  test('are not made where the message is rejected', async () => {
    const { run, pauses } = start('exit 1', { onFail: 'reject' });
    await run();
    expect(pauses).toEqual([]);
  });
});

describe('parallel', () => {
  test.each([1, 3])('%d at a time, and all in the end', async (parallel) => {
    const { run, stdout } = start('echo begin; cat >/dev/null; echo end', { parallel });
    expect(await Promise.all(Array.from({ length: 7 }, () => run()))).toEqual(Array(7).fill('ack'));
    let [running, most] = [0, 0];
    for (const line of stdout().trim().split('\n')) {
      running += line === 'begin' ? 1 : -1;
      most = Math.max(most, running);
    }
    expect(most).toBeLessThanOrEqual(parallel);
    expect(stdout().match(/end/g)).toHaveLength(7);
  });
});

describe('an interruption', () => {
  test('ends the running command and requeues its message; those that wait are requeued unrun', async () => {
    const { run, interruption, stdout, notes, sink } = start('echo began; exec sleep 60', { onFail: 'reject' });
    const verdicts = Promise.all([run(), run()]);
    await eventually(() => expect(stdout()).toBe('began\n'));
    interruption.abort();
    expect(await verdicts).toEqual(['requeue', 'requeue']);
    expect(stdout()).toBe('began\n');
    expect([notes, sink.tally.failed]).toEqual([[], 0]);
  });

  test('a command that ends well all the same is acked', async () => {
    const { run, interruption, stdout } = start("trap 'exit 0' TERM; echo began; while :; do sleep 0.01; done");
    const verdict = run();
    await eventually(() => expect(stdout()).toBe('began\n'));
    interruption.abort();
    expect(await verdict).toBe('ack');
  });
});
