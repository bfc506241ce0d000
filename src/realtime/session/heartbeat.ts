import type { Settings } from '../../config/settings.js';
import { CLOSE_REASONS } from '../gateway/close-codes.js';
import type { Connection } from '../connection/connection.js';
import { monotonicNow } from './timer-wheel.js';
import type { TimerWheelItem } from './timer-wheel.js';

const NOTHING_QUEUED = -1;

/**
 * The deadlines of one socket: handshake, ping and pong, token expiry, stuck output. The timer wheel calls `tick` with a
 * monotonic clock; only token expiry uses the wall clock.
 */
export class Heartbeat implements TimerWheelItem {
  private connection: Connection | null;
  private readonly openedAt: number;
  private established = false;
  private receivedAt: number;
  private pingedAt: number | null = null;
  private slowSince: number | null = null;
  private drained = NOTHING_QUEUED;

  constructor(
    connection: Connection,
    private readonly settings: Settings,
    now: number,
  ) {
    this.connection = connection;
    this.openedAt = now;
    this.receivedAt = now;
  }

  /** Marks the handshake as complete. */
  completeHandshake(): void {
    this.established = true;
  }

  /** Releases a closed connection, which would otherwise stay in memory until the next tick. */
  end(): void {
    this.connection = null;
  }

  /** Records that data arrived from the client. */
  received(): void {
    this.receivedAt = monotonicNow();
    this.pingedAt = null;
  }

  tick(now: number): number | null {
    const { connection } = this;
    if (!connection?.isOpen) return null;
    const { expiresAt = Infinity } = connection.principal ?? {};
    if (!this.established) {
      const deadline = this.openedAt + this.settings.limits.handshakeTimeout * 1000;
      if (now >= deadline) connection.close(CLOSE_REASONS.tryLater);
      return now >= deadline ? null : deadline;
    }
    const expiresIn = expiresAt - Date.now();
    if (expiresIn <= 0) {
      connection.close(CLOSE_REASONS.tokenExpired);
      return null;
    }
    const next = connection.outbound.hasRoom ? this.tickPing(connection, now) : this.tickStuck(connection, now);
    return next === null ? null : Math.min(next, now + expiresIn);
  }

  private tickPing(connection: Connection, now: number): number | null {
    this.slowSince = null;
    const { pingInterval, pongTimeout } = this.settings.sockets;
    if (this.pingedAt !== null) {
      // The kernel accepts queued bytes only as the client reads, and the ping is behind these bytes: the pong is not overdue.
      if (this.hasDrained(connection)) this.pingedAt = now;
      if (now >= this.pingedAt + pongTimeout * 1000) {
        connection.close(CLOSE_REASONS.noPong);
        return null;
      }
      return this.pingedAt + pongTimeout * 1000;
    }
    const due = this.receivedAt + pingInterval * 1000;
    if (now < due) return due;
    this.hasDrained(connection);
    connection.ping();
    if (!connection.answersPings) {
      this.receivedAt = now;
      return now + pingInterval * 1000;
    }
    this.pingedAt = now;
    return now + pongTimeout * 1000;
  }

  /**
   * While the output is stuck, a ping would wait behind bytes that the client does not read. So the pong deadline is suspended,
   * and STUCK_TIMEOUT applies.
   */
  private tickStuck(connection: Connection, now: number): number | null {
    this.pingedAt = null;
    this.receivedAt = now;
    if (this.hasDrained(connection) || this.slowSince === null) this.slowSince = now;
    const deadline = this.slowSince + this.settings.sockets.stuckTimeout * 1000;
    if (now >= deadline) {
      connection.close(CLOSE_REASONS.tooSlow);
      return null;
    }
    return Math.min(deadline, now + 1000);
  }

  /** Whether the kernel has accepted bytes that were queued at the last call. */
  private hasDrained({ outbound: { drainedBytes, queuedBytes } }: Connection): boolean {
    const has = this.drained !== NOTHING_QUEUED && drainedBytes !== this.drained;
    this.drained = queuedBytes > 0 ? drainedBytes : NOTHING_QUEUED;
    return has;
  }
}
