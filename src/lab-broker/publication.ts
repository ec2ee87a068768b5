import { BrokerFault } from './faults.ts';
import { decodeMethod } from './wire/methods.ts';
import { type ContentTraits, scanContentHeader } from './wire/properties.ts';

/** Bodies up to this size get their memory as soon as they are announced. */
const TRUSTED_SIZE = 131_072;

/** A basic.publish that has come with all of its content. */
export interface Published {
  /** Address, content header and body, as a Message keeps them; undefined when the body is larger than a message may be. */
  readonly content: Buffer | undefined;
  readonly addressSize: number;
  readonly headerSize: number;
  readonly traits: ContentTraits;
  readonly mandatory: boolean;
  readonly immediate: boolean;
}

/** Puts together what comes of one basic.publish: its method, its content header, its body in pieces. */
export class Publication {
  readonly #maxSize: number;
  #address: Buffer = Buffer.alloc(0);
  #flags = 0;
  #traits: ContentTraits | undefined;
  #headerSize = 0;
  #content: Buffer = this.#address;
  #filled = 0;
  #left = 0;

  /** Bytes from which on a body is read, but not kept. */
  constructor(maxSize: number) {
    this.#maxSize = maxSize;
  }

  /** What is expected next. */
  get expects(): 'method' | 'header' | 'body' {
    if (this.#address.length === 0) return 'method';
    return this.#traits === undefined ? 'header' : 'body';
  }

  /** Takes the payload of a basic.publish. */
  begin(payload: Buffer): void {
    const exchangeEnd = 7 + (payload[6] ?? 0);
    const end = exchangeEnd + 1 + (payload[exchangeEnd] ?? 0);
    if (end + 1 !== payload.length) decodeMethod(payload); // which throws
    this.#address = Buffer.from(payload.subarray(6, end));
    this.#flags = payload[end] as number;
  }

  /** Takes the payload of a content header; answers the message when it has no body. */
  header(payload: Buffer): Published | undefined {
    const traits = scanContentHeader(payload);
    if (traits.classId !== 60 || traits.weight !== 0) {
      const got = traits.weight === 0 ? `one for class ${traits.classId}` : 'non content header frame';
      throw new BrokerFault('unexpected-frame', { reason: `expected content header for class 60, got ${got} instead` });
    }
    this.#traits = traits;
    this.#headerSize = payload.length;
    this.#left = traits.bodySize;
    const announced = traits.bodySize <= TRUSTED_SIZE ? traits.bodySize : 0;
    this.#content = Buffer.allocUnsafe(this.#address.length + payload.length + announced);
    this.#filled = this.#address.copy(this.#content);
    this.#filled += payload.copy(this.#content, this.#filled);
    return this.#left === 0 ? this.#finish() : undefined;
  }

  /** Takes a piece of the body; answers the message with the last one. */
  body(payload: Buffer): Published | undefined {
    if (payload.length > this.#left) {
      throw new BrokerFault('frame-error', { reason: 'content body frame exceeds remaining content size' });
    }
    this.#left -= payload.length;
    if ((this.#traits?.bodySize ?? 0) <= this.#maxSize) {
      this.#makeRoom(payload.length);
      this.#filled += payload.copy(this.#content, this.#filled);
    }
    return this.#left === 0 ? this.#finish() : undefined;
  }

  /** For so many octets. Grows by doubling: pieces of the size of an octet, kept one by one, would take a hundred times their size. */
  #makeRoom(octets: number): void {
    const { length } = this.#content;
    if (length - this.#filled >= octets) return;
    const all = this.#filled + octets + this.#left;
    const larger = Buffer.allocUnsafe(Math.min(Math.max(2 * length, this.#filled + octets), all));
    this.#content.copy(larger, 0, 0, this.#filled);
    this.#content = larger;
  }

  #finish(): Published {
    const traits = this.#traits as ContentTraits;
    const published: Published = {
      content: traits.bodySize > this.#maxSize ? undefined : this.#content,
      addressSize: this.#address.length,
      headerSize: this.#headerSize,
      traits,
      mandatory: (this.#flags & 1) !== 0,
      immediate: (this.#flags & 2) !== 0,
    };
    this.#address = this.#address.subarray(0, 0);
    this.#traits = undefined;
    this.#content = this.#address;
    return published;
  }
}
