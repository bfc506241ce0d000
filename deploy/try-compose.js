/**
 * Runs compose.yaml with a real container engine, from a clone of the last commit of this checkout. 200 sockets that
 * resume and 12 request loops run while the commands of docs/operations.md are executed and each container is stopped
 * in turn. Fails if a client sees an error that is not permitted, or if a message is lost.
 *
 * Uses the running engine, or starts `dockerd` (as root). Images that cannot be pulled are replaced by images built
 * from Debian packages (deploy/try-compose/stand-ins.js) and kept in the folder that TRY_COMPOSE_CACHE names. The image
 * `tidings` is rebuilt, so do not run this on a machine that runs the service. Exit code 2: this machine cannot run an
 * engine.
 */
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Clone } from './try-compose/clone.js';
import { findEngine, pullImages } from './try-compose/engine.js';
import { Load } from './try-compose/load.js';
import { makeStandIns } from './try-compose/stand-ins.js';

const IMAGES = ['node:22-slim', 'nginx:1.28-alpine', 'redis:7-alpine', 'postgres:16-alpine'];
/** The nginx log of the latest failed requests: the nodes that it tried, and their answers. */
const FAILED_REQUESTS = `docker compose logs --no-color --no-log-prefix nginx | { grep '"status":[45]' || true; } | tail -20`;
const SOCKETS = 200;
const ADMIN = { email: 'admin@tidings.example', password: randomBytes(16).toString('hex') };
const root = resolve(import.meta.dirname, '..');
const engine = await findEngine().catch((error) => {
  console.error(error.message);
  process.exit(error.exitCode ?? 1);
});

const failures = [];

function check(holds, what) {
  console.log(`${holds ? 'passed' : 'FAILED'}: ${what}`);
  if (!holds) failures.push(what);
}

async function until(what, holds, seconds = 120) {
  const deadline = Date.now() + seconds * 1_000;
  while (!(await holds().catch(() => false))) {
    if (Date.now() > deadline) throw new Error(`timed out after ${seconds} s: ${what}`);
    await delay(200);
  }
}

/** Sends requests during `work`. `allowed`: the errors that clients may see. */
async function under(load, token, what, work, allowed = () => false) {
  load.start(token);
  await delay(1_000);
  await work();
  await delay(1_000);
  const errors = (await load.stop()).filter((error) => !allowed(error));
  if (errors.length > 0) console.log(`${errors.slice(0, 5).join('\n')}\n${await clone.sh(FAILED_REQUESTS)}`);
  check(errors.length === 0, `${what}: no error that a client should not see`);
  check((await load.losses()) === 0, `${what}: nothing lost or doubled on ${SOCKETS} sockets`);
}

async function signIn(load) {
  await load.ask('POST', '/api/auth/register', { body: ADMIN });
  await clone.documented('admin');
  const { body } = await load.ask('POST', '/api/auth/login', { body: ADMIN });
  if (body.access_token === undefined) throw new Error(`the administrator could not sign in: ${JSON.stringify(body)}`);
  return body.access_token;
}

async function operate(load, token) {
  const nodesAnswer = async () => (await load.ask('GET', '/api/auth/me', { token })).status < 400;
  await under(load, token, 'backup', () => clone.documented('backup'));
  await under(load, token, 'upgrade', async () => {
    await clone.documented('upgrade');
    // The image may be unchanged: replace the nodes in any case.
    for (const node of ['tidings-1', 'tidings-2']) {
      await clone.sh(`docker compose up -d --no-deps --force-recreate ${node} && deploy/upgrade`);
    }
  });
  // A reload closes idle connections, possibly when a request is being sent on one.
  const closed = (error) => error.endsWith(': socket hang up');
  await under(load, token, 'reload of nginx', () => clone.documented('reload'), closed);
  await under(load, token, 'rollback', () => clone.documented('rollback'));
  await under(load, token, 'restart of Redis', () => clone.sh('docker compose restart redis'));
  const unavailable = (error) => error.endsWith(': 503');
  await under(
    load,
    token,
    'restart of PostgreSQL',
    async () => {
      await clone.sh('docker compose restart postgres');
      await until('the nodes answer', nodesAnswer);
    },
    unavailable,
  );
  const write = (error) => error.startsWith('POST');
  await under(
    load,
    token,
    'a killed node',
    () => clone.sh('docker compose kill tidings-2 && docker compose up -d --no-deps tidings-2 && deploy/upgrade'),
    write,
  );
  await clone.sh('docker compose stop tidings-1 && docker compose restart nginx');
  await until('nginx starts while a node is stopped', nodesAnswer, 20);
  await under(load, token, 'a node that comes back', () =>
    clone.sh('docker compose start tidings-1 && deploy/upgrade'),
  );
}

async function inspect() {
  const ask = `fetch('http://127.0.0.1:8000/metrics', { headers: { authorization: 'Bearer ' + process.env.METRICS_TOKEN } }).then(({ status }) => console.log(status))`;
  check(
    (await clone.sh(`docker compose exec -T tidings-1 node -e "${ask}"`)).trim() === '200',
    'metrics with METRICS_TOKEN of .env',
  );
  const lines = (await clone.sh('docker compose logs --no-color --no-log-prefix tidings-1 nginx')).split('\n');
  const plain = lines.filter(
    (line) => line !== '' && !line.startsWith('{') && !/^Attaching to|^\d{4}\/|docker-entrypoint/.test(line),
  );
  console.log(plain.slice(0, 5).join('\n'));
  check(plain.length === 0, 'the logs are JSON lines');
  check(!lines.join('\n').includes('token='), 'no token in the logs');
}

async function restore(load) {
  const before = load.sockets.map(({ resumed }) => resumed.length);
  await clone.documented('restore');
  const isBack = ({ resumed }, index) => resumed.length > before[index];
  await until('the sockets are back', async () => load.sockets.every(isBack));
  const told = load.sockets.every(({ resumed }, index) => resumed.slice(before[index]).includes(false));
  check(told, 'after a restore, every client is told resumed: false');
}

const clone = new Clone(root, engine);
let exitCode = 1;
try {
  if (!pullImages(engine, IMAGES))
    makeStandIns(engine, process.env.TRY_COMPOSE_CACHE ?? join(tmpdir(), 'tidings-stand-ins'));
  const url = await clone.prepare();
  await clone.sh('docker compose build');
  const began = Date.now();
  await clone.sh('docker compose up -d');
  const load = new Load(url, clone.read('deploy/certificates/tidings.crt'));
  await until('the page is there', async () => (await load.ask('GET', '/')).status === 200);
  console.log(`all services ready after ${Math.round((Date.now() - began) / 1_000)} s`);
  check((await load.ask('GET', '/METRICS/')).status === 404, 'metrics are not for the outside');
  const token = await signIn(load);
  await load.connect(SOCKETS, token);
  await operate(load, token);
  await inspect();
  await restore(load);
  load.close();
  console.log(
    `${failures.length} failures; ${load.written.length} broadcasts to ${SOCKETS} sockets, ${load.requests} requests`,
  );
  exitCode = failures.length === 0 ? 0 : 1;
} catch (error) {
  console.error(error.stack);
  console.error(await clone.sh(`docker compose ps; docker compose logs --tail 5; ${FAILED_REQUESTS}`).catch(String));
} finally {
  await clone.remove();
  await engine.stop();
}
process.exit(exitCode);
