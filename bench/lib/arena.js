import { contenderNames, REFERENCE, SERVICE, startContender } from './contenders.js';
import { startPostgres, startRedis } from './infrastructure.js';
import { LoadFleet } from '../load/load-fleet.js';
import { say } from './report.js';
import { createOrder } from './service.js';

/** PostgreSQL, Redis and the compared servers, each with a fleet of clients. */
export class Arena {
  contenders = new Map();

  /** `people`: the number of users in the database of the service. `only`: the names of servers; default: all. */
  static async open({ people, only }) {
    const arena = new Arena();
    [arena.postgres, arena.redis] = await Promise.all([startPostgres(), startRedis()]);
    arena.people = people;
    for (const name of contenderNames(only)) {
      const contender = await startContender(name, arena);
      contender.fleet = await LoadFleet.start(contender);
      arena.contenders.set(name, contender);
      say(`${name} listens on ${contender.server.url}`);
    }
    if (arena.service) arena.orderId = await createOrder(arena.service.server);
    return arena;
  }

  get service() {
    return this.contenders.get(SERVICE);
  }

  get reference() {
    return this.contenders.get(REFERENCE);
  }

  /** Opens sockets of one contender. `path` is a path of the service; tokens are inserted into it. */
  openSockets(contender, path, options) {
    return contender.fleet.open({
      url: contender.server.url,
      path: contender.pathOf(`${path}?token={token}`),
      ...options,
    });
  }

  async close() {
    for (const { fleet, server } of this.contenders.values()) {
      fleet.end();
      await server.stop();
    }
    await Promise.all([this.postgres.stop(), this.redis.stop()]);
  }
}

/** The CPU time in microseconds that the server of a contender spends on `work`, and the result of `work`. */
export async function costOf({ server }, work) {
  const before = await server.sample();
  const result = await work();
  const after = await server.sample();
  return { cpuMicros: after.cpuMicros - before.cpuMicros, result };
}

/** Throws if a delivery was lost, duplicated or out of order, because the cost of incomplete work is meaningless. */
export function requireFaultless(name, { lost, doubled, disordered, ended, endings }) {
  if (lost + doubled + disordered + ended === 0) return;
  throw new Error(`${name}: ${JSON.stringify({ lost, doubled, disordered, ended, endings })}`);
}
