import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../bin/rmq-lab.js', import.meta.url));

/** A lab broker with a process of its own, which keeps what is durable in a folder. */
export class Child {
  /** Addresses, and what it found in its folder; undefined until it is up. */
  document;
  stderr = '';
  #process;
  #ended;

  constructor({ dataDir, state }) {
    this.#process = spawn(process.execPath, [bin, 'broker', 'run', '--port', '0', '--data-dir', dataDir, '--json'], {
      env: { PATH: process.env.PATH, HOME: state, XDG_STATE_HOME: state },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#ended = once(this.#process, 'close');
    this.#process.stderr.on('data', (chunk) => {
      this.stderr += chunk;
    });
  }

  /** Waits until it is up. @throws when it ends before. */
  async up() {
    const lines = createInterface({ input: this.#process.stdout });
    const ended = this.#ended.then(([code, signal]) => {
      throw new Error(`the broker ended with ${signal ?? code} as it started: ${this.stderr}`);
    });
    const [line] = await Promise.race([once(lines, 'line'), ended]);
    // what happens on it is of no interest, but must be read
    lines.on('line', () => undefined);
    ended.catch(() => undefined);
    this.document = JSON.parse(line);
    return this;
  }

  /** Sends it a signal, and waits for its end. */
  async end(signal) {
    this.#process.kill(signal);
    await this.#ended;
  }

  async ask(path) {
    const response = await fetch(`${this.document.api}/api/${path}`, { headers: { authorization: `Basic ${btoa('guest:guest')}` } });
    return response.json();
  }
}
