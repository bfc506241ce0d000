import { createDatabase, query, startPostgres } from '../lib/infrastructure.js';
import { percent, publish, ratio, say, table } from '../lib/report.js';
import { ROOT } from '../lib/service.js';
import { median, spread } from '../lib/statistics.js';
import pg from 'pg';

const WORKERS = 10;
const SECONDS = 2;
const PAYLOAD = {
  type: 'notification_message',
  notification: {
    id: '01890a5d-ac96-774b-bcce-b302099a8057',
    title: 'Your order is on its way',
    message: 'x'.repeat(120),
    data: {},
    is_read: false,
  },
};
const MODES = ['bare INSERT', 'one hot stream', '1,000 streams'];

/**
 * Appends in separate transactions through the service's StreamLog, compared with an INSERT of the same row between
 * BEGIN and COMMIT.
 */
export async function run({ repetitions = 5, scale = 1, command }) {
  const postgres = await startPostgres();
  const url = await createDatabase(postgres.url, 'appends');
  const { Database } = await import(`${ROOT}dist/database/database.js`);
  const { StreamLog } = await import(`${ROOT}dist/streams/stream-log.js`);
  const database = await Database.open(url);
  const log = new StreamLog(database, { publish: () => Promise.resolve() });
  await query(
    url,
    'create table bare (stream text, position bigint, type text, payload json, created_at timestamptz default clock_timestamp(), primary key (stream, position))',
  );
  const pool = new pg.Pool({ connectionString: url, max: WORKERS });
  // Idle connections emit an error when the server stops.
  pool.on('error', () => undefined);
  let position = 0;
  const append = (stream) => log.appendNow(stream, PAYLOAD);
  const works = {
    'bare INSERT': () => insertBare(pool, `stream-${position % 1000}`, (position += 1)),
    'one hot stream': () => append('hot'),
    '1,000 streams': () => append(`stream-${(position += 1) % 1000}`),
  };
  const rates = new Map(MODES.map((mode) => [mode, []]));
  for (let repetition = 0; repetition <= repetitions; repetition += 1) {
    for (const mode of MODES) {
      const rate = await countPerSecond(works[mode], SECONDS * scale);
      say(`${mode}: ${rate.toFixed(0)} a second`);
      if (repetition > 0) rates.get(mode).push(rate);
    }
  }
  await Promise.all([pool.end(), database.close()]);
  await postgres.stop();
  publish('Append throughput', command, report(rates));
}

function report(rates) {
  const rows = MODES.map((mode) => {
    const ratios = rates.get(mode).map((rate, index) => rate / rates.get('bare INSERT')[index]);
    return [
      mode,
      median(rates.get(mode)).toFixed(0),
      ratio(median(ratios)),
      percent(spread(ratios)),
      mode === '1,000 streams' ? '>= 0.50x' : '',
    ];
  });
  const headings = ['what', 'transactions a second', 'ratio', 'spread', 'bar'];
  return `${WORKERS} writers, one transaction per row; commits wait for the disk.\n\n${table(headings, rows)}`;
}

async function insertBare(pool, stream, position) {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await client.query('insert into bare (stream, position, type, payload) values ($1, $2, $3, $4)', [
      stream,
      position,
      PAYLOAD.type,
      JSON.stringify(PAYLOAD),
    ]);
    await client.query('commit');
  } finally {
    client.release();
  }
}

async function countPerSecond(work, seconds) {
  const started = performance.now();
  const end = started + seconds * 1000;
  let count = 0;
  const worker = async () => {
    while (performance.now() < end) {
      await work();
      count += 1;
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, worker));
  return (count / (performance.now() - started)) * 1000;
}
