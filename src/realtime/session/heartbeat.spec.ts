import { describe, expect, it } from '@jest/globals';
import { loadSettings } from '../../config/load-settings.js';
import type { CloseReason } from '../gateway/close-codes.js';
import type { Connection } from '../connection/connection.js';
import { Heartbeat } from './heartbeat.js';
import { monotonicNow } from './timer-wheel.js';

const SETTINGS = loadSettings({ NODE_ENV: 'test', DATABASE_URL: 'pglite://memory' });
const SECOND = 1_000;

/** A connection with only the parts that the heartbeat uses. */
class TestConnection {
  isOpen = true;
  answersPings = true;
  pings = 0;
  code: number | null = null;
  principal: { expiresAt: number } | null = null;
  readonly outbound = { hasRoom: true, drainedBytes: 0, queuedBytes: 0 };

  ping(): void {
    this.pings += 1;
    // As on a real socket, the ping itself is written too.
    this.outbound.drainedBytes += 2;
  }

  close({ code }: CloseReason): void {
    this.isOpen = false;
    this.code = code;
  }
}

/** Ticks like the wheel, at the requested times. Returns the second at which the connection was closed, or null. */
function live(
  connection: TestConnection,
  seconds: number,
  each: (second: number, heartbeat: Heartbeat) => void = () => undefined,
): number | null {
  const start = Math.ceil(monotonicNow());
  const heartbeat = new Heartbeat(connection as unknown as Connection, SETTINGS, start);
  heartbeat.completeHandshake();
  let due: number | null = start;
  for (let second = 0; second < seconds; second += 1) {
    each(second, heartbeat);
    const now = start + second * SECOND;
    if (due !== null && now >= due) due = heartbeat.tick(now);
    if (!connection.isOpen) return second;
  }
  return null;
}

describe('the heartbeat of a socket', () => {
  it('pings after 25 s of silence and closes with 4201 after another 10 s', () => {
    const connection = new TestConnection();
    expect(live(connection, 100)).toBe(35);
    expect(connection.pings).toBe(1);
    expect(connection.code).toBe(4201);
  });

  it('keeps a slow reader whose pong is queued behind the data it reads', () => {
    const connection = new TestConnection();
    // The queue is never over half of the limit and never empty: 100 bytes are sent each second.
    connection.outbound.queuedBytes = 5_000;
    const closed = live(connection, 600, () => {
      connection.outbound.drainedBytes += 100;
    });
    expect(closed).toBeNull();
  });

  it('closes a reader that has stopped, with bytes still queued', () => {
    const connection = new TestConnection();
    connection.outbound.queuedBytes = 5_000;
    connection.ping = () => undefined;
    expect(live(connection, 100)).toBe(35);
    expect(connection.code).toBe(4201);
  });

  it('closes a socket over its limit with 4101 only if no bytes are accepted for 60 s', () => {
    const connection = new TestConnection();
    Object.assign(connection.outbound, { hasRoom: false, queuedBytes: 1_000_000 });
    const closed = live(connection, 400, (second) => {
      if (second <= 200) connection.outbound.drainedBytes += 1;
    });
    expect(closed).toBeGreaterThanOrEqual(260);
    expect(connection.code).toBe(4101);
  });

  it('does not repeat pings to a connection that sends no pongs', () => {
    const connection = new TestConnection();
    connection.answersPings = false;
    expect(live(connection, 251)).toBeNull();
    expect(connection.pings).toBe(10);
  });

  it('closes with 4203 when the token has expired by the system clock', () => {
    const connection = new TestConnection();
    connection.principal = { expiresAt: Date.now() - 1 };
    expect(live(connection, 10)).toBe(0);
    expect(connection.code).toBe(4203);
  });

  it('is not affected by a system clock that is set forward', () => {
    const connection = new TestConnection();
    const { now } = Date;
    try {
      const closed = live(connection, 30, (second) => {
        if (second === 26) Date.now = () => now() + 3_600_000;
      });
      expect(closed).toBeNull();
    } finally {
      Date.now = now;
    }
  });
});
