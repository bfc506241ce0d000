import { execFile, execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A clone of a checkout's last commit, with the files that compose.yaml requires. */
export class Clone {
  folder = mkdtempSync(join(tmpdir(), 'tidings-compose-'));

  constructor(root, engine) {
    this.engine = engine;
    this.environment = { ...engine.env, COMPOSE_PROJECT_NAME: `try-${process.pid}`, DOCKER_BUILDKIT: '0' };
    execFileSync('git', ['clone', '--quiet', root, this.folder]);
  }

  /** Writes .env and a certificate. Returns the address of the service. */
  async prepare() {
    const files = Number(execFileSync('bash', ['-c', 'ulimit -Hn'], { encoding: 'utf8' })) || Infinity;
    const port = await freePort();
    const settings = {
      POSTGRES_PASSWORD: randomBytes(16).toString('hex'),
      JWT_SECRET: randomBytes(32).toString('hex'),
      METRICS_TOKEN: randomBytes(16).toString('hex'),
      TIDINGS_HOST: 'localhost',
      ALLOWED_HOSTS: 'localhost',
      MAX_SOCKETS_PER_USER: '0',
      HTTP_PORT: await freePort(),
      HTTPS_PORT: port,
      OPEN_FILES: Math.min(files, 65_536),
    };
    const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
    writeFileSync(join(this.folder, '.env'), lines.join(''));
    await this.sh('deploy/self-made-certificate localhost');
    return `https://localhost:${port}`;
  }

  /** Runs shell commands in the clone, with the `docker compose` of this machine. Returns their output. */
  async sh(script) {
    const text = script.replaceAll('docker compose', this.engine.compose);
    console.log(text.replace(/^/gm, '$ '));
    const options = { cwd: this.folder, env: this.environment, maxBuffer: 2 ** 28 };
    const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', text], options);
    return stdout;
  }

  read(path) {
    return readFileSync(join(this.folder, path));
  }

  /** Runs the commands of docs/operations.md under `<!-- try: NAME -->`. */
  documented(name) {
    const text = String(this.read('docs/operations.md'));
    const commands = text.split(`<!-- try: ${name} -->\n\n\`\`\`sh\n`)[1]?.split('\n```')[0];
    if (commands === undefined) throw new Error(`docs/operations.md has no commands for ${name}`);
    return this.sh(commands);
  }

  async remove() {
    await this.sh('docker compose down --volumes --timeout 5');
    rmSync(this.folder, { recursive: true, force: true });
  }
}

async function freePort() {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return String(port);
}
