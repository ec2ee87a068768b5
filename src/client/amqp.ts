import type { Duplex } from 'node:stream';
import { type Channel, type ChannelModel, type ConfirmChannel, connect, type Message, type SocketOptions } from 'amqplib';
import { LabError } from '../errors.ts';
import { createAmqpChannel } from './amqp-channel.ts';
import type { Broker, ServerInfo } from './broker.ts';
import { translateFailure } from './failure.ts';
import { readPem } from './pem.ts';
import { type BrokerAddress, showAddress } from './target.ts';

/** amqplib's shapes, for the files beside this one; only this one imports the library. */
export type AmqpModel = ChannelModel;
export type AmqpChannel = Channel;
export type AmqpConfirmChannel = ConfirmChannel;
export type AmqpMessage = Message;

/** How to connect. */
export interface ConnectOptions {
  /** Milliseconds to connect in, and for each reply of the broker. */
  readonly timeout: number;
  /** Shown by the broker in its list of connections. */
  readonly connectionName: string;
  /** Gives up connecting. */
  readonly signal?: AbortSignal;
}

/** Connects to one address. Fails with a LabError: unreachable, access refused (login, vhost, TLS trust), or usage (unreadable TLS file). */
export async function connectAmqp(address: BrokerAddress, given: ConnectOptions): Promise<Broker> {
  // what a timer can hold: 24 days
  const options = { ...given, timeout: Math.min(given.timeout, 2 ** 31 - 1) };
  const shown = showAddress(address);
  // its own signal: once connected, an interruption must not cut the connection before what is held was given back
  const giveUp = new AbortController();
  const onAbort = () => giveUp.abort();
  options.signal?.addEventListener('abort', onAbort);
  const socket = await socketOptions(address, options, giveUp.signal);
  let model: ChannelModel;
  try {
    if (options.signal?.aborted) throw options.signal.reason;
    model = await connect(
      {
        protocol: address.secure ? 'amqps' : 'amqp',
        hostname: address.host,
        port: address.port,
        username: address.username,
        password: address.password,
        // amqplib decodes a vhost once more, even one that was not part of a URL
        vhost: encodeURIComponent(address.vhost),
        ...(address.heartbeat === undefined ? {} : { heartbeat: address.heartbeat }),
      },
      socket,
    );
  } catch (cause) {
    if (options.signal?.aborted && options.signal.reason instanceof LabError) throw options.signal.reason;
    throw translateFailure(cause, shown);
  } finally {
    options.signal?.removeEventListener('abort', onAbort);
  }
  return createAmqpBroker(model, shown, options.timeout);
}

function createAmqpBroker(model: ChannelModel, address: string, timeout: number): Broker {
  let failure: LabError | undefined;
  let leaving = false;
  let gone: () => void = () => undefined;
  const closed = new Promise<LabError | undefined>((resolve) => {
    gone = () => resolve(undefined);
    model.on('error', (error) => {
      failure ??= translateFailure(error, address);
    });
    model.on('close', (error?: Error) => {
      if (error !== undefined) failure ??= translateFailure(error, address);
      resolve(leaving ? undefined : (failure ?? new LabError('unreachable', `${address}: the connection was lost`)));
    });
  });
  const drop = () => {
    leaving = true;
    // The socket itself: amqplib has no way to end a connection that does not answer, or to end one as a crash would
    (model.connection as unknown as { stream: Duplex }).stream.destroy(new Error('Unexpected close'));
  };
  return {
    server: serverInfo(model),
    address,
    closed,
    drop,
    openChannel: (options = {}) => createAmqpChannel(model, { ...options, address, timeout, connectionFailure: () => failure }),
    async close() {
      if (leaving || failure !== undefined) return;
      leaving = true;
      let timer: NodeJS.Timeout | undefined;
      // amqplib waits for ever for the answer to its close, even when the socket is gone
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(() => {
          drop();
          gone();
          resolve();
        }, timeout);
      });
      await Promise.race([model.close().catch(() => undefined), late]);
      clearTimeout(timer);
    },
    onBlocked(listener) {
      model.on('blocked', listener);
      model.on('unblocked', () => listener(undefined));
    },
  };
}

function serverInfo(model: ChannelModel): ServerInfo {
  const { product, version, platform } = model.connection.serverProperties;
  const lab = String(platform).startsWith('rmq-lab');
  return { product: String(product ?? 'unknown'), version: String(version ?? 'unknown'), lab };
}

async function socketOptions(address: BrokerAddress, options: ConnectOptions, signal: AbortSignal): Promise<SocketOptions> {
  const plain = {
    // without it each publish waits for Nagle's algorithm
    noDelay: true,
    keepAlive: true,
    timeout: options.timeout,
    clientProperties: { connection_name: options.connectionName },
    signal,
  };
  if (!address.secure) return plain;
  const { caFile, certFile, keyFile, verify } = address.tls;
  return {
    ...plain,
    rejectUnauthorized: verify,
    ...(caFile === undefined ? {} : { ca: await readPem(caFile, '--tls-ca-file') }),
    ...(certFile === undefined ? {} : { cert: await readPem(certFile, '--tls-cert-file') }),
    ...(keyFile === undefined ? {} : { key: await readPem(keyFile, '--tls-key-file') }),
  };
}
