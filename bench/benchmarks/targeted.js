import { Arena, costOf, requireFaultless } from '../lib/arena.js';
import { REFERENCE } from '../lib/contenders.js';
import { publishCount } from '../lib/infrastructure.js';
import { userIds, webSocketToken } from '../lib/people.js';
import { micros, percent, publish, ratio, say, table } from '../lib/report.js';
import { median, spread } from '../lib/statistics.js';

const USERS = 2_000;
const MESSAGES = 20_000;
const OUTSTANDING = [1, 16];

/** Sends single messages to users with their own groups, published through Redis by another process. */
export async function run({ repetitions = 7, scale = 1, only = DEFAULT, command }) {
  const arena = await Arena.open({ people: USERS, only });
  const tokens = userIds(USERS).map((_, index) => webSocketToken(index));
  for (const contender of arena.contenders.values()) {
    await arena.openSockets(contender, '/ws/notifications/', { tokens, count: USERS });
  }
  const costs = new Map();
  const commands = new Map();
  for (const outstanding of OUTSTANDING) {
    for (let repetition = 0; repetition <= repetitions; repetition += 1) {
      for (const [name, contender] of arena.contenders) {
        const messages = Math.round(MESSAGES * scale);
        const before = await publishCount(arena.redis.url);
        const { cpuMicros, result } = await costOf(contender, () =>
          contender.fleet.publish({ target: 'users', users: userIds(USERS), messages, outstanding }),
        );
        const after = await publishCount(arena.redis.url);
        requireFaultless(name, result);
        commands.set(name, (after - before) / messages);
        const cost = cpuMicros / messages;
        const key = `${name} ${outstanding}`;
        if (repetition > 0) costs.set(key, [...(costs.get(key) ?? []), cost]);
        say(`${outstanding} outstanding, ${name}: ${micros(cost)}, ${commands.get(name)} Redis commands per message`);
      }
    }
  }
  await arena.close();
  publish('Targeted messages', command, report(costs, [...arena.contenders.keys()], commands));
}

const DEFAULT = ['tidings', 'tuned ws', 'plain ws', 'nest WsAdapter', 'socket.io'];

function report(costs, names, commands) {
  const rows = OUTSTANDING.flatMap((outstanding) =>
    names.map((name) => {
      const values = costs.get(`${name} ${outstanding}`);
      const ratios = values.map((value, index) => value / costs.get(`${REFERENCE} ${outstanding}`)[index]);
      const bar = name === 'tidings' ? '<= 1.10x, 1 command' : '';
      const redis = commands.get(name).toFixed(3);
      return [outstanding, name, micros(median(values)), ratio(median(ratios)), percent(spread(ratios)), redis, bar];
    }),
  );
  const headings = [
    'outstanding',
    'server',
    'CPU per message',
    'to tuned ws',
    'spread',
    'Redis commands per message',
    'bar',
  ];
  return `${USERS} users, each with a socket in its own groups; each message goes to one user.\n\n${table(headings, rows)}`;
}
