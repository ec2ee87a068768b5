import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { claim, discard } from './claim.ts';

/** Milliseconds that whoever holds a folder has to say so. */
const PATIENCE = 2_000;

/** Somebody else has the folder open. */
export class FolderInUse extends Error {
  readonly folder: string;

  constructor(folder: string) {
    super(`another broker keeps its messages in ${folder}`);
    this.folder = folder;
  }
}

/**
 * Keeps a folder to oneself until the answer is called. A process that dies holds it no more, however it dies: its hold is a port of
 * loopback that answers with the word in the folder's lock file, and not a process number, which another process may have by then.
 * @throws FolderInUse
 */
export async function lockFolder(folder: string): Promise<() => void> {
  const word = randomBytes(16).toString('hex');
  const server = createServer((socket) => socket.on('error', () => undefined).end(word)).unref();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const file = join(folder, 'lock');
  const content = `${port} ${word}\n`;
  const holder = await claim(file, content, async (other) => !(await isHeld(other)));
  if (holder !== undefined) {
    server.close();
    throw new FolderInUse(folder);
  }
  return () => {
    discard(file, content);
    server.close();
  };
}

async function isHeld(content: string): Promise<boolean> {
  const [port = '', word = ''] = content.trim().split(' ');
  if (word === '' || !(Number(port) > 0)) return false;
  const socket = connect({ host: '127.0.0.1', port: Number(port) });
  socket.setTimeout(PATIENCE, () => socket.destroy(new Error('no answer')));
  try {
    return (await text(socket)) === word;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
