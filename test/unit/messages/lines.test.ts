import fc from 'fast-check';
import { splitLines } from '../../../src/messages/lines.ts';

async function linesOf(chunks: readonly Buffer[], delimiter: Buffer): Promise<Buffer[]> {
  async function* stream() {
    yield* chunks;
  }
  const lines: Buffer[] = [];
  for await (const batch of splitLines(stream(), delimiter)) {
    expect(batch.length).toBeGreaterThan(0);
    lines.push(...batch);
  }
  return lines;
}

/** The slow and obvious way. */
function naive(bytes: Buffer, delimiter: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  let start = 0;
  for (let at = bytes.indexOf(delimiter); at >= 0; at = bytes.indexOf(delimiter, start)) {
    lines.push(bytes.subarray(start, at));
    start = at + delimiter.length;
  }
  return start < bytes.length ? [...lines, bytes.subarray(start)] : lines;
}

/** Cuts at these places; empty chunks too. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const at = [0, ...places.map((place) => Math.min(place, bytes.length)).sort((a, b) => a - b), bytes.length];
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end));
}

const newline = Buffer.from('\n');

test.each<[string, string[], string[]]>([
  ['empty input', [], []],
  ['empty chunks', ['', ''], []],
  ['no newline at the end', ['a\nb'], ['a', 'b']],
  ['a newline at the end', ['a\nb\n'], ['a', 'b']],
  ['empty lines', ['\n\na\n\n'], ['', '', 'a', '']],
  ['a lone newline', ['\n'], ['']],
  ['a line over several chunks', ['a', 'b', '', 'c\nd', 'e'], ['abc', 'de']],
  ['a carriage return stays', ['a\r\nb'], ['a\r', 'b']],
])('%s', async (_name, chunks, lines) => {
  expect(
    (
      await linesOf(
        chunks.map((chunk) => Buffer.from(chunk)),
        newline,
      )
    ).map(String),
  ).toEqual(lines);
});

test.each<[string, string[], string[]]>([
  ['ab', ['xa', 'by', 'a', 'b'], ['x', 'y']],
  ['aab', ['a', 'a', 'a', 'b', 'c'], ['a', 'c']],
  ['aa', ['aaa', 'a', 'a'], ['', '', 'a']],
  ['\r\n', ['a\r', '\nb\r', 'c\r\n'], ['a', 'b\rc']],
])('the delimiter %j may straddle chunks', async (delimiter, chunks, lines) => {
  expect(
    (
      await linesOf(
        chunks.map((chunk) => Buffer.from(chunk)),
        Buffer.from(delimiter),
      )
    ).map(String),
  ).toEqual(lines);
});

test('any bytes in any chunks are split as the whole is', async () => {
  const few = fc.constantFrom(0x0a, 0x61, 0x62);
  const delimiter = fc.array(few, { minLength: 1, maxLength: 3 }).map((bytes) => Buffer.from(bytes));
  const bytes = fc.oneof(
    fc.array(few, { maxLength: 60 }).map((all) => Buffer.from(all)),
    fc.uint8Array({ maxLength: 60 }).map((all) => Buffer.from(all)),
  );
  await fc.assert(
    fc.asyncProperty(bytes, delimiter, fc.array(fc.nat(60), { maxLength: 20 }), async (whole, end, places) => {
      expect(await linesOf(cut(whole, places), end)).toEqual(naive(whole, end));
    }),
    { numRuns: 2_000 },
  );
});

test.each([1, 7, 65_536])('lines of 200 kB, in chunks of %d bytes', async (size) => {
  const long = Buffer.alloc(200_000, 'é');
  const whole = Buffer.concat([long, newline, Buffer.from('short'), newline, long]);
  const chunks = Array.from({ length: Math.ceil(whole.length / size) }, (_, index) => whole.subarray(index * size, (index + 1) * size));
  const lines = await linesOf(chunks, newline);
  expect(lines.map(({ length }) => length)).toEqual([200_000, 5, 200_000]);
  expect(lines[0]?.equals(long) && lines[2]?.equals(long)).toBe(true);
});

test('lines are handed out before the stream ends', async () => {
  async function* endless() {
    for (let n = 1; ; n++) yield Buffer.from(`${n}\n`);
  }
  const seen: string[] = [];
  for await (const batch of splitLines(endless(), newline)) {
    seen.push(...batch.map(String));
    if (seen.length === 3) break;
  }
  expect(seen).toEqual(['1', '2', '3']);
});

test('an error of the stream goes through, after the lines before it', async () => {
  async function* broken() {
    yield Buffer.from('a\nb');
    throw new Error('broken');
  }
  const lines = splitLines(broken(), newline)[Symbol.asyncIterator]();
  expect((await lines.next()).value).toEqual([Buffer.from('a')]);
  await expect(lines.next()).rejects.toThrow('broken');
});
