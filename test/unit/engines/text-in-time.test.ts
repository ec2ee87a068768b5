import { PassThrough } from 'node:stream';
import { textInTime } from '../../../src/engines/lab.ts';

/** In a module jest is no global. */
const { jest: timers } = import.meta as unknown as { jest: typeof jest };

describe('what a starting broker says', () => {
  beforeEach(() => {
    timers.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
  });
  afterEach(() => {
    timers.useRealTimers();
  });

  const turn = () => new Promise((resolve) => setImmediate(resolve));

  test('is waited for as long as it goes on saying something', async () => {
    const stream = new PassThrough();
    const told = textInTime(stream, 1_000);
    for (let i = 0; i < 5; i++) {
      timers.advanceTimersByTime(900);
      stream.write(' ');
      await turn();
    }
    stream.end('{"a":1}');
    expect(JSON.parse((await told) ?? 'null')).toEqual({ a: 1 });
  });

  test('is not waited for when it says nothing any more', async () => {
    const stream = new PassThrough();
    const told = textInTime(stream, 1_000);
    stream.write(' ');
    await turn();
    timers.advanceTimersByTime(1_001);
    expect(await told).toBeUndefined();
  });

  test('is lost with the stream', async () => {
    const stream = new PassThrough();
    const told = textInTime(stream, 60_000);
    stream.destroy(new Error('gone'));
    await expect(told).rejects.toThrow('gone');
  });
});
