/**
 * Splits a byte stream at a delimiter, in batches of the lines that each chunk completes. Lines of any length; the delimiter may
 * straddle chunks. What stands after the last delimiter is a line too, unless it is empty.
 */
export async function* splitLines(stream: AsyncIterable<Buffer>, delimiter: Buffer): AsyncIterable<Buffer[]> {
  /** Chunks of a line that has not ended yet; joined only when it does, so a long line costs no more than its length. */
  let pieces: Buffer[] = [];
  for await (const chunk of stream) {
    let rest = chunk;
    if (pieces.length > 0 && delimiter.length > 1) {
      // the delimiter may have begun in what came before
      const tail = pieces[pieces.length - 1] as Buffer;
      const overlap = tail.subarray(Math.max(0, tail.length - delimiter.length + 1));
      pieces[pieces.length - 1] = tail.subarray(0, tail.length - overlap.length);
      rest = Buffer.concat([overlap, chunk]);
    }
    const lines: Buffer[] = [];
    let start = 0;
    for (let end = rest.indexOf(delimiter); end >= 0; end = rest.indexOf(delimiter, start)) {
      const last = rest.subarray(start, end);
      lines.push(pieces.length === 0 ? last : Buffer.concat([...pieces, last]));
      pieces = [];
      start = end + delimiter.length;
    }
    if (start < rest.length) pieces.push(rest.subarray(start));
    if (lines.length > 0) yield lines;
  }
  const line = Buffer.concat(pieces);
  if (line.length > 0) yield [line];
}
