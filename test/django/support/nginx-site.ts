import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { freePort } from '../../support/servers/free-port.js';
import { requireProgram } from '../../support/programs/test-program.js';
import { TEST_PROGRAMS } from '../../support/programs/test-programs.js';
import { ServerProcess } from '../../support/servers/server-process.js';

const TEMPORARY = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];

export interface NginxSite {
  readonly url: string;
  /** A file of `/etc/nginx/moved`; null deletes it. */
  write(file: string, text: string | null): void;
  /** `nginx -s reload` */
  reload(): void;
  stop(): Promise<void>;
}

/** The real nginx with the site of the page, before Daphne and Tidings on their ports. */
export async function startSite(site: string, ports: { django: number; tidings: number }): Promise<NginxSite> {
  const programs = requireProgram(TEST_PROGRAMS.nginx);
  const folder = mkdtempSync(join(tmpdir(), 'tidings-site-'));
  const moved = join(folder, 'moved');
  mkdirSync(moved);
  const port = await freePort();
  writeFileSync(join(folder, 'nginx.conf'), configuration(folder, site, { ...ports, listen: port }));
  const command = join(programs, 'nginx');
  const args = ['-p', folder, '-c', join(folder, 'nginx.conf'), '-g', `daemon off; pid ${folder}/nginx.pid;`];
  const server = new ServerProcess({
    command,
    args,
    stopSignal: 'SIGTERM',
    directory: folder,
    probe: () => reach(port),
  });
  await server.start();
  return {
    url: `http://127.0.0.1:${port}`,
    write: (file, text) => {
      if (text === null) rmSync(join(moved, file));
      else writeFileSync(join(moved, file), text);
    },
    reload: () => void execFileSync(command, [...args.slice(0, 5), `pid ${folder}/nginx.pid;`, '-s', 'reload']),
    stop: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function configuration(
  folder: string,
  site: string,
  { listen, django, tidings }: { listen: number; django: number; tidings: number },
): string {
  const changes: readonly [string, string][] = [
    ['listen 80;', `listen 127.0.0.1:${listen};`],
    ['127.0.0.1:8001', `127.0.0.1:${django}`],
    ['127.0.0.1:8000', `127.0.0.1:${tidings}`],
    ['/etc/nginx/moved', join(folder, 'moved')],
  ];
  const changed = changes.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`the site no longer has ${from}`);
    return text.replaceAll(from, to);
  }, site);
  const temporary = TEMPORARY.map((name) => `${name}_temp_path ${folder}/${name};`).join(' ');
  // If nginx is started by root, its workers run as another user, who may not read the folder.
  const user = process.getuid?.() === 0 ? 'user root;' : '';
  return `${user} error_log stderr warn; events {} http { ${temporary} access_log off; ${changed} }`;
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
