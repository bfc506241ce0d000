import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ChaosClient, tally } from './chaos-client.js';
import { Stage } from './stage.js';
import { table } from './table.js';
import { everyoneIsThere, judge } from './verdict.js';
import type { Audience } from './verdict.js';
import { Writer } from './writer.js';

const STORM_MS = 2_000;
const CALM_AT_ONCE = 50;
const MISSED_BROADCASTS = 3;

const { values } = parseArgs({ options: { clients: { type: 'string', default: '5000' } } });
const size = Number(values.clients);

/** One node, PostgreSQL, and everybody: first calmly, then all within two seconds, each with what it missed. */
async function run(stage: Stage): Promise<boolean> {
  await stage.invite(size);
  const audience: Audience[] = [];
  for (let n = 0; n < size; n += 1) {
    const client = new ChaosClient(() => stage.url(0) ?? '', '/ws/notifications/', await stage.token(`u${n}`));
    audience.push({ client, streams: [`user_u${n}`, 'notifications'] });
  }
  const writer = new Writer(stage, await stage.token('root', 'admin'), size, []);
  const calm = await measured(stage, () => comeCalmly(audience));
  for (const { client } of audience) client.stop();
  await connectionsAreDown(stage);
  for (let n = 0; n < MISSED_BROADCASTS; n += 1) await writer.write('broadcast');
  for (let n = 0; n < size; n += 10) await writer.write(`u${n}`);
  const before = await memory(stage);
  const storm = await measured(stage, () => comeAtOnce(audience));
  const arrived = await everyoneIsThere(stage, audience, 60);
  const after = await memory(stage);
  const { lost, doubled, reordered, complaints } = await judge(stage, audience, writer);
  for (const { client } of audience) client.stop();
  const rows: (readonly [string, string | number])[] = [
    ['clients', size],
    ['calm: milliseconds until all are established', calm.ms],
    ['storm: milliseconds until all are established', storm.ms],
    ['storm / calm', (storm.ms / calm.ms).toFixed(2)],
    ['calm: database transactions', calm.transactions],
    ['storm: database transactions', storm.transactions],
    ['storm: handshakes answered 503', tally.refused],
    ['storm: node memory grew by MiB', ((after - before) / 2 ** 20).toFixed(1)],
    ...Object.entries({ lost, doubled, reordered }),
  ];
  process.stdout.write(`\n${table(rows)}\n`);
  for (const complaint of complaints.slice(0, 10)) process.stdout.write(`WRONG: ${complaint}\n`);
  return arrived && lost + doubled + reordered + complaints.length === 0;
}

async function comeCalmly(audience: readonly Audience[]): Promise<void> {
  const left = audience.values();
  const one = async (): Promise<void> => {
    for (const { client } of left) await client.start();
  };
  await Promise.all(Array.from({ length: CALM_AT_ONCE }, one));
}

async function comeAtOnce(audience: readonly Audience[]): Promise<void> {
  const begun = audience.map(async ({ client }, index) => {
    await wait((index / audience.length) * STORM_MS);
    await client.start();
  });
  await Promise.all(begun);
}

async function measured(stage: Stage, work: () => Promise<void>): Promise<{ ms: number; transactions: number }> {
  const before = await transactions(stage);
  const began = Date.now();
  await work();
  const ms = Date.now() - began;
  return { ms, transactions: (await transactions(stage)) - before };
}

/** Each query outside a transaction counts as one. The server's own statistics are a second late. */
async function transactions(stage: Stage): Promise<number> {
  await wait(2_000);
  const [row] = await stage.query(
    'select xact_commit + xact_rollback as count from pg_stat_database where datname = current_database()',
  );
  return Number(row?.count);
}

async function memory(stage: Stage): Promise<number> {
  return Number(/^process_resident_memory_bytes (\d+)/m.exec(await metrics(stage))?.[1]);
}

async function connectionsAreDown(stage: Stage): Promise<void> {
  while (!/^tidings_websocket_connections 0$/m.test(await metrics(stage))) await wait(100);
}

async function metrics(stage: Stage): Promise<string> {
  return (await fetch(`${stage.url(0) ?? ''}/metrics`)).text();
}

const stage = await Stage.start(1);
const held = await run(stage).finally(() => stage.stop());
process.exit(held ? 0 : 1);
