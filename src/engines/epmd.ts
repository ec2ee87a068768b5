import { once } from 'node:events';
import { connect } from 'node:net';

/** What asks Erlang's port mapper to end: a length and a letter. It does so only while no node is registered with it. */
const KILL_REQUEST = Buffer.from([0, 1, 'k'.charCodeAt(0)]);
const PATIENCE = 2_000;

/** Ends the port mapper that the first node on this port has started, once the last has gone. Where there is none, does nothing. */
export async function endEpmd(port: number): Promise<void> {
  const socket = connect({ host: '127.0.0.1', port });
  socket.setTimeout(PATIENCE, () => socket.destroy());
  socket.on('error', () => undefined);
  socket.on('connect', () => socket.write(KILL_REQUEST));
  socket.resume();
  // it closes the connection as it ends
  await once(socket, 'close');
}
