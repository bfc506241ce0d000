import { setTimeout as delay } from 'node:timers/promises';
import { Client, post } from '../lib/client.js';
import { query, startPostgres, startRedis } from '../lib/infrastructure.js';
import { LOAD_CORE } from '../lib/machine.js';
import { accessToken, webSocketToken } from '../lib/people.js';
import { mebibytes, millis, publish, ratio, say, table } from '../lib/report.js';
import { NodeServer } from '../lib/server-process.js';
import { MAIN, startService } from '../lib/service.js';
import { percentile } from '../lib/statistics.js';

const USERS = 100_000;
/** Pause between two live notifications: about twenty a second while the batch runs. */
const PACE_MS = 50;
const IDLE_SAMPLES = 600;
const WARM_UP = 100;
const BODY = { notification_type: 'order_status', title: 'On its way', message: 'In twenty minutes.' };

const SETUPS = {
  'one process': { roles: 'api,realtime,worker', worker: false },
  'the worker apart': { roles: 'api,realtime', worker: true },
};

/**
 * Sends a notification to 100,000 users in the background, and measures the effect on the live notifications of another
 * user.
 */
export async function run({ scale = 1, command }) {
  const users = Math.round(USERS * scale);
  const rows = [];
  for (const [name, setup] of Object.entries(SETUPS)) rows.push([name, ...(await measure(setup, users))]);
  const headings = [
    'set-up',
    'seconds',
    'progress messages',
    'p99 idle',
    'p99 during batch',
    'ratio',
    'peak memory',
    'memory after',
  ];
  const text = `A batch to ${users} users. Meanwhile, another user is sent a live notification every ${PACE_MS} ms, measured from POST to socket. The database is checked: each user
has one notification. Bars: p99 < 2x of idle; no growth of memory (of the process that runs the batch, compared with the same number of warm-up requests).`;
  publish('A batch beside live traffic', command, `${text}\n\n${table(headings, rows)}`);
}

async function measure({ roles, worker: apart }, users) {
  const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  const service = await startService({ postgres, redis, people: users + 2 }, { ROLES: roles });
  const workers = apart
    ? await NodeServer.start(MAIN, { ...service.environment, ROLES: 'worker' }, { core: LOAD_CORE })
    : service;
  const live = await Live.open(service.url);
  await live.samples(WARM_UP);
  const idle = await live.samples(IDLE_SAMPLES);
  const begin = (await workers.sample({ collect: true })).rss;
  const admin = new Client(`${service.url.replace('http', 'ws')}/ws/notifications/?token=${webSocketToken(0)}`);
  const started = performance.now();
  const followed = follow(admin, workers);
  const userIds = Array.from({ length: users }, (_, index) => `user-${index + 2}`);
  const status = await post(`${service.url}/api/notifications/`, accessToken(0), { ...BODY, user_ids: userIds });
  if (status !== 202) throw new Error(`POST notifications answered ${status}`);
  const busy = [];
  let result;
  void followed.then((seen) => (result = seen));
  while (!result) busy.push(...(await live.samples(10)));
  const seconds = (performance.now() - started) / 1000;
  const after = (await workers.sample({ collect: true })).rss;
  await requireOneEach(service.databaseUrl, users);
  await Promise.all([live.close(), admin.close()]);
  await Promise.all([service.stop(), apart && workers.stop()]);
  await Promise.all([postgres.stop(), redis.stop()]);
  const [calm, loaded] = [percentile(idle, 99), percentile(busy, 99)];
  say(
    `medians ${millis(percentile(idle, 50))} idle, ${millis(percentile(busy, 50))} meanwhile; worst ${millis(Math.max(...busy))}`,
  );
  const times = [seconds.toFixed(0), result.messages, millis(calm), millis(loaded), ratio(loaded / calm)];
  return [...times, `+${mebibytes(result.mostMemory - begin)}`, `+${mebibytes(after - begin)}`];
}

/** Sends and measures the live notifications of user-1. */
class Live {
  static async open(url) {
    const live = new Live();
    live.url = url;
    live.socket = new Client(`${url.replace('http', 'ws')}/ws/notifications/?token=${webSocketToken(1)}`);
    await live.socket.next('connection_established');
    return live;
  }

  async samples(count) {
    const taken = [];
    for (let sample = 0; sample < count; sample += 1) {
      const began = performance.now();
      const posted = post(`${this.url}/api/notifications/`, accessToken(0), { ...BODY, user_id: 'user-1' });
      taken.push((await this.socket.next('notification')).at - began);
      if ((await posted) !== 201) throw new Error('a live notification was rejected');
      await delay(Math.max(0, PACE_MS - (performance.now() - began)));
    }
    return taken;
  }

  close() {
    return this.socket.close();
  }
}

/** Resolves when the batch is done, with the number of progress messages and the peak memory. */
async function follow(admin, workers) {
  let mostMemory = 0;
  for (let messages = 1; ; messages += 1) {
    const { batch } = await admin.next('batch_progress');
    if (messages % 20 === 0) mostMemory = Math.max(mostMemory, (await workers.sample()).rss);
    if (batch.status === 'done') return { messages, mostMemory };
  }
}

async function requireOneEach(databaseUrl, users) {
  const [row] = await query(
    databaseUrl,
    `select count(*)::int as owners, coalesce(max(own), 0)::int as most from
       (select count(*) as own from notifications where user_id not in ('user-0', 'user-1') group by user_id) as counts`,
  );
  if (row.owners !== users || row.most !== 1) throw new Error(`not one notification per user: ${JSON.stringify(row)}`);
}
