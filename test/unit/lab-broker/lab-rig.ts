import { connect } from 'node:net';
import type { LabBroker } from '../../../src/lab-broker/lab-broker.ts';
import { openWire, type WireClient } from '../../support/wire-client.ts';
import { WireConnection } from '../../support/wire-connection.ts';

/** A client that may stop reading. */
export interface DeafClient {
  readonly client: WireClient;
  /** Has it take nothing, or something again, from its socket. */
  deafen(): void;
  listen(): void;
  /** Has it take all, and look at nothing of it: quicker where much comes. */
  skim(): void;
  /** Bytes that it has taken. */
  readonly taken: number;
}

/** Connects one to a broker, with channel 1 open. */
export async function openDeaf({ url }: LabBroker): Promise<DeafClient> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const client = new WireConnection(socket);
  await client.shakeHands({ vhost: '/', response: Buffer.from('\0guest\0guest') });
  await client.call({ name: 'channel.open' }, 'channel.open-ok');
  return {
    client,
    deafen: () => void socket.pause(),
    listen: () => void socket.resume(),
    skim: () => void socket.removeAllListeners('data').resume(),
    get taken() {
      return socket.bytesRead;
    },
  };
}

/** Connects a client to a broker, with channel 1 open. */
export async function openWithChannel({ url }: LabBroker, clientProperties?: Parameters<typeof openWire>[1]): Promise<WireClient> {
  const client = await openWire(url, clientProperties);
  await client.call({ name: 'channel.open' }, 'channel.open-ok');
  return client;
}

/** How many messages are ready in a queue, as another client sees it. */
export async function readyIn(client: WireClient, queue: string): Promise<number> {
  return (await client.call({ name: 'queue.declare', queue, passive: true }, 'queue.declare-ok')).method.messageCount;
}

/** What the management API says of a connection. */
export interface ConnectionFigures {
  /** Bytes that were read from it. */
  readonly recv_oct: number;
  /** Bytes that were written to it, those that wait among them. */
  readonly send_oct: number;
  /** Bytes that wait to be sent to it. */
  readonly send_pend: number;
}

/** The figures of all connections, oldest first. */
export async function connectionsOf({ api }: LabBroker): Promise<readonly ConnectionFigures[]> {
  const authorization = `Basic ${Buffer.from('guest:guest').toString('base64')}`;
  const response = await fetch(`${api}/api/connections`, { headers: { authorization } });
  return (await response.json()) as ConnectionFigures[];
}
