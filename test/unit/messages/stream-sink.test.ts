import { Writable } from 'node:stream';
import type { Delivery } from '../../../src/client/message.ts';
import type { Verdict } from '../../../src/messages/ack-ledger.ts';
import { createStreamSink } from '../../../src/messages/stream-sink.ts';

const delivery = (deliveryTag: number, body = `${deliveryTag}`): Delivery => ({
  exchange: '',
  routingKey: 'q',
  properties: {},
  redelivered: false,
  deliveryTag,
  body: Buffer.from(body),
});

/** A stream that passes bytes on only when it is told to. */
function createGate() {
  const writes: Buffer[] = [];
  const callbacks: ((error?: Error) => void)[] = [];
  const stream = new Writable({
    write(chunk, _encoding, callback) {
      writes.push(chunk);
      callbacks.push(callback);
    },
  });
  return { stream, writes, pass: (error?: Error) => callbacks.shift()?.(error) };
}

/** Lets everything happen that is due. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

function start(stream: Writable, format: (delivery: Delivery) => string | Buffer = ({ body }) => body, verdict: Verdict = 'ack') {
  const sink = createStreamSink(stream, format, verdict);
  const verdicts: [number, Verdict][] = [];
  const ends: (Error | undefined)[] = [];
  void sink.ended.then((reason) => ends.push(reason));
  return { take: (tag: number, body?: string) => sink.take(delivery(tag, body), (each) => verdicts.push([tag, each])), verdicts, ends };
}

test('a delivery is done with when the stream has passed its bytes on, not before', async () => {
  const gate = createGate();
  const { take, verdicts } = start(gate.stream);
  take(1);
  await turn();
  expect(gate.writes).toEqual([Buffer.from('1')]);
  expect(verdicts).toEqual([]);
  gate.pass();
  await turn();
  expect(verdicts).toEqual([[1, 'ack']]);
});

test('what comes in one turn is written at once, and is done with in order', async () => {
  const gate = createGate();
  const { take, verdicts } = start(gate.stream, ({ body }) => `${body}\n`, 'reject');
  take(1);
  take(2);
  await turn();
  take(3);
  await turn();
  gate.pass();
  await turn();
  expect(verdicts).toEqual([
    [1, 'reject'],
    [2, 'reject'],
  ]);
  gate.pass();
  await turn();
  expect(gate.writes.map(String)).toEqual(['1\n2\n', '3\n']);
  expect(verdicts).toHaveLength(3);
});

test('bytes stay bytes, beside text', async () => {
  const gate = createGate();
  const { take } = start(gate.stream, (each) => (each.deliveryTag === 1 ? Buffer.from([0xff, 0x00]) : 'é'));
  take(1);
  take(2);
  await turn();
  expect(gate.writes).toEqual([Buffer.from([0xff, 0x00, 0xc3, 0xa9])]);
});

test('an empty body is done with, too', async () => {
  const gate = createGate();
  const { take, verdicts } = start(gate.stream, () => Buffer.alloc(0));
  take(1);
  await turn();
  gate.pass();
  await turn();
  expect(verdicts).toEqual([[1, 'ack']]);
});

test.each<[string, Error | undefined]>([
  ['EPIPE', undefined],
  ['ENOSPC', Object.assign(new Error('full'), { code: 'ENOSPC' })],
])('%s ends the sink, and nothing unwritten is done with', async (code, reason) => {
  const gate = createGate();
  const { take, verdicts, ends } = start(gate.stream);
  take(1);
  await turn();
  take(2);
  await turn();
  gate.pass(reason ?? Object.assign(new Error('closed'), { code }));
  await turn();
  expect(ends).toStrictEqual([reason]);
  expect(verdicts).toEqual([]);
  take(3);
  await turn();
  expect(verdicts).toEqual([]);
});

test('a stream that is closed ends the sink', async () => {
  const gate = createGate();
  const { ends } = start(gate.stream);
  gate.stream.destroy();
  await turn();
  expect(ends).toStrictEqual([undefined]);
});

test('a stream that was closed before ends the sink at the first write', async () => {
  const gate = createGate();
  gate.stream.destroy();
  await turn();
  const { take, ends, verdicts } = start(gate.stream);
  gate.stream.on('error', () => undefined);
  take(1);
  await turn();
  expect(ends).toStrictEqual([undefined]);
  expect(verdicts).toEqual([]);
});

test('a delivery that cannot be shown ends the sink with why, those before it are written', async () => {
  const gate = createGate();
  const failure = new RangeError('too deep');
  const { take, verdicts, ends } = start(gate.stream, ({ deliveryTag }) => {
    if (deliveryTag === 2) throw failure;
    return 'a';
  });
  take(1);
  take(2);
  await turn();
  gate.pass();
  await turn();
  expect(ends).toEqual([failure]);
  expect(verdicts).toEqual([[1, 'ack']]);
});
