import type { MethodInput, MethodName } from '../../src/lab-broker/wire/methods.ts';
import type { TestVhost } from './brokers.ts';
import { plainText } from './names.ts';
import type { WireClient } from './wire-client.ts';
import { WireRefusal } from './wire-refusal.ts';

/** A connection whose channels are opened again when the broker has closed them. */
export class Caller {
  readonly wire: WireClient;
  readonly home: TestVhost;
  readonly #open = new Set<number>();

  constructor(wire: WireClient, home: TestVhost) {
    this.wire = wire;
    this.home = home;
  }

  /** The name of the vhost. */
  get vhost(): string {
    return this.home.vhost;
  }

  /** Opens a channel; answers false if it is open. */
  async open(channel: number): Promise<boolean> {
    if (this.#open.has(channel)) return false;
    await this.wire.call({ name: 'channel.open' }, 'channel.open-ok', channel);
    this.#open.add(channel);
    return true;
  }

  /** Closes a channel: what it holds goes back. */
  async shut(channel = 1): Promise<void> {
    await this.wire.call({ name: 'channel.close', replyCode: 200 }, 'channel.close-ok', channel);
    this.#open.delete(channel);
  }

  /** Closes a channel and opens it again. */
  async reopen(channel = 1): Promise<void> {
    await this.shut(channel);
    await this.open(channel);
  }

  /** Asks for something that the broker refuses by closing the channel, answers its text, and opens the channel again. */
  async refusal(method: MethodInput, answer: MethodName, channel = 1): Promise<string> {
    try {
      const { method: came } = await this.wire.call(method, answer, channel);
      return came.name;
    } catch (error) {
      if (!(error instanceof WireRefusal)) throw error;
      return this.refused(error, channel);
    }
  }

  /** Waits for the broker to close the channel, answers its text, and opens the channel again. */
  async closing(channel = 1): Promise<string> {
    const { method } = await this.wire.expect('channel.close', channel);
    return this.refused(new WireRefusal(method), channel);
  }

  /** Takes note of a refusal, answers its text, and opens the channel again. */
  protected async refused(refusal: WireRefusal, channel: number): Promise<string> {
    this.#open.delete(channel);
    if (refusal.level === 'channel') {
      this.wire.send({ name: 'channel.close-ok' }, channel);
      await this.open(channel);
    } else {
      this.wire.send({ name: 'connection.close-ok' });
    }
    return plainText(`${refusal.level === 'channel' ? '' : 'connection: '}${refusal.message}`, this.vhost);
  }
}
