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

const { values } = parseArgs({
  options: { clients: { type: 'string', default: '5000' }, minutes: { type: 'string', default: '0' } },
});
const size = Number(values.clients);

interface Storm {
  readonly held: boolean;
  readonly calm: Measure;
  readonly storm: Measure;
  /** In bytes. */
  readonly growth: number;
  readonly wrong: Readonly<Record<'lost' | 'doubled' | 'reordered', number>>;
}

interface Measure {
  readonly ms: number;
  readonly transactions: number;
}

/**
 * One node, PostgreSQL and all clients. The clients first connect slowly, and then all within two seconds, each with
 * missed messages.
 */
async function run(stage: Stage): Promise<Storm> {
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
  for (const complaint of complaints.slice(0, 10)) process.stdout.write(`WRONG: ${complaint}\n`);
  const held = arrived && lost + doubled + reordered + complaints.length === 0;
  return { held, calm, storm, growth: after - before, wrong: { lost, doubled, reordered } };
}

/** Medians over the storms, and sums of the errors. */
function report(storms: readonly Storm[]): string {
  const middle = (figure: (storm: Storm) => number): number =>
    storms.map(figure).sort((one, other) => one - other)[Math.floor(storms.length / 2)] ?? NaN;
  const sum = (name: keyof Storm['wrong']): number => storms.reduce((total, { wrong }) => total + wrong[name], 0);
  return table([
    ['storms', storms.length],
    ['clients', size],
    ['calm: milliseconds until all are established', middle(({ calm }) => calm.ms)],
    ['storm: milliseconds until all are established', middle(({ storm }) => storm.ms)],
    ['storm / calm', middle(({ calm, storm }) => storm.ms / calm.ms).toFixed(2)],
    ['calm: database transactions', middle(({ calm }) => calm.transactions)],
    ['storm: database transactions', middle(({ storm }) => storm.transactions)],
    ['handshakes answered 503', tally.refused],
    ['storm: node memory grew by MiB', (middle(({ growth }) => growth) / 2 ** 20).toFixed(1)],
    ['connections resumed', tally.resumed],
    ['deliveries', tally.deliveries],
    ['lost', sum('lost')],
    ['doubled', sum('doubled')],
    ['reordered', sum('reordered')],
  ]);
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

async function measured(stage: Stage, work: () => Promise<void>): Promise<Measure> {
  const before = await transactions(stage);
  const began = Date.now();
  await work();
  const ms = Date.now() - began;
  return { ms, transactions: (await transactions(stage)) - before };
}

/** Counts each query outside a transaction as one. The statistics of the server are a second late. */
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

const end = Date.now() + Number(values.minutes) * 60_000;
const storms: Storm[] = [];
do {
  const stage = await Stage.start(1);
  storms.push(await run(stage).finally(() => stage.stop()));
  process.stdout.write(`storm ${storms.length}: ${storms.at(-1)?.held === true ? 'held' : 'FAILED'}\n`);
} while (Date.now() < end);
process.stdout.write(`\n${report(storms)}\n`);
process.exit(storms.every(({ held }) => held) ? 0 : 1);
