import { Arena, requireFaultless } from '../lib/arena.js';
import { REFERENCE } from '../lib/contenders.js';
import { webSocketToken } from '../lib/people.js';
import { millis, percent, publish, ratio, say, table } from '../lib/report.js';
import { median, spread } from '../lib/statistics.js';

const SOCKETS = 100;
const MESSAGES_PER_SECOND = 30;
const SECONDS = 5;
const DEFAULT = ['tidings', 'tuned ws', 'plain ws', 'nest WsAdapter', 'socket.io'];

/** Latency from PUBLISH to the client at 3,000 deliveries a second, far from saturation. */
export async function run({ repetitions = 9, only = DEFAULT, scale = 1, command }) {
  const arena = await Arena.open({ people: 1, only });
  const figures = new Map([...arena.contenders.keys()].map((name) => [name, { p50: [], p99: [] }]));
  for (const contender of arena.contenders.values()) {
    await arena.openSockets(contender, `/ws/orders/${arena.orderId}/`, { tokens: [webSocketToken(0)], count: SOCKETS });
  }
  const messages = Math.round(MESSAGES_PER_SECOND * SECONDS * scale);
  for (let repetition = 0; repetition <= repetitions; repetition += 1) {
    for (const [name, contender] of arena.contenders) {
      const options = { target: 'order', orderId: arena.orderId, messages, rate: MESSAGES_PER_SECOND };
      const result = await contender.fleet.publish(options);
      requireFaultless(name, result);
      say(`${name}: median ${millis(result.p50)}, p99 ${millis(result.p99)}`);
      if (repetition === 0) continue;
      figures.get(name).p50.push(result.p50);
      figures.get(name).p99.push(result.p99);
    }
  }
  await arena.close();
  const reference = figures.get(REFERENCE);
  const rows = [...figures].map(([name, { p50, p99 }]) => {
    const ratios = p99.map((value, index) => value / reference.p99[index]);
    return [
      name,
      millis(median(p50)),
      millis(median(p99)),
      ratio(median(ratios)),
      percent(spread(ratios)),
      name === 'tidings' ? '<= 1.50x' : '',
    ];
  });
  const headings = ['server', 'median', 'p99', 'p99 to tuned ws', 'spread', 'bar'];
  publish(
    'Latency at a fixed load',
    command,
    `${SOCKETS} sockets, ${MESSAGES_PER_SECOND} messages a second, from PUBLISH to the client's callback.\n\n${table(headings, rows)}`,
  );
}
