import { randomBytes } from 'node:crypto';
import { connect, createServer } from 'node:net';
import { hostname } from 'node:os';

/** What a lock leaves in a file, so that another process can find out whether its holder still lives. */
export interface LockMark {
  readonly host: string;
  readonly port: number;
  readonly token: string;
}

/** A lock that its holder's death opens, however it died. */
export interface Lock {
  readonly mark: LockMark;
  release(): Promise<void>;
}

/** How long a holder may take to answer, in milliseconds: who takes the connection and says nothing is alive, but stopped. */
const REPLY_TIME = 1_000;

/**
 * Takes a lock: a loopback port that answers with a token. Unlike a process id it cannot be mistaken for that of a
 * later process, and it needs nothing of the operating system.
 */
export async function createLock(): Promise<Lock> {
  const token = randomBytes(12).toString('hex');
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.end(token);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  server.unref();
  const address = server.address();
  const port = address === null || typeof address === 'string' ? 0 : address.port;
  return {
    mark: { host: hostname(), port, token },
    release: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** Whether the holder lives: `elsewhere` when it ran on another machine (or in another container), which cannot be asked from here. */
export async function askLock(mark: LockMark): Promise<'held' | 'free' | 'elsewhere'> {
  if (mark.host !== hostname()) return 'elsewhere';
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port: mark.port });
    let answer = '';
    const end = (state: 'held' | 'free') => {
      socket.destroy();
      resolve(state);
    };
    socket.setTimeout(REPLY_TIME, () => end('held'));
    socket.on('error', () => end('free'));
    socket.on('data', (chunk: Buffer) => {
      answer += chunk.toString('utf8');
      if (answer.length > mark.token.length) end('free');
    });
    socket.on('end', () => end(answer === mark.token ? 'held' : 'free'));
  });
}
