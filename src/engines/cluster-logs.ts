import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';

/** Several logs as one: a line as it comes, after the number of its node. */
export async function* mergeLogs(logs: ReadonlyMap<number, AsyncIterable<Buffer>>): AsyncIterable<Buffer> {
  const next = async (node: number, lines: AsyncIterator<string>) => ({ node, lines, line: await lines.next() });
  const waiting = new Map([...logs].map(([node, log]) => [node, next(node, linesOf(log))]));
  while (waiting.size > 0) {
    const { node, lines, line } = await Promise.race(waiting.values());
    if (line.done) {
      waiting.delete(node);
      continue;
    }
    yield Buffer.from(`node ${node}  ${line.value}\n`);
    waiting.set(node, next(node, lines));
  }
}

function linesOf(log: AsyncIterable<Buffer>): AsyncIterator<string> {
  return createInterface({ input: Readable.from(log), crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator]();
}
