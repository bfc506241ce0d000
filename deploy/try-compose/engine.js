import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const START_SECONDS = 60;
/** The exit code for a machine that cannot run a container engine. */
const NO_ENGINE = 2;

const answers = (command, args, env = process.env) => spawnSync(command, args, { env, stdio: 'ignore' }).status === 0;
const isInstalled = (command) => answers('sh', ['-c', `command -v ${command}`]);

/**
 * Returns the running container engine, or starts Debian's `dockerd` in a separate folder. Throws if the machine
 * supports an engine but it does not start.
 */
export async function findEngine() {
  const engine = answers('docker', ['info']) ? { env: process.env, stop: () => undefined } : await startEngine();
  const plugin = answers('docker', ['compose', 'version'], engine.env);
  if (!plugin && !isInstalled('docker-compose')) throw new Error('docker compose is missing: install docker-compose');
  return { ...engine, compose: plugin ? 'docker compose' : 'docker-compose' };
}

async function startEngine() {
  if (!isInstalled('docker') || !isInstalled('dockerd')) {
    const couldHave = process.platform === 'linux' && process.getuid() === 0 && isInstalled('apt-get');
    const advice = 'There is no container engine. On Debian: apt-get install docker.io docker-compose debootstrap';
    throw Object.assign(new Error(advice), couldHave ? {} : { exitCode: NO_ENGINE });
  }
  const folder = mkdtempSync(join(tmpdir(), 'tidings-engine-'));
  const host = `unix://${folder}/socket`;
  const places = [
    '--data-root',
    join(folder, 'data'),
    '--exec-root',
    join(folder, 'run'),
    '--pidfile',
    join(folder, 'pid'),
  ];
  const daemon = spawn('dockerd', ['--host', host, ...places], { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  daemon.stderr.on('data', (chunk) => (log = (log + String(chunk)).slice(-4_000)));
  const env = { ...process.env, DOCKER_HOST: host };
  const deadline = Date.now() + START_SECONDS * 1_000;
  while (!answers('docker', ['info'], env)) {
    if (daemon.exitCode !== null || Date.now() > deadline) {
      daemon.kill('SIGKILL');
      throw new Error(`dockerd did not start:\n${log}`);
    }
    await delay(200);
  }
  const stop = async () => {
    daemon.kill('SIGTERM');
    while (daemon.exitCode === null && daemon.signalCode === null) await delay(100);
    rmSync(folder, { recursive: true, force: true });
  };
  return { env, stop };
}

/** Whether the images that compose.yaml and the Dockerfile name are present or can be pulled. */
export function pullImages(engine, names) {
  const options = { env: engine.env, stdio: 'inherit', timeout: 600_000 };
  return names.every((name) => {
    if (answers('docker', ['image', 'inspect', name], engine.env)) return true;
    return spawnSync('docker', ['pull', '--quiet', name], options).status === 0;
  });
}

export function run(engine, command, args, options = {}) {
  return execFileSync(command, args, {
    env: engine.env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    ...options,
  });
}
