import { Arena, costOf, requireFaultless } from '../lib/arena.js';
import { accessToken, userIds, webSocketToken } from '../lib/people.js';
import { micros, percent, publish, ratio, say, table } from '../lib/report.js';
import { median, spread } from '../lib/statistics.js';

const USERS = 1_000;
/** Enough messages for the compiler: a POST runs much code, and the first few hundred requests cost twice as much. */
const MESSAGES = 300;

/**
 * A broadcast over REST (stored, appended to the log, published), compared with the same fan-out through Redis alone.
 */
export async function run({ repetitions = 7, scale = 1, command }) {
  const arena = await Arena.open({ people: USERS + 1, only: ['tidings'] });
  const { service } = arena;
  const tokens = userIds(USERS).map((_, index) => webSocketToken(index));
  await arena.openSockets(service, '/ws/notifications/', { tokens, count: USERS });
  const messages = Math.max(5, Math.round(MESSAGES * scale));
  const costs = { 'through Redis, no log': [], 'REST POST broadcast': [], 'POST to a user without socket': [] };
  const works = {
    'through Redis, no log': (fleet) => fleet.publish({ target: 'everybody', messages, outstanding: 1 }),
    'REST POST broadcast': (fleet) =>
      fleet.publish({
        target: 'everybody',
        messages,
        outstanding: 1,
        post: { url: service.server.url, token: accessToken(0) },
      }),
    'POST to a user without socket': () => postToNobody(service.server.url, messages),
  };
  for (let repetition = 0; repetition <= repetitions; repetition += 1) {
    for (const [name, work] of Object.entries(works)) {
      const { cpuMicros, result } = await costOf(service, () => work(service.fleet));
      if (result) requireFaultless(name, result);
      const cost = cpuMicros / messages / USERS;
      say(`${name}: ${micros(cost)} a delivery`);
      if (repetition > 0) costs[name].push(cost);
    }
  }
  await arena.close();
  publish('Durable fan-out', command, report(costs));
}

function report(costs) {
  const reference = costs['through Redis, no log'];
  const rows = Object.entries(costs).map(([name, values]) => {
    const ratios = values.map((value, index) => value / reference[index]);
    const bar = name.startsWith('REST') ? '<= 1.30x' : '';
    return [name, micros(median(values)), ratio(median(ratios)), percent(spread(ratios)), bar];
  });
  const headings = ['what', 'CPU per delivery', 'ratio', 'spread', 'bar'];
  return `A broadcast to ${USERS} sockets of ${USERS} users, one broadcast at a time.\n\n${table(headings, rows)}`;
}

/** The same work without sockets: notifications for a user who has none open. */
async function postToNobody(url, messages) {
  for (let sent = 0; sent < messages; sent += 1) {
    const response = await fetch(`${url}/api/notifications/`, {
      method: 'POST',
      headers: { authorization: `Bearer ${accessToken(0)}`, 'content-type': 'application/json' },
      body: JSON.stringify({ user_id: `user-${USERS}`, notification_type: 'x', title: 't', message: 'm' }),
    });
    await response.arrayBuffer();
  }
}
