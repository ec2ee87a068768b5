import type { Writable } from 'node:stream';
import type { Delivery } from '../client/message.ts';
import type { Verdict } from './ack-ledger.ts';
import type { Sink } from './sink.ts';

/**
 * A sink that writes each delivery to a stream and is done with it only when the stream has passed the bytes on. What arrives
 * in one turn of the event loop is written at once.
 */
export function createStreamSink(stream: Writable, format: (delivery: Delivery) => string | Buffer, verdict: Verdict): Sink {
  let batch: (string | Buffer)[] = [];
  let waiting: ((verdict: Verdict) => void)[] = [];
  let end: (reason: Error | undefined) => void = () => undefined;
  const ended = new Promise<Error | undefined>((resolve) => {
    end = resolve;
  });
  stream.once('error', (error: NodeJS.ErrnoException) => end(isClosed(error) ? undefined : error));
  stream.once('close', () => end(undefined));

  const flush = () => {
    const dones = waiting;
    const data = batch.every((part) => typeof part === 'string')
      ? batch.join('')
      : Buffer.concat(batch.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));
    batch = [];
    waiting = [];
    stream.write(data, (error) => {
      // a stream that was gone before tells nobody else
      if (error) return end(isClosed(error) ? undefined : error);
      for (const done of dones) done(verdict);
    });
  };

  return {
    ended,
    take(delivery, done) {
      try {
        batch.push(format(delivery));
      } catch (cause) {
        // headers nested too deeply for a stack, say: it stays on the queue
        return end(cause as Error);
      }
      waiting.push(done);
      if (waiting.length === 1) queueMicrotask(flush);
    },
  };
}

function isClosed({ code }: NodeJS.ErrnoException): boolean {
  return code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED';
}
