import { Client, post } from '../lib/client.js';
import { startPostgres, startRedis } from '../lib/infrastructure.js';
import { accessToken, webSocketToken } from '../lib/people.js';
import { millis, publish, ratio, table } from '../lib/report.js';
import { NodeServer } from '../lib/server-process.js';
import { startService } from '../lib/service.js';
import { median, percentile } from '../lib/statistics.js';

const SAMPLES = 600;
const WARM_UP = 200;
const BODY = {
  user_id: 'user-1',
  notification_type: 'order_status',
  title: 'On its way',
  message: 'In twenty minutes.',
};

/**
 * From the start of a POST of a notification to its arrival on the user's socket, alternating with an echo by a bare
 * `ws`.
 */
export async function run({ scale = 1, command }) {
  const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  const service = await startService({ postgres, redis, people: 2 });
  const echo = await NodeServer.start(new URL('../servers/echo.js', import.meta.url), { REDIS_URL: redis.url });
  const socket = new Client(`${service.url.replace('http', 'ws')}/ws/notifications/?token=${webSocketToken(1)}`);
  await socket.next('connection_established');
  const echoed = new Client(echo.url.replace('http', 'ws'));
  await new Promise((resolve) => echoed.raw.on('open', resolve));
  const figures = { posted: [], answered: [], echoed: [] };
  for (let sample = -WARM_UP; sample < Math.round(SAMPLES * scale); sample += 1) {
    const once = { ...(await postOnce(service.url, socket)), echoed: await echoOnce(echoed) };
    if (sample >= 0) for (const [name, value] of Object.entries(once)) figures[name].push(value);
  }
  await Promise.all([socket.close(), echoed.close()]);
  await Promise.all([service.stop(), echo.stop()]);
  await Promise.all([postgres.stop(), redis.stop()]);
  const row = (name, values, bar) => {
    const [typical, late] = [median(values), percentile(values, 99)];
    const [typicalEcho, lateEcho] = [median(figures.echoed), percentile(figures.echoed, 99)];
    return [name, millis(typical), ratio(typical / typicalEcho), millis(late), ratio(late / lateEcho), bar];
  };
  const rows = [
    row('POST to socket', figures.posted, 'median < 10 ms'),
    row('POST to its answer', figures.answered, ''),
    row('echo by a bare ws', figures.echoed, ''),
  ];
  const headings = ['what', 'median', 'to the echo', 'p99', 'to the echo', 'bar'];
  publish(
    'Latency of a notification',
    command,
    `One node on PostgreSQL (commits wait for the disk) and Redis, ${figures.posted.length} times one after the other.\n\n${table(headings, rows)}`,
  );
}

async function postOnce(url, socket) {
  const started = performance.now();
  const answer = post(`${url}/api/notifications/`, accessToken(0), BODY).then((status) => {
    if (status !== 201) throw new Error(`POST notifications answered ${status}`);
    return performance.now() - started;
  });
  const { at } = await socket.next('notification');
  return { posted: at - started, answered: await answer };
}

async function echoOnce(client) {
  const started = performance.now();
  client.send({ type: 'echo', message: BODY.message });
  return (await client.next('echo')).at - started;
}
