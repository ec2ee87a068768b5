import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * What the peer does next with a connection. `expect` waits for the protocol header, or for a method by its class and number
 * (`10.40` is connection.open); `wait` lets milliseconds pass; `hang` never answers again.
 */
export type Step =
  | { readonly expect: 'header' | `${number}.${number}` }
  | { readonly send: Buffer }
  | { readonly wait: number }
  | 'hang'
  | 'end'
  | 'reset';

/** A server that speaks just as much AMQP as its script says: for faults that no real broker will make. */
export interface ScriptedPeer {
  readonly port: number;
  /** `amqp://guest:guest@127.0.0.1:port` */
  readonly url: string;
  /** What clients sent, of all connections in turn: `header`, `10.11` … */
  readonly received: readonly string[];
  close(): Promise<void>;
}

/** Starts a peer. The first connection runs the first script, and so on; further ones run the last. A script's end is `hang`. */
export async function startPeer(...scripts: ReadonlyArray<readonly Step[]>): Promise<ScriptedPeer> {
  const sockets = new Set<Socket>();
  const received: string[] = [];
  let count = 0;
  const server = createServer((socket) => {
    const script = scripts[Math.min(count++, scripts.length - 1)] ?? [];
    sockets.add(socket.on('error', () => {}).on('close', () => sockets.delete(socket)));
    void play(socket, script, received);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  return {
    port,
    url: `amqp://guest:guest@127.0.0.1:${port}`,
    received,
    async close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

async function play(socket: Socket, script: readonly Step[], received: string[]): Promise<void> {
  const incoming: string[] = [];
  let news: (() => void) | undefined;
  let bytes: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    const { names, rest } = split(Buffer.concat([bytes, chunk]));
    bytes = rest;
    received.push(...names);
    incoming.push(...names);
    news?.();
  });
  for (const step of script) {
    if (step === 'hang') return;
    if (step === 'end') socket.end();
    else if (step === 'reset') socket.resetAndDestroy();
    else if ('send' in step) socket.write(step.send);
    else if ('wait' in step) await sleep(step.wait);
    else
      while (incoming.shift() !== step.expect) {
        if (incoming.length > 0) continue;
        await new Promise<void>((resolve) => {
          news = resolve;
        });
      }
  }
}

/** Takes the whole frames off what came: the header and methods by name, other frames as `frame`. */
function split(bytes: Buffer): { names: string[]; rest: Buffer } {
  const names: string[] = [];
  let at = 0;
  while (bytes.length - at >= 8) {
    const header = bytes.toString('latin1', at, at + 4) === 'AMQP';
    const length = header ? 8 : bytes.readUInt32BE(at + 3) + 8;
    if (bytes.length - at < length) break;
    const method = !header && bytes[at] === 1;
    names.push(header ? 'header' : method ? `${bytes.readUInt16BE(at + 7)}.${bytes.readUInt16BE(at + 9)}` : 'frame');
    at += length;
  }
  return { names, rest: bytes.subarray(at) };
}

const shortString = (text: string) => Buffer.concat([Buffer.of(Buffer.byteLength(text)), Buffer.from(text)]);
const longString = (text: string) => Buffer.concat([uint32(Buffer.byteLength(text)), Buffer.from(text)]);
const uint16 = (value: number) => Buffer.from([value >> 8, value & 255]);
const uint32 = (value: number) => Buffer.concat([uint16(value >>> 16), uint16(value & 65_535)]);

/** A method frame. */
export function method(channel: number, classId: number, methodId: number, ...fields: readonly Buffer[]): Buffer {
  const payload = Buffer.concat([uint16(classId), uint16(methodId), ...fields]);
  return Buffer.concat([Buffer.of(1), uint16(channel), uint32(payload.length), payload, Buffer.of(0xce)]);
}

/** connection.start: AMQP 0-9, no server properties. */
export const start = (mechanisms = 'PLAIN AMQPLAIN') =>
  method(0, 10, 10, Buffer.of(0, 9), uint32(0), longString(mechanisms), longString('en_US'));
/** connection.tune. A heartbeat of 0 is none; in seconds. */
export const tune = (heartbeat = 0) => method(0, 10, 30, uint16(2047), uint32(131_072), uint16(heartbeat));
export const openOk = () => method(0, 10, 41, shortString(''));
/** connection.close, with a reply code and text. */
export const close = (code: number, text: string) => method(0, 10, 50, uint16(code), shortString(text), uint16(0), uint16(0));
export const channelOpenOk = (channel = 1) => method(channel, 20, 11, longString(''));
/** channel.close, with a reply code and text. */
export const channelClose = (channel: number, code: number, text: string) =>
  method(channel, 20, 40, uint16(code), shortString(text), uint16(0), uint16(0));

const HANDSHAKE: readonly Step[] = [
  { expect: 'header' },
  { send: start() },
  { expect: '10.11' },
  { send: tune() },
  { expect: '10.31' },
  { expect: '10.40' },
  { send: openOk() },
];

/** The handshake, up to where the client has sent its header, its credentials (start-ok), its choice of vhost (open), or to its end. */
export function handshake(until: 'header' | 'start-ok' | 'open' | 'done'): readonly Step[] {
  return HANDSHAKE.slice(0, { header: 1, 'start-ok': 3, open: 6, done: 7 }[until]);
}
