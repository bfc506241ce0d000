import { Injectable, Logger } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnModuleDestroy } from '@nestjs/common';
import { setTimeout as wait } from 'node:timers/promises';
import { Settings } from '../config/settings.js';
import { CLOSE_REASONS } from './gateway/close-codes.js';
import { ConnectionRegistry } from './connection/connection-registry.js';
import { RealtimeStatus } from './connection/realtime-status.js';
import { SessionRegistry } from './session/session-registry.js';

/** The number of sockets closed per slot, and the duration of a slot. */
const SLOT_SIZE = 100;
const SLOT_MS = 10;
/** Each socket adds this many milliseconds to the time over which the reconnects of clients are spread. */
const SPREAD_MS_PER_SOCKET = 5;
const SPREAD_AT_LEAST_MS = 1_000;
/** The part of the drain time that is reserved for answers in flight and the last close frames. */
const RESERVE_MS = 4_000;

/**
 * Closes every socket gracefully: a `disconnect` message, then close code 1012. Each client gets a different `retry_after_ms`,
 * so that clients do not all reconnect at once.
 */
@Injectable()
export class Drain implements OnModuleDestroy, BeforeApplicationShutdown {
  private readonly logger = new Logger('Drain');
  private draining: Promise<void> | undefined;

  constructor(
    private readonly settings: Settings,
    private readonly status: RealtimeStatus,
    private readonly connections: ConnectionRegistry,
    private readonly sessions: SessionRegistry,
  ) {}

  /** Starts draining in the first shutdown hook, because the next hook waits for running jobs, which may take long. */
  onModuleDestroy(): void {
    this.status.draining = true;
    this.draining ??= this.drain();
    // A failure is thrown by beforeApplicationShutdown, which awaits the promise.
    this.draining.catch(() => undefined);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.draining;
  }

  private async drain(): Promise<void> {
    const count = this.connections.count;
    if (count === 0) return;
    this.logger.log(`draining ${String(count)} sockets`);
    const deadline = Date.now() + Math.max(this.settings.sockets.drainTimeout * 1000 - RESERVE_MS, 0);
    await Promise.race([this.sessions.idle(), wait(Math.max(deadline - Date.now(), 0), undefined, { ref: false })]);
    await this.closeAll(count, deadline);
    while (this.connections.count > 0 && Date.now() < deadline + RESERVE_MS / 2) await wait(SLOT_MS);
    for (const connection of this.connections) connection.terminate();
  }

  private async closeAll(count: number, deadline: number): Promise<void> {
    const longest = this.settings.sockets.drainTimeout * 1000;
    const spreadMs = Math.min(Math.max(count * SPREAD_MS_PER_SOCKET, SPREAD_AT_LEAST_MS), longest);
    let closed = 0;
    for (const connection of [...this.connections]) {
      const retryAfterMs = Math.round(((closed + Math.random()) / count) * spreadMs);
      connection.close({ ...CLOSE_REASONS.restart, retryAfterMs });
      closed += 1;
      if (closed % SLOT_SIZE === 0 && Date.now() < deadline) await wait(SLOT_MS);
    }
  }
}
