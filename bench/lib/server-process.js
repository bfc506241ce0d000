import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { pinned, SERVER_CORE } from './machine.js';

const PROBE = new URL('./probe.js', import.meta.url).href;
const LISTENING = /listening on (http:\/\/[^\s"]+)/;
const START_DEADLINE_MS = 60_000;
const living = new Set();

process.on('exit', () => {
  for (const child of living) child.kill('SIGKILL');
});

/** `--node-options` of the command line, for profiles: `--cpu-prof`, `--perf-basic-prof`. */
function profiling() {
  return (process.env.BENCH_NODE_OPTIONS ?? '').split(' ').filter(Boolean);
}

/** A Node server under test, pinned to its core, that reports its own CPU time and memory. */
export class NodeServer {
  #child;
  #waiting = new Map();
  #asked = 0;
  output = '';

  /** Resolves when the server has printed `listening on http://...`. */
  static async start(script, environment = {}, { core = SERVER_CORE } = {}) {
    const server = new NodeServer();
    await server.#start(script, environment, core);
    return server;
  }

  async #start(script, environment, core) {
    const file = script instanceof URL ? fileURLToPath(script) : script;
    const words = ['--expose-gc', '--import', PROBE, ...profiling(), file];
    const started = performance.now();
    this.#child = spawn(...pinned(core, process.execPath, words), {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { PATH: process.env.PATH, HOME: process.env.HOME, NODE_ENV: 'production', PORT: '0', ...environment },
    });
    living.add(this.#child);
    this.#child.on('message', (answer) => this.#waiting.get(answer.probe)?.(answer));
    this.#child.on('exit', () => living.delete(this.#child));
    this.url = await this.#untilListening();
    this.startMs = performance.now() - started;
  }

  #untilListening() {
    return new Promise((resolve, reject) => {
      const hear = (bytes) => {
        this.output += String(bytes);
        const url = LISTENING.exec(this.output)?.[1];
        if (url) resolve(url);
      };
      this.#child.stdout.on('data', hear);
      this.#child.stderr.on('data', hear);
      this.#child.on('exit', (code) => reject(new Error(`the server ended with ${code}: ${this.output}`)));
      setTimeout(() => reject(new Error(`the server does not listen: ${this.output}`)), START_DEADLINE_MS).unref();
    });
  }

  get pid() {
    return this.#child.pid;
  }

  /** The CPU time so far and the current memory; with `collect`, after a garbage collection. */
  async sample({ collect = false } = {}) {
    const probe = (this.#asked += 1);
    const answer = new Promise((resolve, reject) => {
      this.#waiting.set(probe, resolve);
      this.#child.once('exit', () => reject(new Error(`the server has exited: ${this.output}`)));
    });
    this.#child.send({ probe, collect });
    const sample = await answer;
    this.#waiting.delete(probe);
    this.#child.removeAllListeners('exit');
    this.#child.on('exit', () => living.delete(this.#child));
    return sample;
  }

  async stop() {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 10_000);
    await ended;
    clearTimeout(timer);
  }

  kill() {
    this.#child.kill('SIGKILL');
  }
}
