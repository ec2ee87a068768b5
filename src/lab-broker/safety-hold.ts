import type { Socket } from 'node:net';
import type { Channel } from './channel.ts';
import type { Connection } from './connection.ts';
import type { Realm } from './entities/realm.ts';
import { type Frame, methodIdOf } from './wire/frames.ts';

/** Classes of methods that are about what exists: exchanges and queues. */
const ABOUT = [40, 50];

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

  /**
   * Does what a frame of a client asks for. If that changes what exists, it must be safe first; and so must what others have changed, where
   * the client asks about it: a declare of the same once more is no change, and its answer says that it is there.
   */
  during({ type, payload }: Frame, run: () => void): void {
    const { journal } = this.#realm;
    const before = journal?.decided;
    run();
    // nobody else is kept back: on a full disk that would be for long, and connection.blocked must get out
    if (journal !== undefined && (journal.decided !== before || ABOUT.includes(methodIdOf(type, payload) >>> 16))) {
      this.#wait(journal.decided);
    }
  }

  /** All that was told up to now must be safe before anything more goes out. */
  begin(): void {
    this.#wait(this.#realm.journal?.told);
  }

  #wait(until = 0): void {
    if (until <= Math.max(this.#realm.journal?.safe ?? 0, this.#until)) return;
    if (this.#until === 0) this.#socket.cork();
    this.#until = until;
  }
}
