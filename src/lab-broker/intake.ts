import type { Socket } from 'node:net';
import type { BrokerClock } from './clock.ts';
import { LIMITS } from './greeting.ts';
import { type Frame, FrameReader } from './wire/frames.ts';

/** Work (a frame, or a message put into a queue, is one) after which the clock is looked at; and milliseconds that one turn may take. */
const [WORK_SLICE, TURN] = [512, 8];

/** What is done with what comes in. */
export interface IntakePort {
  /** A turn begins, in which frames are handled. */
  turn(): void;
  /** Handles a frame; answers whether to go on with the next. */
  handle(frame: Frame): boolean;
  /** A frame could not be read, or else handled; answers whether to go on with the next. */
  failed(cause: unknown, reading: boolean): boolean;
  /** Whether nothing more is to be read for now. */
  held(): boolean;
}

/** Reads frames off a socket, in turns that leave time to other connections, and not at all while its client is held up. */
export class Intake {
  readonly #socket: Socket;
  readonly #clock: BrokerClock;
  readonly #port: IntakePort;
  readonly #reader = new FrameReader(LIMITS.frameMax);
  #work = 0;
  #paused = false;
  #over = false;
  /** What is left to do of a frame. */
  #rest: (() => boolean) | undefined;
  /** How many chunks have come: a sign of life. */
  chunks = 0;

  constructor(socket: Socket, clock: BrokerClock, port: IntakePort) {
    this.#socket = socket;
    this.#clock = clock;
    this.#port = port;
  }

  set frameMax(octets: number) {
    this.#reader.frameMax = octets;
  }

  get paused(): boolean {
    return this.#paused;
  }

  /** Counts work against this turn. */
  work(units: number): void {
    this.#work += units;
  }

  /** The frame that is handled means more work than there is time for: `step` does a part, and answers whether there is more. */
  carryOn(step: () => boolean): void {
    this.#rest = step;
  }

  /** Handles nothing any more. */
  stop(): void {
    this.#over = true;
  }

  take(chunk: Buffer): void {
    this.chunks++;
    if (this.#over) return;
    this.#reader.push(chunk);
    this.#process();
  }

  /** Goes on, if nothing holds it. */
  resume(): void {
    if (!this.#paused || this.#port.held()) return;
    this.#paused = false;
    this.#process();
    if (!this.#paused) this.#socket.resume();
  }

  #process(): void {
    let until = 0;
    this.#port.turn();
    while (!this.#over && this.#step()) {
      if (this.#port.held()) break;
      if (++this.#work < WORK_SLICE) continue;
      this.#work = 0;
      const now = this.#clock.now();
      until ||= now + TURN;
      if (now < until) continue;
      this.#pause();
      this.#clock.later(() => this.resume());
      return;
    }
    if (this.#port.held()) this.#pause();
  }

  /** Handles the next frame, or goes on with the last; answers whether there was one. */
  #step(): boolean {
    let reading = false;
    try {
      if (this.#rest !== undefined) {
        this.#work = WORK_SLICE;
        if (!this.#rest()) this.#rest = undefined;
        return true;
      }
      reading = true;
      const frame = this.#reader.next();
      if (frame === undefined) return false;
      reading = false;
      this.#over = !this.#port.handle(frame);
    } catch (cause) {
      this.#rest = undefined;
      const readable = this.#port.failed(cause, reading);
      // after octets that are no frame nothing can be read any more
      this.#over = !readable || reading;
    }
    return true;
  }

  #pause(): void {
    this.#paused = true;
    this.#socket.pause();
  }
}
