import { parseArgs } from 'node:util';
import { must } from '../support/clients/rest.js';
import { ChaosClient } from './chaos-client.js';
import { Stage } from './stage.js';
import { table } from './table.js';
import { everyoneIsThere, judge } from './verdict.js';
import { Writer } from './writer.js';

const AT_ONCE = 20;
const MOST_GROWTH_MIB = 16;
const MOST_SLOWDOWN = 2;
const SAMPLE_MS = 200;
const ONE_HOUR_MS = 3_600_000;
const { values } = parseArgs({ options: { messages: { type: 'string', default: '20000' } } });
const messages = Number(values.messages);

interface Round {
  readonly latencyMs: number;
  /** The memory of the node at the end. */
  readonly bytes: number;
}

/** Sends the same messages to one stream twice: while both clients read, and while one of them reads nothing. */
async function run(stage: Stage): Promise<boolean> {
  await stage.invite(1);
  const token = await stage.token('u0');
  const admin = await stage.token('root', 'admin');
  const [quick, slow] = [newClient(stage, token), newClient(stage, token)];
  await Promise.all([quick.start(), slow.start()]);
  await writeAll(stage, admin, quick, messages / 10);
  const calm = await writeAll(stage, admin, quick);
  slow.raw?.pause();
  const stalled = await writeAll(stage, admin, quick);
  slow.raw?.resume();
  const audience = [quick, slow].map((client) => ({ client, streams: ['user_u0', 'notifications'] }));
  const arrived = await everyoneIsThere(stage, audience, 120);
  const { lost, doubled, reordered, due } = await judge(stage, audience, new Writer(stage, admin, 1, []));
  for (const client of [quick, slow]) client.stop();
  const growth = (stalled.bytes - calm.bytes) / 2 ** 20;
  const slowdown = stalled.latencyMs / calm.latencyMs;
  const rows = { 'deliveries due': due, lost, doubled, reordered };
  process.stdout.write(
    `\n${table([
      ['messages of 1 kB, each time', messages],
      ['median latency of the other client when both read (ms)', calm.latencyMs],
      ['median latency of the other client when one reads nothing (ms)', stalled.latencyMs],
      ['node memory grew by MiB', growth.toFixed(1)],
      ...Object.entries(rows),
    ])}\n`,
  );
  return arrived && lost + doubled + reordered === 0 && growth < MOST_GROWTH_MIB && slowdown < MOST_SLOWDOWN;
}

function newClient(stage: Stage, token: string): ChaosClient {
  return new ChaosClient(() => stage.url(0) ?? '', '/ws/notifications/', token, ONE_HOUR_MS);
}

async function writeAll(stage: Stage, token: string, quick: ChaosClient, count = messages): Promise<Round> {
  const sent = new Map<string, number>();
  const latencies: number[] = [];
  const listen = (data: Buffer): void => {
    const { notification } = JSON.parse(data.toString()) as { notification?: { title: string } };
    const at = sent.get(notification?.title ?? '');
    if (at !== undefined) latencies.push(performance.now() - at);
  };
  quick.raw?.on('message', listen);
  const samples: number[] = [];
  const sampling = setInterval(() => void memory(stage).then((bytes) => samples.push(bytes)), SAMPLE_MS);
  let n = 0;
  const one = async (): Promise<void> => {
    while (n < count) {
      const title = `n${(n += 1)}`;
      sent.set(title, performance.now());
      const body = { user_id: 'u0', notification_type: 'general', title, message: 'x'.repeat(1_000) };
      await must(stage.url(0) ?? '', 'POST /api/notifications/', { token, body });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  clearInterval(sampling);
  quick.raw?.off('message', listen);
  latencies.sort((left, right) => left - right);
  return { latencyMs: Number((latencies[latencies.length >> 1] ?? 0).toFixed(1)), bytes: heldAtTheEnd(samples) };
}

/** The minimum of the last quarter. Memory above it is garbage: V8 leaves tens of MiB between two collections. */
function heldAtTheEnd(samples: readonly number[]): number {
  return Math.min(...samples.slice(Math.floor(samples.length * 0.75)));
}

async function memory(stage: Stage): Promise<number> {
  const metrics = await (await fetch(`${stage.url(0) ?? ''}/metrics`)).text();
  const read = (name: string): number => Number(new RegExp(`^${name} (\\d+)`, 'm').exec(metrics)?.[1]);
  return read('nodejs_heap_size_used_bytes') + read('nodejs_external_memory_bytes');
}

const stage = await Stage.start(1, { STUCK_TIMEOUT: '3600', PING_INTERVAL: '3600' });
const held = await run(stage).finally(() => stage.stop());
process.exit(held ? 0 : 1);
