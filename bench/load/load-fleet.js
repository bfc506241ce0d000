import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { LOAD_CORE, pinned } from '../lib/machine.js';

const GENERATOR = fileURLToPath(new URL('./load-generator.js', import.meta.url));
const living = new Set();

process.on('exit', () => {
  for (const child of living) child.kill('SIGKILL');
});

/** The clients of one contender, in a separate process on the core of the load generator. */
export class LoadFleet {
  #child;
  #calls = 0;
  #waiting = new Map();

  /** `publisher`: `redis`, `socket.io` or `frames`. */
  static async start({ publisher, publisherUrl, prefix }) {
    const fleet = new LoadFleet();
    fleet.#child = spawn(...pinned(LOAD_CORE, process.execPath, [GENERATOR]), {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    living.add(fleet.#child);
    fleet.#child.on('exit', (code) => {
      living.delete(fleet.#child);
      for (const { reject } of fleet.#waiting.values()) reject(new Error(`the load generator ended with ${code}`));
    });
    fleet.#child.on('message', ({ id, result, error }) => {
      const { resolve, reject } = fleet.#waiting.get(id);
      fleet.#waiting.delete(id);
      if (error === undefined) resolve(result);
      else reject(new Error(error));
    });
    await fleet.#call('start', { publisher, publisherUrl, prefix });
    return fleet;
  }

  /** Opens sockets with `concurrency` handshakes at a time. Throws unless all are established. */
  async open({ url, path, tokens, count, concurrency = 64 }) {
    const result = await this.#call('open', { url, path, tokens, count, concurrency });
    const failures = Object.entries(result.endings);
    if (failures.length > 0) throw new Error(`sockets ended: ${JSON.stringify(result.endings)}`);
    return result;
  }

  /** Publishes `messages` to `target` (`order`, `users` or `everybody`), `outstanding` at a time or `rate` a second. */
  publish(options) {
    return this.#call('publish', options);
  }

  /** Resets every socket. */
  close() {
    return this.#call('close', {});
  }

  end() {
    this.#child.disconnect();
    this.#child.kill('SIGTERM');
  }

  #call(command, options) {
    const id = (this.#calls += 1);
    const answer = new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    this.#child.send({ id, command, options });
    return answer;
  }
}
