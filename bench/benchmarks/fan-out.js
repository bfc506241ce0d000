import { Arena, costOf, requireFaultless } from '../lib/arena.js';
import { REFERENCE } from '../lib/contenders.js';
import { webSocketToken } from '../lib/people.js';
import { micros, percent, publish, ratio, say, table } from '../lib/report.js';
import { median, spread } from '../lib/statistics.js';

const SIZES = [100, 1_000, 5_000];
const OUTSTANDING = [1, 16];
/** Deliveries of one repetition: enough to measure, few enough to alternate often. */
const DELIVERIES = { 1: 60_000, 16: 320_000 };
const BARS = { 1: 1.0, 16: 0.2 };

/** CPU per delivery of group messages published through Redis, for groups of several sizes. */
export async function run({ repetitions = 7, only, scale = 1, sockets, command }) {
  const sizes = sockets ? [sockets] : SIZES;
  const arena = await Arena.open({ people: 1, only });
  const costs = new Map();
  for (const size of sizes) {
    for (const contender of arena.contenders.values()) {
      await arena.openSockets(contender, `/ws/orders/${arena.orderId}/`, { tokens: [webSocketToken(0)], count: size });
    }
    for (const outstanding of OUTSTANDING) await measureAll(arena, costs, { size, outstanding, repetitions, scale });
    for (const contender of arena.contenders.values()) await contender.fleet.close();
  }
  await arena.close();
  publish('Fan-out: CPU per delivery', command, report(costs, [...arena.contenders.keys()], sizes));
}

async function measureAll(arena, costs, { size, outstanding, repetitions, scale }) {
  const messages = Math.max(outstanding, Math.round((DELIVERIES[outstanding] * scale) / size));
  const options = { target: 'order', orderId: arena.orderId, messages, outstanding };
  // The first round warms up and does not count.
  for (let repetition = 0; repetition <= repetitions; repetition += 1) {
    for (const [name, contender] of arena.contenders) {
      const { cpuMicros, result } = await costOf(contender, () => contender.fleet.publish(options));
      requireFaultless(name, result);
      const cost = cpuMicros / result.deliveries;
      if (repetition > 0) listIn(costs, key(name, size, outstanding)).push(cost);
      say(`${size} sockets, ${outstanding} outstanding, ${name}: ${micros(cost)}`);
    }
  }
}

function report(costs, names, sizes) {
  const rows = OUTSTANDING.flatMap((outstanding) =>
    sizes.flatMap((size) =>
      names.map((name) => {
        const values = costs.get(key(name, size, outstanding));
        const references = costs.get(key(REFERENCE, size, outstanding)) ?? values;
        const ratios = values.map((value, index) => value / references[index]);
        const bar = name === 'tidings' ? `<= ${ratio(BARS[outstanding])}` : '';
        return [outstanding, size, name, micros(median(values)), ratio(median(ratios)), percent(spread(ratios)), bar];
      }),
    ),
  );
  return table(['outstanding', 'sockets', 'server', 'CPU per delivery', 'to tuned ws', 'spread', 'bar'], rows);
}

function key(name, size, outstanding) {
  return `${name} ${size} ${outstanding}`;
}

function listIn(map, name) {
  if (!map.has(name)) map.set(name, []);
  return map.get(name);
}
