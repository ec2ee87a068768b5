import type { Connection } from './connection.ts';
import type { Realm } from './entities/realm.ts';
import { encodeFrame, HEARTBEAT } from './wire/frames.ts';

/** Milliseconds between two looks whether a client that is held up is still there. */
const LOOK = 5_000;

/** Holds up a client that publishes while the broker is low on memory, and tells it so if it wants to know. */
export class Brake {
  readonly #connection: Connection;
  readonly #realm: Realm;
  #on = false;
  #stopLooking: () => void = () => undefined;

  constructor(connection: Connection, realm: Realm) {
    this.#connection = connection;
    this.#realm = realm;
    connection.socket.on('close', () => this.#stopLooking());
  }

  /** Whether nothing more is to be read from this client. */
  get on(): boolean {
    return this.#on;
  }

  /** The client has published something. */
  published(): void {
    if (!this.#realm.blocked || this.#on) return;
    this.#on = true;
    if (this.#tells) this.#connection.output.method(0, { name: 'connection.blocked', reason: this.#realm.shortage });
    this.#look();
  }

  /** There is memory again; answers whether the client had been held up. */
  release(): boolean {
    if (!this.#on) return false;
    this.#on = false;
    this.#stopLooking();
    if (this.#tells) this.#connection.output.method(0, { name: 'connection.unblocked' });
    return true;
  }

  /**
   * A socket that is not read does not tell that the client has gone, and what the client holds may be the very memory that is waited
   * for: something must be written. A heartbeat may be, even to a client that wants none.
   */
  #look(): void {
    this.#stopLooking();
    this.#stopLooking = this.#realm.clock.setTimer(LOOK, () => {
      const { output, heartbeat } = this.#connection;
      if (heartbeat === 0 && output.waiting === 0) output.bytes(encodeFrame(HEARTBEAT, 0, Buffer.alloc(0)));
      this.#look();
    });
  }

  get #tells(): boolean {
    return this.#connection.hasCapability('connection.blocked');
  }
}
