import { setTimeout as delay } from 'node:timers/promises';
import { post } from '../lib/client.js';
import { query, startPostgres, startRedis } from '../lib/infrastructure.js';
import { LOAD_CORE } from '../lib/machine.js';
import { accessToken } from '../lib/people.js';
import { mebibytes, micros, publish, ratio, say, table } from '../lib/report.js';
import { NodeServer } from '../lib/server-process.js';
import { MAIN, startService } from '../lib/service.js';

const MAILS = 10_000;
const KILLS = 10;
const USERS_PER_REQUEST = 1_000;
const LOOK_MS = 50;
const DEADLINE_MS = 300_000;
const FROM = 'Tidings <news@tidings.example>';
const BODY = { notification_type: 'general', title: 'On its way', message: 'In twenty minutes it is at your door.' };

/**
 * 10,000 notifications by e-mail through a real SMTP server: throughput compared with nodemailer alone, and the effect
 * of kill -9.
 */
export async function run({ scale = 1, command }) {
  const mails = Math.round(MAILS * scale);
  const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  const catcher = await Catcher.start();
  const rows = [];
  for (const round of [1, 2]) {
    const bare = await measureBare(catcher, mails);
    const worker = await measureWorker({ postgres, redis, catcher, mails });
    const rates = [bare.rate.toFixed(0), worker.rate.toFixed(0), ratio(worker.rate / bare.rate)];
    rows.push([round, ...rates, micros(bare.cpu), micros(worker.cpu), mebibytes(worker.memory)]);
  }
  const killed = await measureKills({ postgres, redis, catcher, mails });
  await Promise.all([catcher.stop(), postgres.stop(), redis.stop()]);
  const speed = table(
    [
      'round',
      'bare, mails/s',
      'worker, mails/s',
      'ratio',
      'CPU per mail (bare)',
      'CPU per mail (worker)',
      'peak memory of the worker',
    ],
    rows,
  );
  publish('E-mail', command, `${introduction(mails)}\n\n${speed}\n\n${killed}`);
}

function introduction(mails) {
  return `${mails} e-mail notifications to ${mails} users, with text and HTML, through a real SMTP server. The worker (\`ROLES=worker\`) and the bare nodemailer loop each have
one core and five pooled connections; the SMTP server and PostgreSQL share the other core. Each mail was received exactly
once and is recorded as sent at the first attempt. Bars: at least 0.5x of the bare loop, less than 200 MiB.`;
}

async function measureBare(catcher, mails) {
  await catcher.clear();
  const script = new URL('../servers/bare-mailer.js', import.meta.url);
  const text = `Hello User,\n\n${BODY.message}`;
  const html = `<!doctype html><html><body><h1>${BODY.title}</h1><p>${BODY.message}</p></body></html>`.padEnd(900, ' ');
  const environment = { SMTP_URL: catcher.smtpUrl, EMAIL_FROM: FROM, SUBJECT: BODY.title, TEXT: text, HTML: html };
  const bare = await NodeServer.start(script, environment);
  const started = performance.now();
  await (await fetch(`${bare.url}/?mails=${mails}`)).arrayBuffer();
  const seconds = (performance.now() - started) / 1000;
  requireCounts(await catcher.counts(), mails);
  const { cpuMicros } = await bare.sample();
  await bare.stop();
  return { rate: mails / seconds, cpu: cpuMicros / mails };
}

async function measureWorker(places) {
  const { catcher, mails } = places;
  const api = await enqueue(places);
  const worker = await startWorker(api);
  const { cpuMicros: idle } = await worker.sample();
  const started = performance.now();
  let memory = 0;
  await catcher.until(mails, async () => {
    memory = Math.max(memory, (await worker.sample()).rss);
  });
  const seconds = (performance.now() - started) / 1000;
  await untilRecorded(api.databaseUrl, mails);
  requireCounts(await catcher.counts(), mails);
  const { cpuMicros } = await worker.sample();
  await Promise.all([worker.stop(), api.stop()]);
  return { rate: mails / seconds, memory, cpu: (cpuMicros - idle) / mails };
}

/** Kills the worker ten times, evenly spread over the mails and always during its work, and starts another. */
async function measureKills(places) {
  const { catcher, mails } = places;
  const api = await enqueue(places);
  let worker = await startWorker(api);
  for (let kill = 1; kill <= KILLS; kill += 1) {
    await catcher.until(Math.floor((mails * kill) / (KILLS + 1)));
    worker.kill();
    worker = await startWorker(api);
  }
  await untilRecorded(api.databaseUrl, mails);
  const counts = await catcher.counts();
  await Promise.all([worker.stop(), api.stop()]);
  const { distinct, repeated, most, total } = counts;
  if (distinct !== mails || most > 2)
    throw new Error(`mails are missing, or were received too often: ${JSON.stringify(counts)}`);
  return `Then the worker was killed ${KILLS} times with kill -9: ${distinct} of ${mails} mails were received. ${repeated} were received twice, because the kill came between the 250 of the
SMTP server and the commit (${(repeated / KILLS).toFixed(1)} per kill, of at most 100 mails in progress); no mail was received more often. ${total} mails were transmitted in total.`;
}

/** A service without a worker that was asked to send this many notifications. */
async function enqueue({ postgres, redis, catcher, mails }) {
  await catcher.clear();
  const environment = {
    ROLES: 'api',
    SMTP_URL: catcher.smtpUrl,
    EMAIL_FROM: FROM,
    CONFIRM_ADDRESSES: 'false',
    PUBLIC_URL: 'https://tidings.example',
  };
  const api = await startService({ postgres, redis, people: mails + 1 }, environment);
  const users = Array.from({ length: mails }, (_, index) => `user-${index + 1}`);
  for (let start = 0; start < mails; start += USERS_PER_REQUEST) {
    const body = { ...BODY, user_ids: users.slice(start, start + USERS_PER_REQUEST), channels: ['websocket', 'email'] };
    const status = await post(`${api.url}/api/notifications/`, accessToken(0), body);
    if (status !== 201) throw new Error(`POST notifications answered ${status}`);
  }
  await query(api.databaseUrl, 'vacuum analyze');
  say(`${mails} notifications enqueued`);
  return api;
}

function startWorker({ environment }) {
  return NodeServer.start(MAIN, { ...environment, ROLES: 'worker' });
}

async function untilRecorded(databaseUrl, mails) {
  const deadline = Date.now() + DEADLINE_MS;
  for (;;) {
    const [{ sent }] = await query(
      databaseUrl,
      `select count(*)::int as sent from deliveries where channel = 'email' and status = 'sent'`,
    );
    if (sent === mails) return;
    if (Date.now() > deadline) throw new Error(`only ${sent} of ${mails} are recorded as sent`);
    await delay(LOOK_MS * 10);
  }
}

function requireCounts({ total, distinct }, mails) {
  if (total !== mails || distinct !== mails) throw new Error(`${total} mails, ${distinct} different ones, of ${mails}`);
}

/** The SMTP server, in a separate process. */
class Catcher {
  static async start() {
    const catcher = new Catcher();
    catcher.server = await NodeServer.start(
      new URL('../servers/mail-catcher.js', import.meta.url),
      {},
      { core: LOAD_CORE },
    );
    catcher.smtpUrl = `smtp://127.0.0.1:${(await catcher.counts()).smtpPort}`;
    return catcher;
  }

  async counts(method = 'GET') {
    return (await fetch(this.server.url, { method })).json();
  }

  clear() {
    return this.counts('DELETE');
  }

  /** Resolves when this many mails have arrived. */
  async until(mails, meanwhile = () => undefined) {
    const deadline = Date.now() + DEADLINE_MS;
    for (;;) {
      const { distinct } = await this.counts();
      if (distinct >= mails) return;
      if (Date.now() > deadline) throw new Error(`only ${distinct} of ${mails} mails came`);
      await meanwhile();
      await delay(LOOK_MS);
    }
  }

  stop() {
    return this.server.stop();
  }
}
