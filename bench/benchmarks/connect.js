import { Arena, costOf } from '../lib/arena.js';
import { REFERENCE } from '../lib/contenders.js';
import { openFilesLimit } from '../lib/machine.js';
import { userIds, webSocketToken } from '../lib/people.js';
import { kilobytes, mebibytes, micros, percent, publish, ratio, say, table } from '../lib/report.js';
import { median, spread } from '../lib/statistics.js';

const SOCKETS = 2_000;
const CROWD = 20_000;
const DEFAULT = ['tidings', 'tuned ws', 'plain ws', 'nest WsAdapter', 'socket.io'];
/** Open files that a process needs for other purposes. */
const RESERVE = 80;
const KINDS = {
  'own groups': { path: () => '/ws/notifications/', bars: true },
  'one group': { path: (arena) => `/ws/orders/${arena.orderId}/`, bars: false },
};

/**
 * CPU of connecting and memory of idle sockets: with own groups for each socket, as users have, and with all sockets in
 * the group of one order.
 */
export async function run({ repetitions = 5, only = DEFAULT, sockets = SOCKETS, command }) {
  const arena = await Arena.open({ people: sockets, only });
  const rows = [];
  for (const [kind, { path, bars }] of Object.entries(KINDS)) {
    const tokens = bars ? userIds(sockets).map((_, index) => webSocketToken(index)) : [webSocketToken(0)];
    const measured = new Map([...arena.contenders.keys()].map((name) => [name, { cpu: [], memory: [], heap: [] }]));
    for (let repetition = 0; repetition <= repetitions; repetition += 1) {
      for (const [name, contender] of arena.contenders) {
        const once = await measure(arena, contender, { path: path(arena), tokens, count: sockets });
        say(
          `${kind}, ${name}: ${micros(once.cpu)}, ${kilobytes(once.memory)}, ${kilobytes(once.heap)} of heap a socket`,
        );
        if (repetition === 0) continue;
        for (const [member, value] of Object.entries(once)) measured.get(name)[member].push(value);
      }
    }
    rows.push(...rowsOf(kind, measured, bars));
  }
  await arena.close();
  const headings = [
    'sockets in',
    'server',
    'CPU per connect',
    'to tuned ws',
    'spread',
    'heap per idle socket',
    'to tuned ws',
    'RSS per idle socket',
    'bar',
  ];
  publish(
    'Connecting and idle sockets',
    command,
    `${sockets} sockets, with 64 handshakes at a time.\n\n${table(headings, rows)}`,
  );
  await showCrowd({ only, command });
}

/** The ratios compare the heap, because RSS grows by whole pages and includes memory that the garbage collector has not returned. */
async function measure(arena, contender, { path, tokens, count }) {
  const before = await contender.server.sample({ collect: true });
  const { cpuMicros } = await costOf(contender, () => arena.openSockets(contender, path, { tokens, count }));
  const after = await contender.server.sample({ collect: true });
  await contender.fleet.close();
  return {
    cpu: cpuMicros / count,
    memory: (after.rss - before.rss) / count,
    heap: (used(after) - used(before)) / count,
  };
}

const used = ({ heapUsed, external }) => heapUsed + external;

function rowsOf(kind, measured, bars) {
  const reference = measured.get(REFERENCE);
  return [...measured].map(([name, { cpu, memory, heap }]) => {
    const ratios = cpu.map((value, index) => value / reference.cpu[index]);
    const ofMemory = median(heap) / median(reference.heap);
    const bar = name === 'tidings' && bars ? '<= 1.50x CPU, <= 1.30x memory' : '';
    return [
      kind,
      name,
      micros(median(cpu)),
      ratio(median(ratios)),
      percent(spread(ratios)),
      kilobytes(median(heap)),
      ratio(ofMemory),
      kilobytes(median(memory)),
      bar,
    ];
  });
}

/**
 * Opens as many idle sockets on one process as the machine allows, up to 20,000. Memory is measured from a fresh start.
 */
async function showCrowd({ only, command }) {
  const count = Math.min(CROWD, openFilesLimit() - RESERVE);
  const crowds = [];
  for (const name of ['tidings', REFERENCE].filter((one) => only.includes(one))) {
    crowds.push({ name, ...(await openCrowd(name, count)) });
    say(JSON.stringify(crowds.at(-1)));
  }
  const rows = crowds.map(({ name, before, after, rss, heap, cpu, seconds }) => {
    const memory = [
      mebibytes(before),
      mebibytes(after),
      kilobytes(rss),
      ratio(rss / crowds.at(-1).rss),
      kilobytes(heap),
    ];
    return [name, count, ...memory, ratio(heap / crowds.at(-1).heap), micros(cpu), `${seconds.toFixed(1)} s`];
  });
  const memory = ['RSS before', 'RSS with them', 'RSS per socket', 'to tuned ws', 'heap per socket', 'to tuned ws'];
  const headings = ['server', 'sockets', ...memory, 'CPU per connect', 'all open after'];
  const limit = `The machine allows ${openFilesLimit()} open files per process.`;
  const text = `Each socket has its own groups; all are on one freshly started process. ${limit} Bar: 1.30x.`;
  publish('Many idle sockets', command, `${text}\n\n${table(headings, rows)}`);
}

async function openCrowd(name, count) {
  const arena = await Arena.open({ people: count, only: [name] });
  const contender = arena.contenders.get(name);
  const tokens = userIds(count).map((_, index) => webSocketToken(index));
  // The first connects load code and grow the heap.
  await arena.openSockets(contender, '/ws/notifications/', { tokens, count: 200 });
  await contender.fleet.close();
  const before = await contender.server.sample({ collect: true });
  const { cpuMicros, result } = await costOf(contender, () =>
    arena.openSockets(contender, '/ws/notifications/', { tokens, count }),
  );
  const after = await contender.server.sample({ collect: true });
  await arena.close();
  return {
    before: before.rss,
    after: after.rss,
    rss: (after.rss - before.rss) / count,
    heap: (used(after) - used(before)) / count,
    cpu: cpuMicros / count,
    seconds: result.seconds,
  };
}
