import { setTimeout as wait } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { Settings } from '../config/settings.js';

const PAUSE_MS = 20;

/** The rows that a `Trimmer` deletes. A module that provides a trimmer also provides this. */
export abstract class ExpiringRows {
  /** For log lines, such as `log entries`. */
  abstract readonly description: string;
  abstract readonly trimEveryMs: number;

  /** 0: for ever. Default: HISTORY_DAYS. */
  daysKept({ database }: Settings): number {
    return database.historyDays;
  }

  /** Deletes some rows older than this number of days. Resolves with their number; 0 if there were none. */
  abstract deleteSome(days: number): Promise<number>;
}

/** Deletes expired rows in the background, in small steps, in processes with the role `worker`. */
@Injectable()
export class Trimmer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Trimmer');
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<number> | undefined;
  private stopping = false;

  constructor(
    private readonly settings: Settings,
    private readonly rows: ExpiringRows,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.settings.process.roles.includes('worker')) return;
    this.timer = setInterval(() => {
      this.trim().catch((error: unknown) => {
        this.logger.warn(`old ${this.rows.description} could not be deleted; retrying later: ${String(error)}`);
      });
    }, this.rows.trimEveryMs);
    this.timer.unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    clearInterval(this.timer);
    await this.running?.catch(() => undefined);
  }

  /** Deletes rows until none is too old, and resolves with their number. Concurrent calls share one run. */
  trim(): Promise<number> {
    this.running ??= this.trimAll().finally(() => {
      this.running = undefined;
    });
    return this.running;
  }

  private async trimAll(): Promise<number> {
    const days = this.rows.daysKept(this.settings);
    let total = 0;
    while (days > 0 && !this.stopping) {
      const deleted = await this.rows.deleteSome(days);
      if (deleted === 0) break;
      total += deleted;
      await wait(PAUSE_MS, undefined, { ref: false });
    }
    if (total > 0) this.logger.log(`${total} ${this.rows.description} older than ${days} days deleted`);
    return total;
  }
}
