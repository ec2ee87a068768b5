import fc from 'fast-check';
import { readStamp, STAMP_SIZE, writeStamp } from '../../../src/bench/stamp.ts';

const stamp = fc.record({
  run: fc.nat({ max: 2 ** 32 - 1 }),
  producer: fc.nat({ max: 65_535 }),
  sequence: fc.integer({ min: 0, max: 2 ** 48 - 1 }),
  dueAt: fc.double({ noNaN: true }),
  sentAt: fc.double({ noNaN: true }),
});

describe('the stamp of a message', () => {
  test('comes back as it was written, whatever follows it', () => {
    fc.assert(
      fc.property(stamp, fc.nat({ max: 100 }), (written, more) => {
        const body = Buffer.alloc(STAMP_SIZE + more, 7);
        writeStamp(body, written);
        expect(readStamp(body)).toEqual(written);
        expect(body.subarray(STAMP_SIZE)).toEqual(Buffer.alloc(more, 7));
      }),
    );
  });

  test('is not seen where there is none', () => {
    expect(readStamp(Buffer.alloc(STAMP_SIZE - 1))).toBeUndefined();
    expect(readStamp(Buffer.from('x'.repeat(100)))).toBeUndefined();
  });
});
