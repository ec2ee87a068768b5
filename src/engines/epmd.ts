import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What asks Erlang's port mapper to end: a length and a letter. It does so only while no node is registered with it. */
const KILL_REQUEST = Buffer.from([0, 1, 'k'.charCodeAt(0)]);
/** How long it may take to see that a node has gone, in milliseconds. */
const PATIENCE = 5_000;
/** How long one answer may take, in milliseconds. */
const ANSWER_TIME = 1_000;
const PAUSE = 50;

/**
 * Ends the port mapper that the first node on this port has started, once the last has gone, and waits until it listens no more. Where
 * there is none, does nothing; one that still has nodes is left.
 */
export async function endEpmd(port: number): Promise<void> {
  // it learns of a killed node a moment later, and refuses until then
  for (const deadline = performance.now() + PATIENCE; performance.now() < deadline; await sleep(PAUSE)) {
    if (!(await ask(port))) return;
  }
}

/** Asks it once; answers whether anybody was there. */
function ask(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    let there = false;
    const socket = connect({ host: '127.0.0.1', port });
    socket.setTimeout(ANSWER_TIME, () => socket.destroy());
    socket.on('error', () => undefined);
    socket.on('connect', () => {
      there = true;
      socket.write(KILL_REQUEST);
    });
    socket.resume();
    socket.on('close', () => resolve(there));
  });
}
