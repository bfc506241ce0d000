import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.js';
import { requireProgram } from '../programs/test-program.js';
import { TEST_PROGRAMS } from '../programs/test-programs.js';
import { ServerProcess } from './server-process.js';

const DEPLOY = join(import.meta.dirname, '../../../deploy');
const CONFIGURATION = 'nginx/nginx.conf';
const TEMPORARY = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];

export interface NginxServer {
  /** `https://localhost:PORT` */
  readonly url: string;
  /** The port that redirects plain HTTP to https. */
  readonly plainPort: number;
  /** The self-made certificate, which clients must trust. */
  readonly certificate: Buffer;
  /** Every line logged so far. */
  accessLog(): string;
  errorLog(): string;
  stop(): Promise<void>;
}

/**
 * The real nginx with deploy/nginx/nginx.conf, before two nodes on this machine. Only addresses, ports and folders
 * differ, and every answer has the port of its node in `X-Node`.
 */
export async function startNginx(nodePorts: readonly [number, number]): Promise<NginxServer> {
  const programs = requireProgram(TEST_PROGRAMS.nginx);
  const folder = mkdtempSync(join(tmpdir(), 'tidings-nginx-'));
  // If nginx is started by root, its workers run as another user.
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, 'temporary'));
  execFileSync(join(DEPLOY, 'self-made-certificate'), ['localhost', folder]);
  const [port, plainPort] = [await freePort(), await freePort()];
  writeFileSync(join(folder, 'nginx.conf'), configuration(folder, port, plainPort, nodePorts));
  const server = new ServerProcess({
    command: join(programs, 'nginx'),
    args: ['-p', folder, '-c', join(folder, 'nginx.conf'), '-g', `daemon off; pid ${folder}/nginx.pid;`],
    stopSignal: 'SIGTERM',
    directory: folder,
    probe: () => reach(port),
  });
  await server.start();
  return {
    url: `https://localhost:${port}`,
    plainPort,
    certificate: readFileSync(join(folder, 'tidings.crt')),
    accessLog: () => readFileSync(join(folder, 'access.log'), 'utf8'),
    errorLog: () => readFileSync(join(folder, 'error.log'), 'utf8'),
    stop: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function configuration(folder: string, port: number, plainPort: number, nodes: readonly [number, number]): string {
  const temporary = TEMPORARY.map((name) => `${name}_temp_path ${folder}/temporary/${name};`).join(' ');
  const changes: readonly [string | RegExp, string][] = [
    [/^ *listen \[::\].*\n/gm, ''],
    ['listen 80;', `listen 127.0.0.1:${plainPort};`],
    ['listen 443 ssl;', `listen 127.0.0.1:${port} ssl; add_header X-Node $upstream_addr always;`],
    [/tidings-1:8000/g, `127.0.0.1:${nodes[0]}`],
    [/tidings-2:8000/g, `127.0.0.1:${nodes[1]}`],
    // Names are resolved by Docker's DNS, and only by nginx 1.27.3 and later.
    [/^ *resolver.*\n/gm, ''],
    [/ resolve /g, ' '],
    [/\/etc\/certificates/g, folder],
    ['/dev/stdout', `${folder}/access.log`],
    [/\/dev\/stderr/g, `${folder}/error.log`],
    ['worker_processes auto;', 'worker_processes 2;'],
    ['http {', `http { ${temporary}`],
  ];
  return changes.reduce(
    (text, [from, to]) => {
      const changed = text.replace(from, () => to);
      if (changed === text) throw new Error(`deploy/nginx/nginx.conf no longer has ${String(from)}`);
      return changed;
    },
    readFileSync(join(DEPLOY, CONFIGURATION), 'utf8'),
  );
}

function reach(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve();
    });
    socket.on('error', reject);
  });
}
