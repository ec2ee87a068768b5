import fc from 'fast-check';
import { encodeAddress } from '../../../src/lab-broker/entities/message.ts';
import { Publication } from '../../../src/lab-broker/publication.ts';
import { encodeMethod } from '../../../src/lab-broker/wire/methods.ts';
import { encodeContentHeader } from '../../../src/lab-broker/wire/properties.ts';

function begun(bodySize: number, maxSize = 16_777_216): Publication {
  const publication = new Publication(maxSize);
  publication.begin(encodeMethod({ name: 'basic.publish', exchange: 'x', routingKey: 'k' }));
  publication.header(encodeContentHeader(60, bodySize, {}));
  return publication;
}

test('a body is the same in however many pieces it comes, empty ones among them', () => {
  const pieces = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 150_000 })), {
    minLength: 1,
    maxLength: 6,
  });
  fc.assert(
    fc.property(pieces, (sizes) => {
      const body = Buffer.alloc(
        sizes.reduce((sum, size) => sum + size, 1),
        'body',
      );
      const publication = begun(body.length);
      let at = 0;
      for (const size of sizes) {
        expect(publication.body(body.subarray(at, at + size))).toBeUndefined();
        at += size;
      }
      const { content, addressSize, headerSize } = publication.body(body.subarray(at)) ?? {};
      expect(addressSize).toBe(encodeAddress('x', 'k').length);
      expect(content?.subarray((addressSize ?? 0) + (headerSize ?? 0)).equals(body)).toBe(true);
      expect(content?.length).toBe((addressSize ?? 0) + (headerSize ?? 0) + body.length);
    }),
  );
});

test.each([
  ['of no octets', 0, 16_777_216],
  ['of one octet', 1, 16_777_216],
  ['of a body that is too large', 1, 1_000],
])('pieces %s take no memory beyond their octets', (_, size, maxSize) => {
  const publication = begun(1_000_000, maxSize);
  const piece = Buffer.alloc(size);
  const before = process.memoryUsage();
  for (let left = 500_000; left > 0; left--) publication.body(piece);
  const after = process.memoryUsage();
  // each piece kept for itself would take some 200 octets, 100 MB in all
  expect(after.heapUsed + after.external - before.heapUsed - before.external).toBeLessThan(60_000_000);
});
