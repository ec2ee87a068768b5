import { frameText } from './erlang-text.ts';
import { uint16At, uint32At, writeUint16, writeUint32 } from './integers.ts';
import { WireFault } from './wire-fault.ts';

/** The types of frames. */
export const METHOD = 1;
export const HEADER = 2;
export const BODY = 3;
export const HEARTBEAT = 8;
/** The octet after each frame's payload. */
export const FRAME_END = 0xce;

/** Type, channel and length in front of a payload, in octets. */
const PROLOGUE = 7;
/** What a frame has beside its payload. */
const OVERHEAD = PROLOGUE + 1;

const NOTHING: Buffer = Buffer.alloc(0);

/** A frame. The payload is a view into what came from the socket: copy what you keep. */
export interface Frame {
  type: number;
  channel: number;
  payload: Buffer;
}

/**
 * Cuts what comes from a socket into frames. A frame that lies in one chunk is never copied; one that came in pieces is joined once,
 * when all of it is there. Nothing is allocated for a length that was only announced.
 */
export class FrameReader {
  /** In octets, all of the frame; 0 is no limit. May change after connection.tune-ok. */
  frameMax: number;
  readonly #frame: Frame = { type: 0, channel: 0, payload: NOTHING };
  /** What has not been read: `#chunk` from `#at` on, then `#later` from `#next` on, of `#waiting` octets in all. */
  #chunk = NOTHING;
  #at = 0;
  #later: Buffer[] = [];
  #next = 0;
  #waiting = 0;
  /** How many octets there must be before it is worth looking again for a frame that came in pieces. */
  #wanted = OVERHEAD;

  constructor(frameMax: number) {
    this.frameMax = frameMax;
  }

  /** Takes in what the socket gave. The chunk is not copied: it must not change until it has been read. */
  push(chunk: Buffer): void {
    if (this.#at === this.#chunk.length && this.#waiting === 0) {
      this.#chunk = chunk;
      this.#at = 0;
    } else {
      this.#later.push(chunk);
      this.#waiting += chunk.length;
    }
  }

  /**
   * The next whole frame, or undefined until more has come. It is the same object each time.
   * @throws WireFault `syntax` for a frame above `frameMax` or without its end octet. It is thrown each time from then on.
   */
  next(): Frame | undefined {
    const chunk = this.#chunk;
    const at = this.#at;
    if (chunk.length - at > PROLOGUE) {
      const end = at + PROLOGUE + this.#payloadSize(chunk, at);
      if (end < chunk.length) {
        const frame = this.#cut(chunk, at, end);
        this.#at = end + 1;
        return frame;
      }
    }
    if (this.#waiting > 0) return this.#join();
    if (at === chunk.length) this.#letGo();
    return undefined;
  }

  /** A connection that has nothing to say keeps no memory of what it said last. */
  #letGo(): void {
    this.#chunk = NOTHING;
    this.#at = 0;
    this.#frame.payload = NOTHING;
  }

  /** A frame that came in pieces. */
  #join(): Frame | undefined {
    const there = this.#chunk.length - this.#at + this.#waiting;
    if (there < this.#wanted) return undefined;
    const size = OVERHEAD + this.#payloadSize(this.#peek(PROLOGUE), 0);
    this.#wanted = size;
    if (there < size) return undefined;
    const frame = this.#cut(this.#peek(size), 0, size - 1);
    this.#skip(size);
    this.#wanted = OVERHEAD;
    return frame;
  }

  /** A copy of the next `count` octets, which are there. */
  #peek(count: number): Buffer {
    const octets = Buffer.allocUnsafe(count);
    let filled = this.#chunk.copy(octets, 0, this.#at);
    for (let i = this.#next; filled < count; i++) filled += (this.#later[i] as Buffer).copy(octets, filled);
    return octets;
  }

  #skip(count: number): void {
    let at = this.#at + count;
    while (at >= this.#chunk.length && this.#waiting > 0) {
      at -= this.#chunk.length;
      this.#chunk = this.#later[this.#next] as Buffer;
      this.#later[this.#next++] = NOTHING; // else it would stay in memory until all others have been read
      this.#waiting -= this.#chunk.length;
    }
    this.#at = at;
    if (this.#waiting > 0) return;
    this.#later = [];
    this.#next = 0;
  }

  #payloadSize(bytes: Buffer, at: number): number {
    const size = uint32At(bytes, at + 3);
    // RabbitMQ lets a payload be as long as a whole frame should be, since some clients count wrongly.
    if (size > this.frameMax && this.frameMax > 0)
      throw new WireFault('syntax', `${frameText(bytes[at] as number, NOTHING)}: {frame_too_large,${size},${this.frameMax - OVERHEAD}}`);
    return size;
  }

  #cut(bytes: Buffer, at: number, end: number): Frame {
    const frame = this.#frame;
    frame.type = bytes[at] as number;
    frame.channel = uint16At(bytes, at + 1);
    frame.payload = bytes.subarray(at + PROLOGUE, end);
    const last = bytes[end];
    if (last !== FRAME_END) throw new WireFault('syntax', `${frameText(frame.type, frame.payload)}: {invalid_frame_end_marker,${last}}`);
    return frame;
  }
}

/** A whole frame. */
export function encodeFrame(type: number, channel: number, payload: Buffer): Buffer {
  const { length } = payload;
  const frame = Buffer.allocUnsafe(length + OVERHEAD);
  frame[0] = type;
  writeUint32(frame, writeUint16(frame, 1, channel), length);
  frame.set(payload, PROLOGUE);
  frame[length + PROLOGUE] = FRAME_END;
  return frame;
}

/** Class and method number of a method frame in one number, as the first four octets of its payload have them; 0 for any other frame. */
export function methodIdOf(type: number, payload: Buffer): number {
  return type === METHOD && payload.length >= 4 ? payload.readUInt32BE(0) : 0;
}
