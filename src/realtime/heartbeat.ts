import type { Settings } from '../config/settings.js';
import { CLOSE_REASONS } from './close-codes.js';
import type { Connection } from './connection.js';
import type { Ticking } from './timer-wheel.js';

/** The deadlines of one socket: handshake, ping and pong, token expiry, stuck output. Ticked by the timer wheel. */
export class Heartbeat implements Ticking {
  private connection: Connection | null;
  private readonly openedAt: number;
  private established = false;
  private heardAt: number;
  private pingedAt: number | null = null;
  private slowSince: number | null = null;
  private drained = 0;

  constructor(
    connection: Connection,
    private readonly settings: Settings,
    now: number,
  ) {
    this.connection = connection;
    this.openedAt = now;
    this.heardAt = now;
  }

  /** The handshake is done. */
  establish(): void {
    this.established = true;
  }

  /** The connection is gone: it must not wait in memory for the next tick. */
  end(): void {
    this.connection = null;
  }

  /** Something came from the client. */
  heard(): void {
    this.heardAt = Date.now();
    this.pingedAt = null;
  }

  tick(now: number): number | null {
    const { connection } = this;
    if (!connection?.isOpen) return null;
    const { expiresAt = Infinity } = connection.principal ?? {};
    if (!this.established) {
      const deadline = this.openedAt + this.settings.handshakeTimeout * 1000;
      if (now >= deadline) connection.close(CLOSE_REASONS.tryLater);
      return now >= deadline ? null : deadline;
    }
    if (now >= expiresAt) {
      connection.close(CLOSE_REASONS.tokenExpired);
      return null;
    }
    const next = connection.outbound.hasRoom ? this.tickPing(connection, now) : this.tickStuck(connection, now);
    return next === null ? null : Math.min(next, expiresAt);
  }

  private tickPing(connection: Connection, now: number): number | null {
    this.slowSince = null;
    const { pingInterval, pongTimeout } = this.settings;
    if (this.pingedAt !== null) {
      if (now >= this.pingedAt + pongTimeout * 1000) {
        connection.close(CLOSE_REASONS.noPong);
        return null;
      }
      return this.pingedAt + pongTimeout * 1000;
    }
    const due = this.heardAt + pingInterval * 1000;
    if (now < due) return due;
    connection.ping();
    if (!connection.answersPings) {
      this.heardAt = now;
      return now + pingInterval * 1000;
    }
    this.pingedAt = now;
    return now + pongTimeout * 1000;
  }

  /** A pong would have to wait behind what the client does not read, so its clock stands still and this one runs. */
  private tickStuck(connection: Connection, now: number): number | null {
    this.pingedAt = null;
    this.heardAt = now;
    const { drainedBytes } = connection.outbound;
    if (this.slowSince === null || drainedBytes !== this.drained) {
      this.slowSince = now;
      this.drained = drainedBytes;
    }
    const deadline = this.slowSince + this.settings.stuckTimeout * 1000;
    if (now >= deadline) {
      connection.close(CLOSE_REASONS.tooSlow);
      return null;
    }
    return Math.min(deadline, now + 1000);
  }
}
