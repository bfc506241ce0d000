import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { freePort } from '../servers/free-port.js';
import { requireProgram } from '../programs/test-program.js';
import { TEST_PROGRAMS } from '../programs/test-programs.js';
import { ServerProcess } from '../servers/server-process.js';

/** A coturn with `use-auth-secret`, and a client of it. */
export interface TurnServer {
  readonly url: string;
  /** Whether the server accepts these credentials: a client of coturn allocates a relay and sends through it. */
  takes(username: string, credential: string): Promise<boolean>;
  stop(): Promise<unknown>;
}

export async function startTurnServer(secret: string): Promise<TurnServer> {
  requireProgram(TEST_PROGRAMS.coturn);
  const port = await freePort();
  const directory = mkdtempSync(join(tmpdir(), 'tidings-turn-'));
  const files = ['--pidfile', join(directory, 'pid'), '--userdb', join(directory, 'db'), '--log-file', 'stdout'];
  const address = ['--listening-ip', '127.0.0.1', '--listening-port', String(port), '--allow-loopback-peers'];
  const server = new ServerProcess({
    command: 'turnserver',
    args: [
      '-n',
      '--no-cli',
      '--no-tls',
      '--no-dtls',
      '--realm',
      'tidings',
      '--use-auth-secret',
      '--static-auth-secret',
      secret,
      ...address,
      ...files,
    ],
    stopSignal: 'SIGTERM',
    directory,
    probe: async () => {
      const socket = createConnection(port, '127.0.0.1');
      await once(socket, 'connect');
      socket.destroy();
    },
  });
  await server.start();
  return {
    url: `turn:127.0.0.1:${port}?transport=tcp`,
    takes: (username, credential) =>
      new Promise((resolve) => {
        const words = ['-t', '-T', '-y', '-c', '-n', '1', '-m', '1', '-p', String(port), '127.0.0.1'];
        execFile('turnutils_uclient', ['-u', username, '-w', credential, ...words], (error) => resolve(error === null));
      }),
    stop: () => server.stop(),
  };
}
