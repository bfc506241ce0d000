import { PositionCodec } from '../../src/streams/position/position-codec.js';
import type { ChaosClient } from './chaos-client.js';
import type { Stage } from './stage.js';
import type { Writer } from './writer.js';

export interface Verdict {
  readonly logged: number;
  readonly acceptedButNotLogged: number;
  readonly due: number;
  readonly lost: number;
  readonly doubled: number;
  readonly reordered: number;
  readonly wrongContent: number;
  readonly complaints: readonly string[];
}

export interface Audience {
  readonly client: ChaosClient;
  readonly streams: readonly string[];
}

type Log = ReadonlyMap<string, readonly string[]>;

/** The log in the database at the end: the text at each position of each stream, from 1. */
async function readLog(stage: Stage): Promise<Log> {
  const rows = await stage.query(
    `select stream, coalesce(payload#>>'{notification,title}', payload#>>'{message,text}', type) as text
     from stream_entries order by stream, position`,
  );
  const log = new Map<string, string[]>();
  for (const { stream, text } of rows as { stream: string; text: string }[]) {
    const texts = log.get(stream);
    if (texts) texts.push(text);
    else log.set(stream, [text]);
  }
  return log;
}

export async function readCodec(stage: Stage): Promise<PositionCodec> {
  const [row] = await stage.query('select epoch from stream_epoch');
  return new PositionCodec(String(row?.epoch));
}

/** Waits until every client has reached the end of its streams. Returns false if that takes too long. */
export async function everyoneIsThere(stage: Stage, audience: readonly Audience[], seconds: number): Promise<boolean> {
  const codec = await readCodec(stage);
  for (const deadline = Date.now() + seconds * 1_000; Date.now() < deadline;) {
    const rows = (await stage.query('select name, head from streams')) as { name: string; head: string }[];
    const heads = new Map(rows.map(({ name, head }) => [name, Number(head)]));
    const isThere = ({ client, streams }: Audience): boolean =>
      client.position ===
      codec.encode(
        streams,
        streams.map((stream) => heads.get(stream) ?? 0),
      );
    if (audience.every(isThere)) return true;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  return false;
}

/** Compares the messages of each client with the log. */
export async function judge(stage: Stage, audience: readonly Audience[], writer: Writer): Promise<Verdict> {
  const [log, codec] = await Promise.all([readLog(stage), readCodec(stage)]);
  const sum = { due: 0, lost: 0, doubled: 0, reordered: 0, wrongContent: 0 };
  for (const one of audience) {
    const found = compare(one, log, codec);
    for (const key of Object.keys(sum) as (keyof typeof sum)[]) sum[key] += found[key];
  }
  const acceptedButNotLogged = [...writer.accepted].filter(([text, stream]) => !log.get(stream)?.includes(text)).length;
  return {
    logged: [...log.values()].reduce((total, texts) => total + texts.length, 0),
    acceptedButNotLogged,
    ...sum,
    complaints: audience.flatMap(({ client }) => client.complaints),
  };
}

function compare({ client, streams }: Audience, log: Log, codec: PositionCodec): Record<string, number> & Counts {
  const counts = { due: 0, lost: 0, doubled: 0, reordered: 0, wrongContent: 0 };
  const first = client.first === null ? null : codec.decode(client.first, streams);
  if (!first) return counts;
  const at = [...first];
  const seen = streams.map(() => new Set<number>());
  for (const { position, text } of client.receipts) {
    const now = codec.decode(position, streams) ?? at;
    const index = now.findIndex((value, stream) => value !== at[stream]);
    const stream = index < 0 ? 0 : index;
    const value = now[stream] ?? 0;
    if (index < 0 || seen[stream]?.has(value)) counts.doubled += 1;
    else if (value < (at[stream] ?? 0)) counts.reordered += 1;
    seen[stream]?.add(value);
    if (log.get(streams[stream] ?? '')?.[value - 1] !== text) counts.wrongContent += 1;
    now.forEach((one, place) => (at[place] = one));
  }
  streams.forEach((stream, index) => {
    const due = (log.get(stream)?.length ?? 0) - (first[index] ?? 0);
    counts.due += due;
    counts.lost += due - (seen[index]?.size ?? 0);
  });
  return counts;
}

interface Counts {
  due: number;
  lost: number;
  doubled: number;
  reordered: number;
  wrongContent: number;
}
