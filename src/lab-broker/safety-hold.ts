import type { Socket } from 'node:net';
import type { Channel } from './channel.ts';
import type { Connection } from './connection.ts';
import type { Realm } from './entities/realm.ts';

/** Keeps back what goes to a client until what it was promised is safe. */
export class SafetyHold {
  readonly #socket: Socket;
  readonly #realm: Realm;
  /** The record that must be safe first; 0 for none. */
  #until = 0;

  constructor(socket: Socket, realm: Realm) {
    this.#socket = socket;
    this.#realm = realm;
  }

  /** Whether something is kept back. What need not be any longer goes out. */
  get on(): boolean {
    if (this.#until === 0) return false;
    if (this.#until > (this.#realm.journal?.safe ?? 0)) return true;
    this.#until = 0;
    this.#socket.uncork();
    return false;
  }

  /** Sends the confirms of messages that are safe, and comes back for the others. */
  flush(connection: Connection, channels: Iterable<Channel>): void {
    let waits = this.on;
    for (const channel of channels) {
      channel.flush();
      waits ||= channel.confirms?.waits === true;
    }
    if (waits) this.#realm.journal?.wait(connection);
  }

  /** Does something for the client: if it changes what exists, that must be safe first. */
  during(run: () => void): void {
    const decided = this.#realm.journal?.decided;
    run();
    if (decided !== this.#realm.journal?.decided) this.begin();
  }

  /** All that was told up to now must be safe before anything more goes out. */
  begin(): void {
    const { told = 0, safe = 0 } = this.#realm.journal ?? {};
    if (told <= safe) return;
    if (this.#until === 0) this.#socket.cork();
    this.#until = told;
  }
}
