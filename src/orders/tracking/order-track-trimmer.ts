import { Injectable, Logger } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import { Settings } from '../../config/settings.js';
import { Database } from '../../database/database.js';
import { execute } from '../../database/execute.js';

const EVERY_MS = 60 * 60_000;
const STEP = 5_000;

/** Deletes track points older than HISTORY_DAYS, in processes with the role `worker`. */
@Injectable()
export class OrderTrackTrimmer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('OrderTrackTrimmer');
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<unknown> | undefined;
  private stopping = false;

  constructor(
    private readonly database: Database,
    private readonly settings: Settings,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.settings.roles.includes('worker')) return;
    this.timer = setInterval(() => {
      this.running = this.trim().catch((error: unknown) => {
        this.logger.warn(`old tracks could not be trimmed; retrying later: ${String(error)}`);
      });
    }, EVERY_MS);
    this.timer.unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    clearInterval(this.timer);
    await this.running;
  }

  /** Deletes expired points in small steps until none is left. Returns the number of deleted points. */
  async trim(): Promise<number> {
    let total = 0;
    for (;;) {
      const gone = this.stopping ? 0 : await this.trimStep();
      if (gone === 0) return total;
      total += gone;
    }
  }

  private async trimStep(): Promise<number> {
    const { rows } = await execute<{ gone: string }>(
      this.database.db,
      sql`
      WITH old AS (
        SELECT sequence FROM order_track
        WHERE recorded_at < now() - make_interval(days => ${this.settings.historyDays}::int) LIMIT ${STEP}
      ), gone AS (DELETE FROM order_track USING old WHERE order_track.sequence = old.sequence RETURNING 1)
      SELECT count(*) AS gone FROM gone`,
    );
    return Number(rows[0]?.gone ?? 0);
  }
}
