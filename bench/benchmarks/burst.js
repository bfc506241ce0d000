import { Arena } from '../lib/arena.js';
import { webSocketToken } from '../lib/people.js';
import { publish, say, table } from '../lib/report.js';

const SOCKETS = 50;
const MESSAGES = 2_500;
const DEFAULT = ['tidings', 'tuned ws', 'plain ws', 'nest WsAdapter', 'socket.io'];

/** Publishes all messages at once. */
export async function run({ repetitions = 3, only = DEFAULT, command }) {
  const arena = await Arena.open({ people: 1, only });
  const totals = new Map();
  for (const contender of arena.contenders.values()) {
    await arena.openSockets(contender, `/ws/orders/${arena.orderId}/`, { tokens: [webSocketToken(0)], count: SOCKETS });
  }
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    for (const [name, contender] of arena.contenders) {
      const options = { target: 'order', orderId: arena.orderId, messages: MESSAGES, outstanding: MESSAGES };
      const { lost, doubled, disordered, deliveries, seconds } = await contender.fleet.publish(options);
      say(`${name}: ${deliveries} in ${seconds.toFixed(2)} s, ${lost} lost, ${disordered} out of order`);
      const total = totals.get(name) ?? { lost: 0, doubled: 0, disordered: 0, deliveries: 0 };
      totals.set(name, {
        lost: total.lost + lost,
        doubled: total.doubled + doubled,
        disordered: total.disordered + disordered,
        deliveries: total.deliveries + deliveries,
      });
    }
  }
  await arena.close();
  const rows = [...totals].map(([name, { lost, doubled, disordered, deliveries }]) => {
    return [name, deliveries, lost, doubled, disordered, name === 'tidings' ? '0 lost, 0 out of order' : ''];
  });
  const headings = ['server', 'deliveries', 'lost', 'doubled', 'out of order', 'bar'];
  publish(
    'Burst',
    command,
    `${MESSAGES} messages at once to ${SOCKETS} sockets, ${repetitions} times.\n\n${table(headings, rows)}`,
  );
}
