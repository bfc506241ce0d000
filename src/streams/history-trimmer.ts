import { Injectable, Logger } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import { setTimeout as wait } from 'node:timers/promises';
import { Settings } from '../config/settings.js';
import { Database } from '../database/database.js';
import { execute } from '../database/execute.js';

const EVERY_MS = 10 * 60_000;
const STEP = 1_000;
const PAUSE_MS = 20;

/**
 * Deletes entries older than HISTORY_DAYS in the background, in processes with the `worker` role. Each step is one short
 * transaction on one stream: a transaction on two streams could deadlock with an append.
 */
@Injectable()
export class HistoryTrimmer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('HistoryTrimmer');
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<number> | undefined;
  private stopping = false;

  constructor(
    private readonly database: Database,
    private readonly settings: Settings,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.settings.roles.includes('worker')) return;
    this.timer = setInterval(() => {
      this.trim().catch((error: unknown) => {
        this.logger.warn(`old history could not be trimmed; retrying later: ${String(error)}`);
      });
    }, EVERY_MS);
    this.timer.unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    clearInterval(this.timer);
    await this.running?.catch(() => undefined);
  }

  /** Deletes entries until none is too old, and resolves with their number. Concurrent calls share one run. */
  trim(): Promise<number> {
    this.running ??= this.trimAll().finally(() => {
      this.running = undefined;
    });
    return this.running;
  }

  private async trimAll(): Promise<number> {
    let total = 0;
    while (!this.stopping) {
      const gone = await this.trimStep();
      if (gone === 0) break;
      total += gone;
      await wait(PAUSE_MS, undefined, { ref: false });
    }
    if (total > 0)
      this.logger.log(`${String(total)} entries older than ${String(this.settings.historyDays)} days deleted`);
    return total;
  }

  private trimStep(): Promise<number> {
    return this.database.transaction(async ({ db }) => {
      const cutoff = sql`now() - make_interval(days => ${this.settings.historyDays}::int)`;
      const { rows } = await execute<{ gone: string }>(
        db,
        sql`
        WITH victim AS (SELECT stream FROM stream_entries WHERE created_at < ${cutoff} LIMIT 1),
        old AS (
          SELECT stream, position FROM stream_entries
          WHERE stream = (SELECT stream FROM victim) AND created_at < ${cutoff}
          ORDER BY position LIMIT ${STEP}
        ), gone AS (
          DELETE FROM stream_entries AS entry USING old
          WHERE entry.stream = old.stream AND entry.position = old.position
          RETURNING entry.stream, entry.position
        ), marked AS (
          UPDATE streams SET trimmed = greatest(trimmed, (SELECT max(position) FROM gone))
          WHERE name = (SELECT stream FROM victim) AND EXISTS (SELECT 1 FROM gone)
        )
        SELECT count(*) AS gone FROM gone`,
      );
      return Number(rows[0]?.gone ?? 0);
    });
  }
}
