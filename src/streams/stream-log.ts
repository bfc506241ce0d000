import { Injectable } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import type { Message } from '../channel-layer/interface/message.js';
import { Database } from '../database/database.js';
import { execute } from '../database/execute.js';
import type { Transaction } from '../database/backend/transaction.js';
import { stringifyExact } from '../exact-json/exact-json.js';
import { Bus } from './bus/bus.js';

export interface AppendOptions {
  /** The group to which the message is published after commit. Default: the group with the stream's name, which Django shares. */
  readonly group?: string;
}

/** Selects an entry of the log. */
export interface EntryQuery {
  readonly stream: string;
  readonly type: string;
  /** The entry was appended at this time or later. */
  readonly since: Date;
  /** The condition that the payload of the entry fulfils. */
  readonly matches: (payload: SQL) => SQL;
}

interface Append {
  readonly stream: string;
  readonly message: Message;
  readonly group: string;
}

/** Appends to durable streams. The log is authoritative; publishing on the channel layer is only a hint that may be lost. */
@Injectable()
export class StreamLog {
  private readonly collected = new WeakMap<Transaction, Append[]>();

  constructor(
    private readonly database: Database,
    private readonly bus: Bus,
  ) {}

  /**
   * Appends a message to a stream within the caller's transaction, and publishes it after commit. The appends of a
   * transaction are executed last, in order of stream name, so that two transactions cannot deadlock, and together with
   * the commit, so that row locks are short. `message` is the group message: gateways convert it to the client message,
   * both live and from the log.
   */
  append(tx: Transaction, stream: string, message: Message, options: AppendOptions = {}): void {
    let appends = this.collected.get(tx);
    if (!appends) {
      const created: Append[] = [];
      appends = created;
      this.collected.set(tx, created);
      tx.beforeCommit(() => {
        this.write(tx, created);
      });
    }
    appends.push({ stream, message, group: options.group ?? stream });
  }

  /** Like `append`, in a separate transaction. */
  async appendNow(stream: string, message: Message, options: AppendOptions = {}): Promise<void> {
    await this.database.transaction((tx) => {
      this.append(tx, stream, message, options);
      return Promise.resolve();
    });
  }

  /** Waits for every other transaction that appends to the stream, and blocks further appends until this transaction ends. */
  async lock(tx: Transaction, stream: string): Promise<void> {
    await execute(
      tx.db,
      sql`INSERT INTO streams (name) VALUES (${stream}) ON CONFLICT (name) DO UPDATE SET head = streams.head`,
    );
  }

  /** Locks several streams like `lock`, in the order of all other transactions. */
  async lockAll(tx: Transaction, streams: readonly string[]): Promise<void> {
    await execute(
      tx.db,
      sql`INSERT INTO streams (name) SELECT DISTINCT name COLLATE "C" FROM unnest(${sql.param([...streams])}::text[]) AS name
          ORDER BY 1 ON CONFLICT (name) DO UPDATE SET head = streams.head`,
    );
  }

  /**
   * Replaces the content of an entry that is still kept, so that clients that resume do not receive the former content. Clients that
   * have received it are not informed: append a message for them. Does nothing if there is no such entry. Reads the stream backwards
   * from its end to `since`.
   */
  async replace(tx: Transaction, { stream, type, since, matches }: EntryQuery, message: Message): Promise<void> {
    const isFound = sql`(entry.type = ${type} AND ${matches(sql`entry.payload`)})`;
    await execute(
      tx.db,
      sql`WITH RECURSIVE entry AS (
            (SELECT position, type, payload, created_at FROM stream_entries WHERE stream = ${stream}
             ORDER BY position DESC LIMIT 1)
            UNION ALL
            SELECT earlier.position, earlier.type, earlier.payload, earlier.created_at
            FROM entry JOIN stream_entries AS earlier ON earlier.stream = ${stream} AND earlier.position = entry.position - 1
            WHERE entry.created_at >= ${since} AND NOT ${isFound}
          )
          UPDATE stream_entries SET type = ${message.type}, payload = ${stringifyExact(message)}::json
          WHERE stream = ${stream} AND position = (SELECT position FROM entry WHERE ${isFound})`,
    );
  }

  private write(tx: Transaction, appends: readonly Append[]): void {
    this.collected.delete(tx);
    const [first] = appends;
    const query = first && appends.length === 1 ? insertEntry(first) : insertEntries(appends);
    let positions: readonly number[] = [];
    tx.atCommit(query, (rows) => {
      positions = positionsOf(appends, rows as readonly EntryRow[]);
    });
    tx.afterCommit(() => {
      appends.forEach(({ group, stream, message }, index) => {
        void this.bus.publish(group, stream, positions[index] as number, message);
      });
    });
  }
}

interface EntryRow {
  readonly stream: string;
  readonly position: string;
}

/** The statement for one entry, the usual case: PostgreSQL plans it in a fraction of the time of `insertEntries`. */
function insertEntry({ stream, message }: Append): SQL {
  return sql`
    WITH raised AS (
      INSERT INTO streams (name, head, updated_at) VALUES (${stream}, 1, clock_timestamp())
      ON CONFLICT (name) DO UPDATE SET head = streams.head + 1, updated_at = clock_timestamp(),
        changed_by = pg_current_xact_id()
      RETURNING name, head
    )
    INSERT INTO stream_entries (stream, position, type, payload)
    SELECT name, head, ${message.type}, ${stringifyExact(message)}::json FROM raised
    RETURNING stream, position`;
}

/** One statement for any number of entries. */
function insertEntries(appends: readonly Append[]): SQL {
  const rows = appends.map(({ stream, message }, n) => ({ n, stream, type: message.type, payload: message }));
  return sql`
    WITH given AS (
      SELECT stream, type, payload,
             row_number() OVER (PARTITION BY stream ORDER BY n) AS rank,
             count(*) OVER (PARTITION BY stream) AS size
      FROM json_to_recordset(${stringifyExact(rows)}::json) AS row(n int, stream text, type text, payload json)
    ), raised AS (
      INSERT INTO streams (name, head, updated_at)
      SELECT stream, max(size), clock_timestamp() FROM given GROUP BY stream ORDER BY stream COLLATE "C"
      ON CONFLICT (name) DO UPDATE SET head = streams.head + excluded.head, updated_at = clock_timestamp(),
        changed_by = pg_current_xact_id()
      RETURNING name, head
    )
    INSERT INTO stream_entries (stream, position, type, payload)
    SELECT given.stream, raised.head - given.size + given.rank, given.type, given.payload
    FROM given JOIN raised ON raised.name = given.stream
    ORDER BY raised.head, given.rank
    RETURNING stream, position`;
}

/** The position of each append, in the order given. */
function positionsOf(appends: readonly Append[], rows: readonly EntryRow[]): number[] {
  const byStream = new Map<string, number[]>();
  for (const { stream, position } of rows) {
    const positions = byStream.get(stream);
    if (positions) positions.push(Number(position));
    else byStream.set(stream, [Number(position)]);
  }
  for (const positions of byStream.values()) positions.sort((left, right) => right - left);
  return appends.map(({ stream }) => byStream.get(stream)?.pop() as number);
}
