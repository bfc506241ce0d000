import { Client, post } from '../lib/client.js';
import { query, startPostgres, startRedis } from '../lib/infrastructure.js';
import { accessToken, webSocketToken } from '../lib/people.js';
import { millis, percent, publish, ratio, say, table } from '../lib/report.js';
import { startService } from '../lib/service.js';
import { median, spread } from '../lib/statistics.js';

const BROADCASTS = 1_000_000;
const SAMPLES = 20;
const ROUNDS = 7;
const BODY = { notification_type: 'general', title: 'For you', message: 'Only for you.' };
/** `user-1` came before the broadcasts, `user-2` after them. */
const READERS = [1, 2];

/** What a user costs after a million broadcasts, beside the same on a service without any. */
export async function run({ scale = 1, repetitions = ROUNDS, command }) {
  const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  const empty = await startService({ postgres, redis, people: 3, name: 'quiet' }, { CHANNEL_PREFIX: 'empty' });
  const full = await startService({ postgres, redis, people: 3, name: 'busy' }, { CHANNEL_PREFIX: 'full' });
  say(`inserting ${BROADCASTS * scale} broadcasts`);
  await query(
    full.databaseUrl,
    `insert into notifications (id, notification_type, title, message, data, broadcast_number)
     select lpad(to_hex(n), 32, '0')::uuid, 'general', 'To all', 'To all of you.', '{}', n from generate_series(1, ${BROADCASTS * scale}) n`,
    `update broadcast_total set total = ${BROADCASTS * scale}`,
    `update users set broadcasts_before = ${BROADCASTS * scale} where id = 'user-2'`,
    'vacuum analyze notifications',
  );
  const rows = [];
  for (const reader of READERS) {
    for (const [name, act] of Object.entries(ACTS)) {
      const ratios = [];
      const times = { empty: [], full: [] };
      for (let round = 0; round <= repetitions; round += 1) {
        const once = { empty: await timed(act, empty, reader), full: await timed(act, full, reader) };
        if (round === 0) continue;
        ratios.push(once.full / once.empty);
        for (const [kind, time] of Object.entries(once)) times[kind].push(time);
      }
      const who = reader === 1 ? 'who was there' : 'who came later';
      rows.push([
        `${name}, ${who}`,
        millis(median(times.empty)),
        millis(median(times.full)),
        ratio(median(ratios)),
        percent(spread(ratios)),
        '<= 1.10x',
      ]);
    }
  }
  await Promise.all([empty.stop(), full.stop()]);
  await Promise.all([postgres.stop(), redis.stop()]);
  const headings = ['what', 'without broadcasts', `after ${BROADCASTS * scale}`, 'ratio', 'spread', 'bar'];
  publish('Costs after many broadcasts', command, `Medians of ${SAMPLES} each, in turn.\n\n${table(headings, rows)}`);
}

const ACTS = {
  'POST to one user': async ({ url }, reader) => {
    await must(post(`${url}/api/notifications/`, accessToken(0), { ...BODY, user_id: `user-${reader}` }), 201);
  },
  connect: async ({ url }, reader) => {
    const token = webSocketToken(reader);
    const socket = new Client(`${url.replace('http', 'ws')}/ws/notifications/?token=${token}`);
    await socket.next('connection_established');
    await socket.close();
  },
  list: async ({ url }, reader) => {
    await get(`${url}/api/notifications/`, reader);
  },
  'unread list': async ({ url }, reader) => {
    await get(`${url}/api/notifications/?unread=true`, reader);
  },
  'read-all': async ({ url }, reader) => {
    await must(post(`${url}/api/notifications/read-all/`, accessToken(reader), {}), 200);
  },
};

async function timed(act, service, reader) {
  const times = [];
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    const started = performance.now();
    await act(service, reader);
    times.push(performance.now() - started);
  }
  return median(times);
}

async function get(url, reader) {
  const answer = await fetch(url, { headers: { authorization: `Bearer ${accessToken(reader)}` } });
  if (answer.status !== 200) throw new Error(`${url} answered ${answer.status}`);
  await answer.text();
}

async function must(answer, expected) {
  const status = await answer;
  if (status !== expected) throw new Error(`answered ${status} instead of ${expected}`);
}
