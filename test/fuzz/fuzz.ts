import { parseArgs } from 'node:util';
import { startPostgres } from '../support/servers/postgres-server.js';
import { startRedis } from '../support/servers/redis-server.js';
import { Campaign } from './campaign.js';
import type { Outcome } from './campaign.js';
import { FuzzService } from './fuzz-service.js';
import type { FuzzServers } from './fuzz-service.js';

/** The servers that the service uses, and how to stop them. */
interface Servers extends FuzzServers {
  stop(): Promise<void>;
}

const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** `npm run test:fuzz -- --count 1000000 --seed 7 --stack servers` */
async function main(): Promise<boolean> {
  const { values } = parseArgs({
    options: {
      count: { type: 'string', default: '20000' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
      stack: { type: 'string', default: 'servers' },
      coverage: { type: 'boolean', default: false },
    },
  });
  const [count, seed] = [Number(values.count), Number(values.seed)];
  print(`--count ${String(count)} --seed ${String(seed)} --stack ${values.stack}`);
  const servers = await startServers(values.stack);
  try {
    const service = await FuzzService.start(servers);
    try {
      const campaign = await Campaign.against(service);
      const outcome = await campaign.run({ count, seed, tell: print });
      if (values.coverage) outcome.coverage.forEach(print);
      return report(outcome);
    } finally {
      await service.stop();
    }
  } finally {
    await servers.stop();
  }
}

/** `servers`: its own PostgreSQL and Redis; `embedded`: PGlite and memory. */
async function startServers(stack: string): Promise<Servers> {
  if (stack === 'embedded') return { databaseUrl: 'pglite://memory', stop: () => Promise.resolve() };
  if (stack !== 'servers') throw new Error(`--stack is servers or embedded, not ${stack}`);
  const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  return {
    databaseUrl: await postgres.createDatabase(),
    redisUrl: redis.url,
    stop: async () => {
      await Promise.all([postgres.stop(), redis.stop()]);
    },
  };
}

function report({ sent, seconds, failures, crash }: Outcome): boolean {
  const errors = failures.filter(({ severity }) => severity === 'server');
  print(`\n${String(sent)} requests and frames in ${seconds.toFixed(0)} s, ${(sent / seconds).toFixed(0)} a second`);
  for (const { signature, times } of failures) print(`  ${String(times)} x ${signature}`);
  if (crash !== null) print(`CRASH: ${crash}`);
  print(`${String(errors.length)} kinds of server errors`);
  return errors.length === 0 && crash === null;
}

process.exitCode = (await main()) ? 0 : 1;
