import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from '../lib/client.js';
import { createDatabase, startPostgres, startRedis } from '../lib/infrastructure.js';
import { webSocketToken } from '../lib/people.js';
import { mebibytes, micros, millis, publish, say, table } from '../lib/report.js';
import { NodeServer } from '../lib/server-process.js';
import { MAIN, ROOT, serviceEnvironment, startService } from '../lib/service.js';
import { median } from '../lib/statistics.js';

const STARTS = 7;
const HANDSHAKES = 300;
const IDLE_SECONDS = 10;

/** The duration of a start, the memory of an idle service, and the cost of a handshake and its parts. */
export async function run({ scale = 1, command }) {
  const rows = [...(await fromAClone()), ...(await onServers(scale))];
  publish('Start, idle memory, one handshake', command, table(['what', 'measured', 'bar'], rows));
}

/** Runs the commands of README in a fresh clone: `npm ci`, a cold `npm start`, a warm one. */
async function fromAClone() {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-bench-clone-'));
  const files = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
  }).stdout;
  for (const file of String(files).split('\0').filter(Boolean)) cpSync(join(ROOT, file), join(folder, file));
  const install = timed('npm', ['ci', '--no-audit', '--no-fund'], folder);
  say(`npm ci: ${install.toFixed(1)} s`);
  const cold = await npmStart(folder);
  const warm = await npmStart(folder);
  spawnSync('npm', ['prune', '--omit=dev', '--no-audit', '--no-fund'], { cwd: folder });
  const size = Number(String(spawnSync('du', ['-sk', 'node_modules'], { cwd: folder }).stdout).split('\t')[0]) * 1024;
  rmSync(folder, { recursive: true, force: true });
  return [
    ['npm ci', `${install.toFixed(1)} s`, '< 60 s'],
    ['npm start, cold: PGlite, migrations, demo data', `${cold.seconds.toFixed(1)} s`, '<= 20 s'],
    ['npm start, warm', `${warm.seconds.toFixed(1)} s`, '<= 5 s'],
    ['idle memory (RSS) on PGlite, cold start', mebibytes(cold.rss), '< 350 MB'],
    ['idle memory (RSS) on PGlite, warm start', mebibytes(warm.rss), '< 350 MB'],
    ['node_modules for production', mebibytes(size), '< 150 MB'],
  ];
}

function timed(command, args, cwd) {
  const started = performance.now();
  const { status, stderr } = spawnSync(command, args, { cwd });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${stderr}`);
  return (performance.now() - started) / 1000;
}

async function npmStart(cwd) {
  const started = performance.now();
  const child = spawn('npm', ['start'], { cwd, env: { ...process.env, PORT: '0' }, detached: true });
  await untilOutput(child, /listening on/);
  const seconds = (performance.now() - started) / 1000;
  await delay(IDLE_SECONDS * 1000);
  const rss = serviceMemory(child.pid);
  say(`npm start: ${seconds.toFixed(1)} s, ${mebibytes(rss)}`);
  const ended = new Promise((resolve) => child.on('exit', resolve));
  process.kill(-child.pid, 'SIGTERM');
  await ended;
  await delay(2_000);
  return { seconds, rss };
}

function untilOutput(child, pattern) {
  let output = '';
  return new Promise((resolve, reject) => {
    const hear = (bytes) => {
      output += String(bytes);
      if (pattern.test(output)) resolve();
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('exit', (code) => reject(new Error(`ended with ${code}: ${output}`)));
  });
}

/** Resident memory of the process that runs the service, without npm and nest above it. */
function serviceMemory(group) {
  const processes = String(spawnSync('ps', ['-eo', 'pgid=,pid=,args=']).stdout)
    .trim()
    .split('\n');
  const rows = processes.map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line));
  const own = rows.filter(
    (row) => row && Number(row[1]) === group && /dist\/main/.test(row[3]) && !/^sh /.test(row[3]),
  );
  return Math.max(...own.map((row) => residentMemory(row[2])));
}

function residentMemory(pid) {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) * 1024;
}

async function onServers(scale) {
  const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  const service = await startService({ postgres, redis, people: 2 });
  await delay(IDLE_SECONDS * 1000);
  const idle = residentMemory(service.pid);
  const handshake = await handshakes(service.url, Math.round(HANDSHAKES * scale));
  await service.stop();
  const times = [];
  const environment = serviceEnvironment({ databaseUrl: service.databaseUrl, redisUrl: redis.url });
  for (let start = 0; start < STARTS; start += 1) {
    const server = await NodeServer.start(MAIN, environment);
    times.push(server.startMs);
    await server.stop();
    say(`node dist/main.js: ${millis(server.startMs)}`);
  }
  const empty = await createDatabase(postgres.url, 'empty');
  const first = await NodeServer.start(MAIN, serviceEnvironment({ databaseUrl: empty, redisUrl: redis.url }));
  await first.stop();
  await Promise.all([postgres.stop(), redis.stop()]);
  return [
    ['node dist/main.js on PostgreSQL + Redis, listening', `${millis(median(times))} (${STARTS} starts)`, '<= 1500 ms'],
    ['the same on an empty database, with migrations', millis(first.startMs), ''],
    ['idle memory (RSS) on PostgreSQL + Redis', mebibytes(idle), '< 140 MB'],
    ...handshake,
  ];
}

/**
 * Connects clients one after the other and measures as the client does: origin and routing before the 101; token,
 * look-ups and joins after it.
 */
async function handshakes(url, count) {
  const figures = { upgrade: [], established: [], whole: [] };
  const base = url.replace('http', 'ws');
  for (let index = 0; index < count; index += 1) {
    const options = { headers: { origin: url } };
    const client = new Client(`${base}/ws/notifications/?token=${webSocketToken(1)}`, options);
    const { at } = await client.next('connection_established');
    figures.upgrade.push(client.upgradedAt - client.started);
    figures.established.push(at - client.upgradedAt);
    figures.whole.push(at - client.started);
    await client.close();
  }
  const { OriginRule } = await import(`${ROOT}dist/realtime/origin-rule.js`);
  const { RouteTable } = await import(`${ROOT}dist/realtime/gateway/route-table.js`);
  const rule = new OriginRule(['localhost', '127.0.0.1', '.example.com']);
  const routes = new RouteTable();
  for (const path of ['/ws/notifications', '/ws/notifications/:user_id', '/ws/orders/:order_id', '/ws/partner'])
    routes.add(path, path);
  return [
    [
      'handshake: origin check alone, in the process',
      micros(1000 * each(() => rule.allows('https://shop.example.com'))),
      '',
    ],
    ['handshake: routing alone, in the process', micros(1000 * each(() => routes.match('/ws/orders/01890a5d'))), ''],
    ['handshake: connect, HTTP, origin, routing, upgrade (median)', millis(median(figures.upgrade)), ''],
    [
      'handshake: token, user, session, joins, positions, unread count (median)',
      millis(median(figures.established)),
      '',
    ],
    ['handshake: complete, until connection_established (median)', millis(median(figures.whole)), '< 2 ms'],
  ];
}

/** Milliseconds per call after warm-up. */
function each(work) {
  const rounds = 100_000;
  for (let round = 0; round < rounds; round += 1) work();
  const started = performance.now();
  for (let round = 0; round < rounds; round += 1) work();
  return (performance.now() - started) / rounds;
}
