import type { Connection } from './connection.ts';
import type { Realm } from './entities/realm.ts';

/** Holds up a client that publishes while the broker is low on memory, and tells it so if it wants to know. */
export class Brake {
  readonly #connection: Connection;
  readonly #realm: Realm;
  #on = false;

  constructor(connection: Connection, realm: Realm) {
    this.#connection = connection;
    this.#realm = realm;
  }

  /** Whether nothing more is to be read from this client. */
  get on(): boolean {
    return this.#on;
  }

  /** The client has published something. */
  published(): void {
    if (!this.#realm.blocked || this.#on) return;
    this.#on = true;
    if (this.#tells) this.#connection.output.method(0, { name: 'connection.blocked', reason: 'low on memory' });
  }

  /** There is memory again; answers whether the client had been held up. */
  release(): boolean {
    if (!this.#on) return false;
    this.#on = false;
    if (this.#tells) this.#connection.output.method(0, { name: 'connection.unblocked' });
    return true;
  }

  get #tells(): boolean {
    return this.#connection.hasCapability('connection.blocked');
  }
}
