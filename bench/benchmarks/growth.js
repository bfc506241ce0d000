import { Arena, costOf, requireFaultless } from '../lib/arena.js';
import { LoadFleet } from '../load/load-fleet.js';
import { openFilesLimit } from '../lib/machine.js';
import { userIds, webSocketToken } from '../lib/people.js';
import { micros, percent, publish, ratio, say, table } from '../lib/report.js';
import { NodeServer } from '../lib/server-process.js';
import { MAIN } from '../lib/service.js';
import { median, spread } from '../lib/statistics.js';

const CROWD = 20_000;
const RESERVE = 700;
const FEW = 100;
const SAMPLE = 500;
const MESSAGES = 4_000;
const GROUP_MESSAGES = 400;

/**
 * Measures whether a connect or a message costs more when many sockets are open, or when the group has members on
 * another node.
 */
export async function run({ repetitions = 7, scale = 1, command }) {
  const crowd = Math.round(Math.min(CROWD, openFilesLimit() - RESERVE) * scale);
  const arena = await Arena.open({ people: crowd + SAMPLE, only: ['tidings'] });
  const tokens = userIds(crowd + SAMPLE).map((_, index) => webSocketToken(index));
  const few = await perSocketCosts(arena, tokens, { open: FEW, repetitions });
  const many = await perSocketCosts(arena, tokens, { open: crowd, repetitions });
  await arena.service.fleet.close();
  const apart = await acrossNodes(arena, repetitions);
  await arena.close();
  const rows = [
    ['connect', `${FEW} sockets open`, `${crowd} sockets open`, ...compare(few.connect, many.connect)],
    ['message to one user', `${FEW} sockets open`, `${crowd} sockets open`, ...compare(few.message, many.message)],
    [
      'message to a group of 100',
      'none on the other node',
      '2000 on the other node',
      ...compare(apart.without, apart.with),
    ],
  ];
  const headings = ['CPU of a', 'with', 'and with', 'cost with', 'cost and with', 'ratio', 'spread'];
  const text = `The growth with the number of members on the same node is in the table "Fan-out": CPU per delivery at 100, 1,000 and 5,000.`;
  publish('Growth of costs', command, `${text}\n\n${table(headings, rows)}`);
}

function compare(first, second) {
  return [
    micros(median(first)),
    micros(median(second)),
    ratio(median(second) / median(first)),
    percent(spread(second)),
  ];
}

/** The sockets in `open` stay open while others open and close. */
async function perSocketCosts(arena, tokens, { open, repetitions }) {
  const { service } = arena;
  await service.fleet.close();
  await arena.openSockets(service, '/ws/notifications/', { tokens: tokens.slice(SAMPLE), count: open });
  const sample = await LoadFleet.start(arena.service);
  const costs = { connect: [], message: [] };
  for (let repetition = 0; repetition <= repetitions; repetition += 1) {
    const options = { url: service.server.url, path: '/ws/notifications/?token={token}', tokens, count: SAMPLE };
    const connect = await costOf(service, () => sample.open(options));
    const message = await costOf(service, () =>
      sample.publish({ target: 'users', users: userIds(SAMPLE), messages: MESSAGES, outstanding: 1 }),
    );
    requireFaultless('tidings', message.result);
    await sample.close();
    say(`${open} open: connect ${micros(connect.cpuMicros / SAMPLE)}, message ${micros(message.cpuMicros / MESSAGES)}`);
    if (repetition === 0) continue;
    costs.connect.push(connect.cpuMicros / SAMPLE);
    costs.message.push(message.cpuMicros / MESSAGES);
  }
  sample.end();
  return costs;
}

/** A group of 100 sockets on this node, without and with 2,000 more on a second node. */
async function acrossNodes(arena, repetitions) {
  const { service } = arena;
  const costs = { without: [], with: [] };
  const other = await NodeServer.start(MAIN, service.server.environment);
  const there = await LoadFleet.start(arena.service);
  const path = `/ws/orders/${arena.orderId}/?token={token}`;
  await arena.openSockets(service, `/ws/orders/${arena.orderId}/`, { tokens: [webSocketToken(0)], count: FEW });
  for (let repetition = 0; repetition <= repetitions; repetition += 1) {
    for (const situation of ['without', 'with']) {
      if (situation === 'with') {
        await there.open({ url: other.url, path, tokens: [webSocketToken(0)], count: 2_000 });
      }
      const options = { target: 'order', orderId: arena.orderId, messages: GROUP_MESSAGES, outstanding: 1 };
      const { cpuMicros, result } = await costOf(service, () => service.fleet.publish(options));
      requireFaultless('tidings', result);
      say(`${situation} members on another node: ${micros(cpuMicros / GROUP_MESSAGES)} a message`);
      if (repetition > 0) costs[situation].push(cpuMicros / GROUP_MESSAGES);
      await there.close();
    }
  }
  there.end();
  await other.stop();
  return costs;
}
