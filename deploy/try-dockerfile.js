/**
 * Executes the steps of the Dockerfile without a container engine, each stage in a separate folder, from the files of
 * this checkout that git tracks and .dockerignore does not exclude. Then runs its CMD as its USER, waits for its
 * HEALTHCHECK, sends SIGTERM and checks for exit code 0. Set the settings of the service in the environment:
 * DATABASE_URL, ALLOWED_HOSTS, ...
 *
 * Supports the instructions that our Dockerfile uses: FROM, WORKDIR, COPY, RUN, ENV, USER, EXPOSE, HEALTHCHECK, CMD.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join, matchesGlob, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const HEALTHY_WITHIN_MS = 60_000;
const PACKAGES_MB_AT_MOST = 150;
const root = resolve(import.meta.dirname, '..');
const work = mkdtempSync(join(tmpdir(), 'tidings-image-'));
const stages = [];

const instructions = readFileSync(join(root, 'Dockerfile'), 'utf8')
  .replace(/^#.*\n/gm, '')
  .replace(/\\\n/g, ' ')
  .split('\n')
  .filter((line) => line.trim() !== '')
  .map((line) => ({ word: line.split(' ', 1)[0], rest: line.slice(line.indexOf(' ') + 1).trim() }));

/** A path of the image, in the folder of its stage. */
const inside = (stage, path) => join(stage.folder, resolve('/', stage.workdir, path));

const steps = {
  FROM(rest) {
    const [, , name] = rest.split(/\s+/);
    const folder = join(work, name ?? `stage-${stages.length}`);
    stages.push({ name, folder, workdir: '/', env: {}, user: 'root' });
  },
  WORKDIR(rest, stage) {
    stage.workdir = rest;
    mkdirSync(inside(stage, '.'), { recursive: true });
  },
  ENV(rest, stage) {
    for (const pair of rest.split(/\s+/))
      stage.env[pair.slice(0, pair.indexOf('='))] = pair.slice(pair.indexOf('=') + 1);
  },
  COPY(rest, stage) {
    const words = rest.split(/\s+/);
    const from = words[0].startsWith('--from=') ? words.shift().slice('--from='.length) : null;
    const source = from === null ? { folder: context(), workdir: '/' } : stages.find(({ name }) => name === from);
    const target = words.pop();
    for (const word of words) {
      const place = target.endsWith('/') ? join(target, basename(word)) : target;
      cpSync(inside(source, word), inside(stage, place), { recursive: true });
    }
  },
  RUN(rest, stage) {
    const env = { ...process.env, ...stage.env };
    const { status } = spawnSync('sh', ['-c', rest], { cwd: inside(stage, '.'), env, stdio: 'inherit' });
    if (status !== 0) throw new Error(`RUN ${rest}: exit code ${status}`);
  },
  USER: (rest, stage) => (stage.user = rest),
  EXPOSE: () => undefined,
  HEALTHCHECK: (rest, stage) => (stage.health = JSON.parse(rest.slice(rest.indexOf('CMD') + 3))),
  CMD: (rest, stage) => (stage.command = JSON.parse(rest)),
};

/** The build context: the files that git tracks, without those that .dockerignore excludes. Created once. */
function context() {
  const folder = join(work, 'context');
  if (existsSync(folder)) return folder;
  const rules = readFileSync(join(root, '.dockerignore'), 'utf8').trim().split('\n');
  const known = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).trim().split('\n');
  for (const file of known.filter((path) => !isIgnored(path, rules))) cpSync(join(root, file), join(folder, file));
  return folder;
}

/** The last matching rule decides, as in docker. A rule for a folder matches its files too. */
function isIgnored(path, rules) {
  const parts = path.split('/');
  const prefixes = parts.map((_, index) => parts.slice(0, index + 1).join('/'));
  const fits = (pattern) => prefixes.some((prefix) => matchesGlob(prefix, pattern));
  const last = rules.findLast((rule) => fits(rule.replace(/^!/, '')));
  return last !== undefined && !last.startsWith('!');
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return String(port);
}

/** A user who owns no file of the image, if this process may change its user. */
function asUser({ user }) {
  if (user === 'root') throw new Error('the image must not run as root');
  return process.getuid() === 0 ? { uid: 65534, gid: 65534 } : {};
}

async function untilHealthy(stage, options, service) {
  const deadline = Date.now() + HEALTHY_WITHIN_MS;
  for (;;) {
    const [program, ...args] = stage.health;
    if (spawnSync(program, args, options).status === 0) return;
    if (service.exitCode !== null || Date.now() > deadline) throw new Error('the service did not become healthy');
    await delay(100);
  }
}

const megabytes = (folder) => Number(execFileSync('du', ['-sm', folder], { encoding: 'utf8' }).split('\t')[0]);

async function run(stage) {
  const env = { ...process.env, ...stage.env, HOST: '127.0.0.1', PORT: await freePort() };
  const options = { cwd: inside(stage, '.'), env, ...asUser(stage), stdio: 'inherit' };
  const [program, ...args] = stage.command;
  const began = Date.now();
  const service = spawn(program, args, options);
  try {
    await untilHealthy(stage, options, service);
    console.log(`healthy after ${Date.now() - began} ms`);
  } catch (error) {
    service.kill('SIGKILL');
    throw error;
  }
  service.kill('SIGTERM');
  const [code] = await once(service, 'exit');
  if (code !== 0) throw new Error(`after SIGTERM: exit code ${code}`);
}

try {
  chmodSync(work, 0o755);
  for (const { word, rest } of instructions) {
    console.log(`--- ${word} ${rest}`);
    if (!(word in steps)) throw new Error(`the Dockerfile uses ${word}, which this script does not support`);
    steps[word](rest, stages.at(-1));
  }
  const image = stages.at(-1);
  const packages = megabytes(inside(image, 'node_modules'));
  console.log(`files of the image: ${megabytes(image.folder)} MB, of which node_modules ${packages} MB`);
  if (packages > PACKAGES_MB_AT_MOST) throw new Error(`node_modules is over ${PACKAGES_MB_AT_MOST} MB`);
  await run(image);
  console.log('the Dockerfile builds, runs and stops');
} finally {
  rmSync(work, { recursive: true, force: true });
}
