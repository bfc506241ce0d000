import { Client, post } from '../lib/client.js';
import { query, startPostgres, startRedis } from '../lib/infrastructure.js';
import { accessToken, webSocketToken } from '../lib/people.js';
import { millis, percent, publish, ratio, say, table } from '../lib/report.js';
import { startService } from '../lib/service.js';
import { median, spread } from '../lib/statistics.js';

const BROADCASTS = 1_000_000;
const OWN = 100_000;
const SAMPLES = 20;
const ROUNDS = 7;
const BODY = { notification_type: 'general', title: 'For you', message: 'Only for you.' };
/** The readers are users 1 to 5. */
const READERS = [
  'registered before the broadcasts',
  'registered after the broadcasts',
  'has read almost all, one by one',
  'has many own unread',
  'has read many own, one by one',
];

/**
 * Measures the cost of a user after a million broadcasts and a hundred thousand own notifications, compared with a
 * service without any.
 */
export async function run({ scale = 1, repetitions = ROUNDS, command }) {
  const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  const people = READERS.length + 1;
  const empty = await startService({ postgres, redis, people, name: 'quiet' }, { CHANNEL_PREFIX: 'empty' });
  const full = await startService({ postgres, redis, people, name: 'busy' }, { CHANNEL_PREFIX: 'full' });
  say(`inserting ${BROADCASTS * scale} broadcasts`);
  await insertHistory(full.databaseUrl, BROADCASTS * scale, OWN * scale);
  const rows = [];
  for (const [index, who] of READERS.entries()) {
    for (const [name, act] of Object.entries(ACTS)) {
      const ratios = [];
      const times = { empty: [], full: [] };
      for (let round = 0; round <= repetitions; round += 1) {
        const once = await timed(act, { empty, full }, index + 1, OWN * scale);
        if (round === 0) continue;
        ratios.push(once.full / once.empty);
        for (const [kind, time] of Object.entries(once)) times[kind].push(time);
      }
      rows.push([
        `${name}, ${who}`,
        millis(median(times.empty)),
        millis(median(times.full)),
        ratio(median(ratios)),
        percent(spread(ratios)),
        '<= 1.10x',
      ]);
      say(rows.at(-1).join(' | '));
    }
  }
  await Promise.all([empty.stop(), full.stop()]);
  await Promise.all([postgres.stop(), redis.stop()]);
  const headings = ['what', 'without history', `after ${BROADCASTS * scale}`, 'ratio', 'spread', 'bar'];
  publish(
    'Costs after many notifications',
    command,
    `Medians of ${SAMPLES} samples, taken alternately.\n\n${table(headings, rows)}`,
  );
}

/** Writes the rows that the service would have written. */
async function insertHistory(databaseUrl, broadcasts, own) {
  const ownRows = (user, readAt) =>
    `insert into notifications (id, user_id, notification_type, title, message, data, read_at, settled)
     select lpad(to_hex(${user} * 10000000 + n), 32, '0')::uuid, 'user-${user}', 'general', 'For you', 'Only for you.', '{}', ${readAt}, true
     from generate_series(1, ${own}) n`;
  await query(
    databaseUrl,
    // Counters and ranges are inserted together with the marks.
    "set session_replication_role = 'replica'",
    `insert into notifications (id, notification_type, title, message, data, broadcast_number)
     select lpad(to_hex(n), 32, '0')::uuid, 'general', 'To all', 'To all of you.', '{}', n from generate_series(1, ${broadcasts}) n`,
    `update broadcast_total set total = ${broadcasts}`,
    `update users set broadcasts_before = ${broadcasts} where id = 'user-2'`,
    `insert into broadcast_marks (user_id, notification_id, broadcast_number, read_at)
     select 'user-3', id, broadcast_number, now() from notifications where broadcast_number > 5`,
    `insert into broadcast_ranges (user_id, hidden, first_number, last_number) values ('user-3', false, 6, ${broadcasts})`,
    `insert into inboxes (user_id, unread, broadcasts_seen) values ('user-3', 0, ${broadcasts - 5}), ('user-4', ${own}, 0)`,
    ownRows(4, 'null'),
    ownRows(5, 'now()'),
    "set session_replication_role = 'origin'",
    'vacuum analyze',
  );
}

/** The measurement does not include `prepare`. */
const ACTS = {
  'POST to one user': {
    act: async ({ url }, reader) => {
      await must(post(`${url}/api/notifications/`, accessToken(0), { ...BODY, user_id: `user-${reader}` }), 201);
    },
  },
  connect: {
    act: async ({ url }, reader) => {
      const token = webSocketToken(reader);
      const socket = new Client(`${url.replace('http', 'ws')}/ws/notifications/?token=${token}`);
      await socket.next('connection_established');
      await socket.close();
    },
  },
  list: { act: ({ url }, reader) => get(`${url}/api/notifications/`, reader) },
  'list of unread': { act: ({ url }, reader) => get(`${url}/api/notifications/?unread=true`, reader) },
  'list of read': { act: ({ url }, reader) => get(`${url}/api/notifications/?unread=false`, reader) },
  'list of unread of a type': {
    act: ({ url }, reader) => get(`${url}/api/notifications/?unread=true&notification_type=offers`, reader),
  },
  'list of a type': { act: ({ url }, reader) => get(`${url}/api/notifications/?type=offers`, reader) },
  'read-all': {
    // Restores the state before `read-all`.
    prepare: ({ databaseUrl }, reader, own) =>
      query(
        databaseUrl,
        `update inboxes set unread = ${reader === 4 ? own : 1}, read_to = null where user_id = 'user-${reader}'`,
        `update broadcast_watermarks set read_to = 0 where user_id = 'user-${reader}'`,
      ),
    act: ({ url }, reader) => must(post(`${url}/api/notifications/read-all/`, accessToken(reader), {}), 200),
  },
  'list of unread after it': { act: ({ url }, reader) => get(`${url}/api/notifications/?unread=true`, reader) },
};

/** The medians of both, with alternating samples. */
async function timed({ prepare, act }, services, reader, own) {
  const times = { empty: [], full: [] };
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    for (const kind of ['empty', 'full']) {
      await prepare?.(services[kind], reader, own);
      const started = performance.now();
      await act(services[kind], reader);
      times[kind].push(performance.now() - started);
    }
  }
  return { empty: median(times.empty), full: median(times.full) };
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
