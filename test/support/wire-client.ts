import { connect } from 'node:net';
import type { Table } from '../../src/lab-broker/wire/field.ts';
import type { Method, MethodInput, MethodName, MethodOf } from '../../src/lab-broker/wire/methods.ts';
import type { Properties } from '../../src/lab-broker/wire/properties.ts';
import { WireConnection } from './wire-connection.ts';

/** A client that sends just what a test says, and shows all that comes. It answers nothing by itself, not even a close. */
export interface WireClient {
  /** What the broker said of itself, as far as the handshake went. */
  readonly start: MethodOf<'connection.start'> | undefined;
  /** What the broker offered, as far as the handshake went. */
  readonly tune: MethodOf<'connection.tune'> | undefined;
  /** On channel 1, or 0 for a method of the connection, unless said. */
  send(method: MethodInput, channel?: number): void;
  /** Anything. */
  sendBytes(bytes: Buffer): void;
  /** basic.publish with its content, in body frames of the negotiated size. On channel 1 unless said. */
  publish(options: Publication): void;
  /** What comes next on any channel. Rejects after `within` ms (5,000 unless said), and when the TCP connection closes. */
  next(within?: number): Promise<Received>;
  /**
   * The next method of that name, or of one of those, on that channel if said; what else came stays, in order. Rejects with a
   * `WireRefusal` when the broker closes the channel or the connection instead, and after 5 s.
   */
  expect<N extends MethodName>(name: N | readonly N[], channel?: number): Promise<ReceivedOf<N>>;
  /** Sends, and expects the answer on the same channel. */
  call<N extends MethodName>(method: MethodInput, answer: N | readonly N[], channel?: number): Promise<ReceivedOf<N>>;
  /** Takes all that is there, and what comes until nothing more has come for `ms`. */
  quiet(ms: number): Promise<readonly Received[]>;
  /** Reads nothing off its socket until `resume`, so that what the broker sends backs up. */
  pause(): void;
  resume(): void;
  /** Settles when the TCP connection has closed, for whatever reason. */
  readonly closed: Promise<void>;
  /** Says goodbye, waits for the answer, and closes. Takes a connection that the broker closed already. */
  close(): Promise<void>;
  /** Closes the TCP connection without a word. */
  destroy(): void;
}

/** A message to publish; what is left out is empty. */
export interface Publication {
  readonly exchange?: string;
  readonly routingKey?: string;
  readonly mandatory?: boolean;
  readonly properties?: Properties;
  readonly body?: Buffer | string;
  readonly channel?: number;
}

/** A method with its content. */
export interface Received {
  readonly channel: number;
  readonly method: Method;
  readonly properties?: Properties;
  readonly body?: Buffer;
  /** A heartbeat, which is no method: the name of `method` is `heartbeat` then. */
  readonly heartbeat?: true;
}

/** A method of that name with its content. */
export type ReceivedOf<N extends MethodName> = Received & { readonly method: MethodOf<N> };

/** How a connection is made. */
export interface WireOptions {
  /**
   * How far the handshake goes: the protocol header is sent, connection.start has come, connection.tune has come, or the vhost is
   * open (the default). The rest is up to the test.
   */
  readonly upTo?: 'header' | 'start' | 'tune' | 'open';
  /** All that RabbitMQ knows unless said. */
  readonly clientProperties?: Table;
  /** In octets; what the broker offers unless said. */
  readonly frameMax?: number;
  /** What the broker offers unless said. */
  readonly channelMax?: number;
  /** In seconds; none unless said. Heartbeats are shown, never sent. */
  readonly heartbeat?: number;
  /** PLAIN unless said. */
  readonly mechanism?: string;
  /** The URL's credentials for PLAIN unless said. */
  readonly response?: Buffer;
  /** AMQP 0-9-1's unless said. */
  readonly header?: Buffer;
}

/** Opens a connection to an AMQP URL (`amqp://user:password@host:port/vhost`), with no channel. Rejects when it is refused. */
export async function openWire(url: string, options: WireOptions = {}): Promise<WireClient> {
  const { hostname, port, username, password, pathname } = new URL(url);
  const wire = new WireConnection(connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 5672), noDelay: true }));
  try {
    await wire.shakeHands({
      vhost: decodeURIComponent(pathname.slice(1)) || '/',
      response: Buffer.from(`\0${decodeURIComponent(username) || 'guest'}\0${decodeURIComponent(password) || 'guest'}`),
      ...options,
    });
    return wire;
  } catch (error) {
    wire.destroy();
    throw error;
  }
}
