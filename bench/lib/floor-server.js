import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pinned, SERVER_CORE } from './machine.js';

const SOURCE = fileURLToPath(new URL('../servers/floor.c', import.meta.url));

export function hasCompiler() {
  return spawnSync('cc', ['--version']).status === 0;
}

/** The C program that only writes. It has the interface of `NodeServer`, without memory. */
export class FloorServer {
  #child;

  static async start() {
    const program = join(mkdtempSync(join(tmpdir(), 'tidings-bench-floor-')), 'floor');
    execFileSync('cc', ['-O2', '-o', program, SOURCE]);
    const server = new FloorServer();
    server.#child = spawn(...pinned(SERVER_CORE, program, []), { stdio: ['ignore', 'pipe', 'inherit'] });
    process.on('exit', () => server.#child.kill('SIGKILL'));
    const [line] = await once(server.#child.stdout, 'data');
    server.url = String(line).trim().split(' ').at(-1);
    return server;
  }

  async sample() {
    const socket = connect(Number(new URL(this.url).port), '127.0.0.1');
    socket.write('CPU\n');
    const [answer] = await once(socket, 'data');
    socket.destroy();
    return { cpuMicros: Number(answer) / 1000, rss: 0 };
  }

  async stop() {
    this.#child.kill('SIGTERM');
  }
}
