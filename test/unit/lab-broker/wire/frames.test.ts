import fc from 'fast-check';
import { BODY, encodeFrame, type Frame, FrameReader, HEARTBEAT, METHOD } from '../../../../src/lab-broker/wire/frames.ts';
import { nearly, octets } from './arbitraries.ts';
import { faultOf } from './fault-of.ts';

const frame = fc.record({
  type: fc.nat(255),
  channel: fc.nat(65_535),
  payload: fc.oneof(
    { weight: 5, arbitrary: octets() },
    fc.nat(3_000).map((size) => Buffer.alloc(size, size)),
  ),
});

const bytesOf = ({ type, channel, payload }: Frame) => encodeFrame(type, channel, payload);

/** Cuts bytes into pieces of these sizes, over and over; some may be empty. */
function cut(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const size = sizes[pieces.length % sizes.length] ?? 0;
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return pieces;
}

/** All frames that are whole. The reader's frame is the same object each time. */
function drain(reader: FrameReader): Frame[] {
  const frames: Frame[] = [];
  for (let next = reader.next(); next !== undefined; next = reader.next()) frames.push({ ...next });
  return frames;
}

const sizes = fc
  .tuple(fc.integer({ min: 1, max: 30 }), fc.array(fc.nat(1_000), { maxLength: 5 }))
  .map(([first, others]) => [first, ...others]);

test('frames are read as they were written, however they are cut', () => {
  fc.assert(
    fc.property(fc.array(frame), sizes, fc.boolean(), (frames, pieces, atOnce) => {
      const reader = new FrameReader(4_096);
      const read: Frame[] = [];
      for (const piece of cut(Buffer.concat(frames.map(bytesOf)), pieces)) {
        reader.push(piece);
        if (!atOnce) read.push(...drain(reader));
      }
      read.push(...drain(reader));
      expect(read).toEqual(frames);
    }),
  );
});

test('any octets are frames or a fault', () => {
  fc.assert(
    fc.property(fc.oneof(octets(60), nearly(fc.array(frame).map((frames) => Buffer.concat(frames.map(bytesOf))))), sizes, (sent, cuts) => {
      const pieces = cut(sent, cuts);
      const reader = new FrameReader(4_096);
      const { value, fault } = faultOf(() =>
        pieces.flatMap((piece) => {
          reader.push(piece);
          return drain(reader);
        }),
      );
      if (value === undefined) expect(fault).toMatchObject({ kind: 'syntax' });
      else expect(sent.subarray(0, sizeOf(value))).toEqual(Buffer.concat(value.map(bytesOf)));
    }),
    { numRuns: 1_000 },
  );
});

function sizeOf(frames: readonly Frame[]): number {
  return frames.reduce((sum, { payload }) => sum + payload.length + 8, 0);
}

/** A frame that ends with an octet of 7 instead of its own. */
function badEnd(type: number, payload: Buffer): Buffer {
  return encodeFrame(type, 1, payload).fill(7, payload.length + 7);
}

test.each([
  [badEnd(HEARTBEAT, Buffer.alloc(0)), 'type 8, all octets = <<>>: {invalid_frame_end_marker,7}'],
  [badEnd(METHOD, Buffer.of(0, 50, 0)), 'type 1, all octets = <<0,50,0>>: {invalid_frame_end_marker,7}'],
  [badEnd(BODY, Buffer.from('abcdefghijklmnopqrst')), 'type 3, first 16 octets = <<"abcdefghijklmnop">>: {invalid_frame_end_marker,7}'],
  [encodeFrame(METHOD, 1, Buffer.alloc(5_020)), 'type 1, all octets = <<>>: {frame_too_large,5020,4088}'],
  [encodeFrame(BODY, 1, Buffer.alloc(4_097)).subarray(0, 8), 'type 3, all octets = <<>>: {frame_too_large,4097,4088}'],
])('a bad frame is refused in the words of RabbitMQ: %#', (sent, message) => {
  for (const pieces of [[sent], cut(sent, [1])]) {
    const reader = new FrameReader(4_096);
    reader.push(encodeFrame(HEARTBEAT, 0, Buffer.alloc(0)));
    expect(drain(reader)).toHaveLength(1);
    for (const piece of pieces) reader.push(piece);
    expect(faultOf(() => drain(reader)).fault).toMatchObject({ kind: 'syntax', message });
    expect(faultOf(() => drain(reader)).fault).toMatchObject({ kind: 'syntax', message });
  }
});

test('a payload may be as long as a frame should be, as in RabbitMQ', () => {
  const reader = new FrameReader(4_096);
  reader.push(encodeFrame(BODY, 1, Buffer.alloc(4_096)));
  expect(drain(reader)).toMatchObject([{ payload: { length: 4_096 } }]);
});

test('the limit may change, and 0 is none', () => {
  const reader = new FrameReader(4_096);
  reader.push(encodeFrame(BODY, 1, Buffer.alloc(5_000)));
  reader.frameMax = 0;
  expect(drain(reader)).toHaveLength(1);
});

describe('memory', () => {
  const allocated: number[] = [];
  const { allocUnsafe } = Buffer;
  beforeEach(() => {
    allocated.length = 0;
    Buffer.allocUnsafe = (size) => {
      allocated.push(size);
      return allocUnsafe(size);
    };
  });
  afterEach(() => {
    Buffer.allocUnsafe = allocUnsafe;
  });

  test('nothing is allocated for what was only announced', () => {
    const reader = new FrameReader(0);
    reader.push(Buffer.from('030001ff', 'hex'));
    reader.push(Buffer.from('ffffffaa', 'hex'));
    expect(reader.next()).toBeUndefined();
    reader.push(Buffer.alloc(100_000));
    expect(reader.next()).toBeUndefined();
    expect(Math.max(...allocated)).toBeLessThan(100);
  });

  test('a frame in one chunk is not copied', () => {
    const reader = new FrameReader(4_096);
    const chunk = Buffer.concat([1, 2, 3].map((type) => encodeFrame(type, 1, Buffer.from('abc'))));
    allocated.length = 0;
    reader.push(chunk);
    expect(drain(reader).map(({ payload }) => payload.buffer === chunk.buffer)).toEqual([true, true, true]);
    expect(allocated).toEqual([]);
  });

  test('a reader that is done keeps nothing', () => {
    const reader = new FrameReader(4_096);
    reader.push(encodeFrame(BODY, 1, Buffer.from('abc')));
    const last = reader.next();
    expect(last?.payload.toString()).toBe('abc');
    expect(reader.next()).toBeUndefined();
    expect(last?.payload).toHaveLength(0);
  });

  test('a frame that comes octet by octet is joined once', () => {
    const sent = encodeFrame(BODY, 1, Buffer.alloc(131_064, 'x'));
    const reader = new FrameReader(131_072);
    allocated.length = 0;
    let frames = 0;
    for (const octet of cut(sent, [1])) {
      reader.push(octet);
      if (reader.next() !== undefined) frames++;
    }
    expect(frames).toBe(1);
    expect(allocated.filter((size) => size > 7)).toEqual([131_072]);
  });
});
