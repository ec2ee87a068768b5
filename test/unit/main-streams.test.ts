import { PassThrough, Writable } from 'node:stream';
import { createCapture, describeOutput, isClosedOutput, writeTo } from '../../src/streams.ts';

describe('describeOutput', () => {
  const terminal = Object.assign(new PassThrough(), { isTTY: true as const, columns: 120 });
  const pipe = new PassThrough();

  test.each<[Record<string, string>, boolean, boolean, boolean]>([
    // environment, wanted, colour on a terminal, colour in a pipe
    [{}, true, true, false],
    [{}, false, false, false],
    [{ NO_COLOR: '1' }, true, false, false],
    [{ NO_COLOR: '0' }, true, false, false],
    [{ NO_COLOR: '' }, true, true, false],
    [{ FORCE_COLOR: '1' }, true, true, true],
    [{ FORCE_COLOR: '0' }, true, false, false],
    [{ FORCE_COLOR: '' }, true, true, false],
    [{ FORCE_COLOR: '1' }, false, false, false],
    [{ FORCE_COLOR: '1', NO_COLOR: '1' }, true, false, false],
    [{ TERM: 'dumb' }, true, false, false],
    [{ TERM: 'dumb', FORCE_COLOR: '1' }, true, true, true],
    [{ TERM: 'xterm' }, true, true, false],
  ])('%j, wanted %j', (env, wanted, onTerminal, inPipe) => {
    expect(describeOutput(terminal, env, wanted).color).toBe(onTerminal);
    expect(describeOutput(pipe, env, wanted).color).toBe(inPipe);
  });

  test('knows a terminal, and its width', () => {
    expect(describeOutput(terminal, {}, true)).toMatchObject({ stream: terminal, isTerminal: true, columns: 120 });
    expect(describeOutput(pipe, {}, true)).toMatchObject({ isTerminal: false, columns: 80 });
  });
});

test('a capture keeps what is written, characters in pieces too', async () => {
  const { stream, text } = createCapture();
  expect(text()).toBe('');
  await writeTo(stream, 'a');
  await writeTo(stream, Buffer.from([0xc3]));
  await writeTo(stream, Buffer.from([0xa9]));
  expect(text()).toBe('aé');
});

test('writeTo resolves when the stream has passed it on, and rejects with its error', async () => {
  const callbacks: ((error?: Error) => void)[] = [];
  const stream = new Writable({ write: (_chunk, _encoding, callback) => void callbacks.push(callback) }).on('error', () => undefined);
  let done = false;
  const first = writeTo(stream, 'a').then(() => {
    done = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(done).toBe(false);
  callbacks.shift()?.();
  await first;
  const second = writeTo(stream, 'b');
  callbacks.shift()?.(Object.assign(new Error('gone'), { code: 'EPIPE' }));
  await expect(second).rejects.toMatchObject({ code: 'EPIPE' });
  await expect(writeTo(stream, 'c')).rejects.toMatchObject({ code: expect.stringMatching(/EPIPE|ERR_STREAM_DESTROYED/) });
});

test.each<[unknown, boolean]>([
  [Object.assign(new Error(''), { code: 'EPIPE' }), true],
  [Object.assign(new Error(''), { code: 'ERR_STREAM_DESTROYED' }), true],
  [Object.assign(new Error(''), { code: 'ENOSPC' }), false],
  [new Error('EPIPE'), false],
  [undefined, false],
  ['EPIPE', false],
])('isClosedOutput %p: %j', (error, answer) => expect(isClosedOutput(error)).toBe(answer));
