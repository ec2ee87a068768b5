import type { Socket } from 'node:net';
import { longstr, type Table } from '../../src/lab-broker/wire/field.ts';
import { BODY, encodeFrame, HEADER, METHOD } from '../../src/lab-broker/wire/frames.ts';
import { encodeMethod, type MethodInput, type MethodName, type MethodOf } from '../../src/lab-broker/wire/methods.ts';
import { encodeContentHeader } from '../../src/lab-broker/wire/properties.ts';
import { Inbox, type Verdict } from './inbox.ts';
import type { Publication, Received, ReceivedOf, WireClient, WireOptions } from './wire-client.ts';
import { WireInput } from './wire-input.ts';
import { WireRefusal } from './wire-refusal.ts';

const PATIENCE = 5_000;
const PROTOCOL_HEADER = Buffer.from('AMQP\x00\x00\x09\x01', 'latin1');
const CAPABILITIES = [
  'publisher_confirms',
  'exchange_exchange_bindings',
  'basic.nack',
  'consumer_cancel_notify',
  'connection.blocked',
  'authentication_failure_close',
];
const CLIENT_PROPERTIES: Table = [
  ['product', longstr('wire-client')],
  ['capabilities', { type: 'table', value: CAPABILITIES.map((name) => [name, { type: 'bool', value: true }]) }],
];

/** The socket of a `WireClient`. */
export class WireConnection implements WireClient {
  start: MethodOf<'connection.start'> | undefined;
  tune: MethodOf<'connection.tune'> | undefined;
  readonly closed: Promise<void>;
  readonly #socket: Socket;
  readonly #inbox = new Inbox<Received>();
  #frameMax = 131_072;

  constructor(socket: Socket) {
    this.#socket = socket;
    const input = new WireInput((received) => this.#inbox.push(received));
    socket.on('data', (chunk) => {
      try {
        input.push(chunk);
      } catch (fault) {
        socket.destroy(fault as Error);
      }
    });
    let reason = new Error('the TCP connection is closed');
    socket.on('error', (error) => {
      reason = error;
    });
    this.closed = new Promise((resolve) => {
      socket.on('close', () => {
        this.#inbox.end(reason);
        resolve();
      });
    });
  }

  async shakeHands(options: WireOptions & { readonly vhost: string; readonly response: Buffer }): Promise<void> {
    const { upTo = 'open', header = PROTOCOL_HEADER } = options;
    this.sendBytes(header);
    if (upTo === 'header') return;
    const start = await this.expect('connection.start');
    this.start = start.method;
    if (upTo === 'start') return;
    const { clientProperties = CLIENT_PROPERTIES, mechanism = 'PLAIN', response } = options;
    this.send({ name: 'connection.start-ok', clientProperties, mechanism, response, locale: 'en_US' });
    const tune = await this.expect('connection.tune');
    this.tune = tune.method;
    if (upTo === 'tune') return;
    const { frameMax = tune.method.frameMax, channelMax = tune.method.channelMax, heartbeat = 0 } = options;
    if (frameMax > 0) this.#frameMax = frameMax;
    this.send({ name: 'connection.tune-ok', frameMax, channelMax, heartbeat });
    await this.call({ name: 'connection.open', virtualHost: options.vhost }, 'connection.open-ok');
  }

  send(method: MethodInput, channel = defaultChannel(method)): void {
    this.sendBytes(encodeFrame(METHOD, channel, encodeMethod(method)));
  }

  sendBytes(bytes: Buffer): void {
    this.#socket.write(bytes);
  }

  publish({ channel = 1, properties = {}, body = '', ...address }: Publication): void {
    const octets = typeof body === 'string' ? Buffer.from(body) : body;
    const frames = [encodeFrame(METHOD, channel, encodeMethod({ name: 'basic.publish', ...address }))];
    frames.push(encodeFrame(HEADER, channel, encodeContentHeader(60, octets.length, properties)));
    const most = this.#frameMax - 8;
    for (let at = 0; at < octets.length; at += most) frames.push(encodeFrame(BODY, channel, octets.subarray(at, at + most)));
    this.sendBytes(Buffer.concat(frames));
  }

  next(within = PATIENCE): Promise<Received> {
    return this.#inbox.take({ judge: () => true, within, failure: () => `nothing came within ${within} ms` });
  }

  async expect<N extends MethodName>(name: N | readonly N[], channel?: number): Promise<ReceivedOf<N>> {
    const names: readonly MethodName[] = [name].flat();
    const judge = (received: Received): Verdict => {
      const { method } = received;
      const here = channel === undefined || channel === received.channel;
      if (names.includes(method.name) && here) return true;
      return (method.name === 'channel.close' && here) || method.name === 'connection.close' ? new WireRefusal(method) : false;
    };
    const failure = (others: readonly Received[]) =>
      `no ${names.join(', ')} within ${PATIENCE} ms, but: ${others.map((other) => `${other.method.name} on ${other.channel}`).join(', ') || 'nothing'}`;
    return (await this.#inbox.take({ judge, within: PATIENCE, failure })) as ReceivedOf<N>;
  }

  call<N extends MethodName>(method: MethodInput, answer: N | readonly N[], channel = defaultChannel(method)): Promise<ReceivedOf<N>> {
    this.send(method, channel);
    return this.expect(answer, channel);
  }

  async quiet(ms: number): Promise<readonly Received[]> {
    const all: Received[] = [];
    for (;;) {
      const received = await this.next(ms).catch(() => undefined);
      if (received === undefined) return all;
      all.push(received);
    }
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  async close(): Promise<void> {
    try {
      if (this.#socket.writable) await this.call({ name: 'connection.close', replyCode: 200, replyText: 'Goodbye' }, 'connection.close-ok');
    } catch (error) {
      // The broker was first.
      if (!(error instanceof WireRefusal)) throw error;
      this.send({ name: 'connection.close-ok' });
    } finally {
      this.#socket.destroySoon();
    }
    await this.closed;
  }

  destroy(): void {
    this.#socket.destroy();
  }
}

function defaultChannel({ name }: MethodInput): number {
  return name.startsWith('connection.') ? 0 : 1;
}
