import type { Socket } from 'node:net';
import type { Message } from './entities/message.ts';
import { BODY, encodeFrame, FRAME_END, HEADER, METHOD } from './wire/frames.ts';
import { encodeMethod, type MethodInput } from './wire/methods.ts';

/** Bytes of the pieces of memory that frames are written into: the first, and the largest. */
const [FIRST_SLAB, LARGEST_SLAB] = [2_048, 65_536];

/** Bodies from this size on are not copied. */
const LARGE_BODY = 8_192;

/** Bytes that may wait for a client before its consumers are given no more. */
const CONGESTED = 524_288;

/** Bytes that may wait for a client before nothing more is read from it. */
const OVERFULL = 4_194_304;

/** What a frame has beside its payload. */
const FRAME_OVERHEAD = 8;

/**
 * What goes to one client. Frames are written into a piece of memory that many of them share, and leave together at the next `flush`.
 */
export class Output {
  /** In bytes, as negotiated. */
  frameMax = 131_072;
  /** How often something was flushed: tells the heartbeat whether the client heard from the broker. */
  flushes = 0;
  readonly #socket: Socket;
  /** Told once when something waits to be flushed. */
  readonly #onDirty: (output: Output) => void;
  #slab: Buffer = Buffer.allocUnsafe(0);
  #nextSlab = FIRST_SLAB;
  /** What lies in the slab and has not left. */
  #from = 0;
  #to = 0;
  #dirty = false;

  constructor(socket: Socket, onDirty: (output: Output) => void) {
    this.#socket = socket;
    this.#onDirty = onDirty;
  }

  /** Bytes that wait for the client to take them. */
  get waiting(): number {
    return this.#socket.writableLength + this.#to - this.#from;
  }

  /** Whether consumers are to be given no more. */
  get congested(): boolean {
    return this.waiting > CONGESTED;
  }

  /** Whether nothing more is to be read from a client who reads nothing. */
  get overfull(): boolean {
    return this.waiting > OVERFULL;
  }

  method(channel: number, method: MethodInput): void {
    this.bytes(encodeFrame(METHOD, channel, encodeMethod(method)));
  }

  /** Whole frames. */
  bytes(bytes: Buffer): void {
    this.#reserve(bytes.length);
    this.#to += bytes.copy(this.#slab, this.#to);
  }

  /** basic.ack, the answer that is sent most. */
  ack(channel: number, deliveryTag: number, multiple: boolean): void {
    this.#reserve(21);
    let at = this.#begin(METHOD, channel, 13);
    at = this.#slab.writeUInt32BE(0x003c_0050, at);
    at = writeTag(this.#slab, deliveryTag, at);
    this.#slab[at++] = multiple ? 1 : 0;
    this.#end(at);
  }

  /** basic.deliver with its content. */
  delivery(channel: number, consumerTag: Buffer, deliveryTag: number, redelivered: boolean, message: Message): void {
    const size = 4 + consumerTag.length + 9 + message.addressSize;
    this.#reserve(size + FRAME_OVERHEAD);
    const slab = this.#slab;
    let at = this.#begin(METHOD, channel, size);
    at = slab.writeUInt32BE(0x003c_003c, at);
    at += consumerTag.copy(slab, at);
    at = writeTag(slab, deliveryTag, at);
    slab[at++] = redelivered ? 1 : 0;
    at += message.content.copy(slab, at, 0, message.addressSize);
    this.#end(at);
    this.#content(channel, message);
  }

  /** basic.get-ok or basic.return with the content. */
  methodWithContent(channel: number, method: MethodInput, message: Message): void {
    this.method(channel, method);
    this.#content(channel, message);
  }

  /** Gives what was written to the socket. */
  flush(): void {
    this.#dirty = false;
    if (this.#to === this.#from) return;
    this.flushes++;
    if (this.#socket.writable) this.#socket.write(this.#slab.subarray(this.#from, this.#to));
    this.#from = this.#to;
  }

  #content(channel: number, message: Message): void {
    const { content, addressSize, headerSize } = message;
    this.#reserve(headerSize + FRAME_OVERHEAD);
    let at = this.#begin(HEADER, channel, headerSize);
    const body = addressSize + headerSize;
    at += content.copy(this.#slab, at, addressSize, body);
    this.#end(at);
    const most = this.frameMax - FRAME_OVERHEAD;
    for (let start = body; start < content.length; start += most) {
      this.#body(channel, content, start, Math.min(start + most, content.length));
    }
  }

  #body(channel: number, content: Buffer, start: number, end: number): void {
    const size = end - start;
    if (size < LARGE_BODY) {
      this.#reserve(size + FRAME_OVERHEAD);
      const at = this.#begin(BODY, channel, size);
      this.#end(at + content.copy(this.#slab, at, start, end));
      return;
    }
    this.#reserve(FRAME_OVERHEAD);
    this.#to = this.#begin(BODY, channel, size);
    this.flush();
    if (this.#socket.writable) this.#socket.write(content.subarray(start, end));
    this.#reserve(1);
    this.#end(this.#to);
  }

  #begin(type: number, channel: number, size: number): number {
    const slab = this.#slab;
    const at = this.#to;
    slab[at] = type;
    slab[at + 1] = channel >> 8;
    slab[at + 2] = channel;
    return slab.writeUInt32BE(size, at + 3);
  }

  #end(at: number): void {
    this.#slab[at] = FRAME_END;
    this.#to = at + 1;
  }

  #reserve(size: number): void {
    if (!this.#dirty) {
      this.#dirty = true;
      this.#onDirty(this);
    }
    if (this.#slab.length - this.#to >= size) return;
    const { flushes } = this;
    this.flush();
    this.#dirty = true;
    // who fills a slab between two flushes gets a larger one
    if (this.flushes > flushes) this.#nextSlab = Math.min(this.#nextSlab * 2, LARGEST_SLAB);
    this.#slab = Buffer.allocUnsafeSlow(Math.max(this.#nextSlab, size));
    this.#from = 0;
    this.#to = 0;
  }
}

function writeTag(buffer: Buffer, tag: number, at: number): number {
  return buffer.writeUInt32BE(tag % 4_294_967_296, buffer.writeUInt32BE(Math.floor(tag / 4_294_967_296), at));
}
