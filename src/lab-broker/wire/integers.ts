/**
 * The unsigned 32 bits at `at`, most significant first. Beyond the end there are zeroes: whoever reads on like this must look at
 * the end whether all of it was there.
 */
export function uint32At(bytes: Buffer, at: number): number {
  return (((bytes[at] as number) << 24) | ((bytes[at + 1] as number) << 16) | uint16At(bytes, at + 2)) >>> 0;
}

/** Likewise 16 bits. */
export function uint16At(bytes: Buffer, at: number): number {
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
}

/** Writes the 32 bits of a number from 0 to 2^32 - 1; answers where they end. */
export function writeUint32(bytes: Buffer, at: number, value: number): number {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  return writeUint16(bytes, at + 2, value);
}

/** Writes the lower 16 bits of a number; answers where they end. */
export function writeUint16(bytes: Buffer, at: number, value: number): number {
  bytes[at] = value >>> 8;
  bytes[at + 1] = value;
  return at + 2;
}

const WORD = 0x1_0000_0000;

/** Likewise 64 bits: beyond 2^53 the nearest number that there is. */
export function uint64At(bytes: Buffer, at: number): number {
  return uint32At(bytes, at) * WORD + uint32At(bytes, at + 4);
}

/** Writes a number from 0 to 2^53 in 64 bits; answers where they end. */
export function writeUint64(bytes: Buffer, at: number, value: number): number {
  return writeUint32(bytes, writeUint32(bytes, at, Math.floor(value / WORD)), value % WORD);
}
