import { contenderNames, REFERENCE, SERVICE, startContender } from './contenders.js';
import { startPostgres, startRedis } from './infrastructure.js';
import { LoadFleet } from './load-fleet.js';
import { say } from './report.js';
import { createOrder } from './service.js';

/** PostgreSQL, Redis and the servers that are compared, each with a fleet of clients. */
export class Arena {
  contenders = new Map();

  /** `people`: users in the service's database. `only`: names; default all. */
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

  /** Opens sockets of one contender; `path` is one of the service's, tokens are put into it. */
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

/** CPU microseconds the server of a contender spends on some work, and what the work gives. */
export async function costOf({ server }, work) {
  const before = await server.sample();
  const result = await work();
  const after = await server.sample();
  return { cpuMicros: after.cpuMicros - before.cpuMicros, result };
}

/** Throws when a delivery was lost, came twice or in the wrong order: a cost without the work is no cost. */
export function requireFaultless(name, { lost, doubled, disordered, ended, endings }) {
  if (lost + doubled + disordered + ended === 0) return;
  throw new Error(`${name}: ${JSON.stringify({ lost, doubled, disordered, ended, endings })}`);
}
