import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type Outcome, ok, secondsSince } from './outcome.ts';

/** Sends these bytes to an AMQP port as the first, and reads how the broker introduces itself. */
export async function knock(url: string, bytes: Buffer): Promise<Outcome> {
  const started = performance.now();
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  const chunks: Buffer[] = [];
  try {
    await once(socket, 'connect');
    if (bytes.length > 0) socket.write(bytes);
    // Or it resets the connection, after what it said.
    const ended = once(socket, 'end').then(
      () => 'ended' as const,
      () => 'ended' as const,
    );
    for (;;) {
      const chunk = await Promise.race([ended, next(socket)]);
      if (chunk === 'ended') break;
      chunks.push(chunk);
      const read = Buffer.concat(chunks);
      // A method frame on channel 0: octet, short, long, then class, method and the first arguments.
      if (read[0] === 1 && read.length >= 13 && read.readUInt32BE(7) === 0x000a_000a)
        return ok('connection.start', { versionMajor: read[11], versionMinor: read[12] });
    }
    const read = Buffer.concat(chunks);
    if (read.length === 0) return { level: 'tcp close', after: secondsSince(started) };
    if (read.length !== 8 || read.toString('latin1', 0, 4) !== 'AMQP') throw new Error(`not understood: ${read.toString('hex')}`);
    return { level: 'protocol header', octets: [...read.subarray(4)] };
  } finally {
    socket.destroy();
  }
}

async function next(socket: Socket): Promise<Buffer> {
  const [data] = await once(socket, 'data').catch(() => [Buffer.alloc(0)]);
  return data;
}
