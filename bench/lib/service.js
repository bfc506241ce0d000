import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createDatabase, query } from './infrastructure.js';
import { createPeople, JWT_SECRET } from './people.js';
import { NodeServer } from './server-process.js';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
export const MAIN = `${ROOT}dist/main.js`;

/** The service as `node dist/main.js` runs it, without the limits that would stop a benchmark. */
export function serviceEnvironment({ databaseUrl, redisUrl }) {
  return {
    DATABASE_URL: databaseUrl,
    ...(redisUrl && { REDIS_URL: redisUrl }),
    JWT_SECRET,
    // All requests come from one address and a few users.
    REQUEST_RATE: '0',
    ADMIN_REQUEST_RATE: '0',
    ADDRESS_REQUEST_RATE: '0',
    ALLOWED_HOSTS: 'localhost,127.0.0.1',
    MAX_SOCKETS_PER_USER: '1000000',
    DEMO_DATA: 'false',
  };
}

/** Starts the service on a separate database with `people` users. */
export async function startService({ postgres, redis, people = 1, name = 'tidings' }, environment = {}) {
  const databaseUrl = await createDatabase(postgres.url, name);
  const full = { ...serviceEnvironment({ databaseUrl, redisUrl: redis.url }), ...environment };
  // The first start applies the migrations; the measured service is started on the migrated database.
  await (await NodeServer.start(MAIN, full)).stop();
  await createPeople(databaseUrl, people);
  const server = await NodeServer.start(MAIN, full);
  return Object.assign(server, { databaseUrl, environment: full });
}

/** An order of user-0, for any number of sockets. */
export async function createOrder({ databaseUrl }) {
  const [{ id }] = await query(
    databaseUrl,
    `insert into orders (id, customer_id, status, pickup_address, delivery_address, items, total)
     values ('01890a5d-ac96-774b-bcce-b302099a8057', 'user-0', 'pending', '1 Mill Lane', '2 Bridge Street', '[]', 0)
     returning id`,
  );
  return id;
}

/** Builds the service, so that the measurement uses the current source. */
export function build() {
  const { status } = spawnSync('npm', ['run', 'build'], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Error('npm run build failed');
}
