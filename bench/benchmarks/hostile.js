import { setTimeout as delay } from 'node:timers/promises';
import { Client, post } from '../lib/client.js';
import { honestCosts, measureCosts } from '../hostile/hostile-costs.js';
import { FRAMES, REQUESTS } from '../hostile/hostile-input.js';
import { startPostgres, startRedis } from '../lib/infrastructure.js';
import { accessToken, webSocketToken } from '../lib/people.js';
import { mebibytes, millis, publish, table } from '../lib/report.js';
import { startService } from '../lib/service.js';
import { median } from '../lib/statistics.js';

const ROUNDS = 3;
const ATTACKS = 10_000;
const AT_ONCE = 50;
/** RSS may exceed its former value by this much: pages that the allocator keeps. */
const KEPT = 16 * 2 ** 20;
/** Milliseconds. */
const SMALL_BAR = 20;
const LARGE_BAR = 50;
const BODY = {
  user_id: 'user-1',
  notification_type: 'order_status',
  title: 'On its way',
  message: 'In twenty minutes.',
};

/** `--only memory` or `--only cost`. */
export async function run({ only = ['memory', 'cost'], scale, command }) {
  if (only.includes('memory')) await runMemory({ scale, command });
  if (only.includes('cost')) await runCost({ command });
}

/** Measures the CPU time of hostile bodies and frames of every shape, compared with ordinary ones. */
async function runCost({ command }) {
  const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  const service = await startService(
    { postgres, redis, people: 1_000 },
    { MESSAGE_RATE: '86400', MESSAGE_BURST: '86400' },
  );
  const honest = await honestCosts(service);
  const hostile = await measureCosts(service);
  await service.stop();
  await Promise.all([postgres.stop(), redis.stop()]);
  const perMebibyte = ({ millis: cpu, bytes }) => (cpu / bytes) * 2 ** 20;
  const rows = [
    ...honest.map((one) => [
      'honest',
      one.name,
      one.bytes,
      '',
      millis(one.millis),
      millis(perMebibyte(one)),
      one.answer,
      '',
    ]),
    ...hostile.map((one) => [
      'hostile',
      one.name,
      one.bytes,
      `${one.shape} in ${one.frame.replace(/^.*?([\w]*)[":]*@@.*$/, '$1') || 'the text'}`,
      millis(one.millis),
      millis(perMebibyte(one)),
      one.answer,
      one.bytes <= 65_536 ? held(one.millis < SMALL_BAR) : held(perMebibyte(one) < LARGE_BAR),
    ]),
  ];
  const headings = ['', 'input', 'bytes', 'most expensive shape', 'CPU', 'CPU per MiB', 'answer', 'bar'];
  publish(
    'Cost of hostile input',
    command,
    `CPU time of the service for one body or frame, the most expensive of ${hostile[0].shapes} to ${Math.max(...hostile.map(({ shapes }) => shapes))} inputs of the same size. Bars: ${SMALL_BAR} ms up to 64 KiB, ${LARGE_BAR} ms per MiB above.\n\n${table(headings, rows)}`,
  );
}

const held = (is) => (is ? 'held' : 'NOT HELD');

/** Sends malformed and hostile frames and requests. Checks that the service still answers and its memory returns to its previous level. */
async function runMemory({ scale = 1, command }) {
  const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  const service = await startService({ postgres, redis, people: 2 });
  const target = { url: service.url, port: Number(new URL(service.url).port) };
  const attacks = Math.round(ATTACKS * scale);
  await attack(target, attacks / 10);
  const before = { ...(await service.sample({ collect: true })), ...(await answerTime(service.url)) };
  const rows = [['before', mebibytes(before.rss), mebibytes(before.heapUsed), millis(before.median), '', '']];
  let after = before;
  for (let round = 1; round <= ROUNDS; round += 1) {
    const seen = await attack(target, attacks);
    await delay(1_000);
    after = { ...(await service.sample({ collect: true })), ...(await answerTime(service.url)) };
    rows.push([
      `after ${round * attacks}`,
      mebibytes(after.rss),
      mebibytes(after.heapUsed),
      millis(after.median),
      seen,
      '',
    ]);
  }
  rows.at(-1)[5] = after.heapUsed - before.heapUsed < KEPT && after.rss - before.rss < 4 * KEPT ? 'back' : 'NOT BACK';
  await service.stop();
  await Promise.all([postgres.stop(), redis.stop()]);
  const headings = ['when', 'RSS', 'heap', 'POST to socket, median', 'answers to the attacks', 'memory'];
  publish(
    'Hostile input',
    command,
    `${attacks} malformed or hostile frames and requests per round, from ${AT_ONCE} clients at once; memory after a garbage collection.\n\n${table(headings, rows)}`,
  );
}

/** The median of several ordinary notifications, from POST to socket. */
async function answerTime(url) {
  const socket = new Client(`${url.replace('http', 'ws')}/ws/notifications/?token=${webSocketToken(1)}`);
  await socket.next('connection_established');
  const times = [];
  for (let sample = 0; sample < 100; sample += 1) {
    const started = performance.now();
    const status = await post(`${url}/api/notifications/`, accessToken(0), BODY);
    if (status !== 201) throw new Error(`an ordinary POST is answered with ${status}`);
    times.push((await socket.next('notification')).at - started);
  }
  await socket.close();
  return { median: median(times) };
}

async function attack(target, count) {
  const endings = new Map();
  const kinds = [...Object.values(FRAMES), ...Object.values(REQUESTS)];
  let next = 0;
  const attacker = async () => {
    while (next < count) {
      const index = (next += 1);
      const ending = await kinds[index % kinds.length](target, index);
      endings.set(ending, (endings.get(ending) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, attacker));
  return [...endings]
    .sort(([, a], [, b]) => b - a)
    .slice(0, 8)
    .map(([ending, times]) => `${ending}: ${times}`)
    .join(', ');
}
