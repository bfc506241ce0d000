import { parseArgs } from 'node:util';
import { startPostgres } from '../support/postgres-server.js';
import { Campaign } from './campaign.js';
import type { Outcome } from './campaign.js';
import { FuzzService } from './fuzz-service.js';

/** `npm run test:fuzz -- --count 1000000 --seed 7`: against the service on a PostgreSQL of its own. */
async function main(): Promise<boolean> {
  const { values } = parseArgs({
    options: {
      count: { type: 'string', default: '20000' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
    },
  });
  const [count, seed] = [Number(values.count), Number(values.seed)];
  process.stdout.write(`--count ${String(count)} --seed ${String(seed)}\n`);
  const postgres = await startPostgres();
  try {
    const service = await FuzzService.start(await postgres.createDatabase());
    try {
      const campaign = await Campaign.against(service);
      return report(await campaign.run({ count, seed, tell: (line) => process.stdout.write(`${line}\n`) }));
    } finally {
      await service.stop();
    }
  } finally {
    await postgres.stop();
  }
}

function report({ sent, failures, crash }: Outcome): boolean {
  const errors = failures.filter(({ severity }) => severity === 'server');
  process.stdout.write(`\n${String(sent)} requests and frames sent\n`);
  for (const { signature, times } of failures) process.stdout.write(`  ${String(times)} x ${signature}\n`);
  if (crash !== null) process.stdout.write(`CRASH: ${crash}\n`);
  process.stdout.write(`${String(errors.length)} kinds of server errors\n`);
  return errors.length === 0 && crash === null;
}

process.exitCode = (await main()) ? 0 : 1;
