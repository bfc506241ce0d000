import { Injectable } from '@nestjs/common';
import type { Message } from '../../channel-layer/interface/message.js';
import type { StreamEntry } from '../../streams/follow/stream-entry.js';
import { StreamReader } from '../../streams/follow/stream-reader.js';
import { StreamStatistics } from '../../streams/follow/stream-statistics.js';
import type { Audience } from './audience.js';
import { CLOSE_REASONS } from '../gateway/close-codes.js';
import type { Connection } from '../connection/connection.js';
import { ClientMessages, messageForSender, senderOf } from './client-messages.js';
import type { ClientMessage } from '../encoding/encoding.js';
import type { ServerMessage } from '../gateway/gateway.js';
import { HeldMessages } from './held-messages.js';
import type { HeldFrames } from './held-messages.js';

const PAGE = 100;
const RETRY_MS = 1_000;
/**
 * Bytes written to a socket that catches up between two progress marks. A client that reads 1.6 kB/s reaches the next mark
 * within 10 s (PONG_TIMEOUT).
 */
const BYTES_PER_MARK = 16_384;

/**
 * Brings one socket from its own position to that of its audience, then makes it live: after a resume, and after it was too
 * slow for live messages. Entries up to the start of the catch-up are read from the log in pages. Later entries are taken from
 * memory, all in one turn, so the socket catches up however fast the streams grow. A socket becomes live only at exactly the
 * position of the fan-out, so that each message is sent once.
 */
@Injectable()
export class CatchUp {
  constructor(
    private readonly reader: StreamReader,
    private readonly statistics: StreamStatistics,
    private readonly held: HeldMessages,
    private readonly clientMessages: ClientMessages,
  ) {}

  /**
   * Starts after the handshake. If there is nothing to read, the socket becomes live synchronously. Then it gets `state`, unless
   * a newer message of the same type was held back for it.
   */
  start(connection: Connection, audience: Audience, from: readonly number[], state: ServerMessage | null): void {
    if (state) {
      this.held.hold(connection, { type: state.type, latestOnly: true, frame: connection.encode(state) });
    }
    if (audience.isAt(from) && this.becomeLive(connection, audience)) return;
    void this.run(connection, audience, [...from]);
  }

  /** Starts after a socket could not take a write; `missed` are the ephemeral frames of that write. */
  startSlow(connection: Connection, audience: Audience, from: readonly number[], missed: HeldFrames | null): void {
    this.statistics.slowSockets += 1;
    for (const message of missed?.all ?? []) this.held.hold(connection, message);
    void this.run(connection, audience, [...from]);
  }

  private async run(connection: Connection, audience: Audience, at: number[]): Promise<void> {
    const { streams } = audience;
    for (const stream of streams) stream.keepRecent();
    while (connection.isOpen) {
      if (!connection.outbound.hasRoom) await connection.outbound.drained();
      try {
        const entries = this.recentEntries(audience, at) ?? (await this.nextPage(audience, at));
        const sent = this.sendEntries(connection, audience, at, entries);
        if (sent && audience.isAt(at)) {
          if (this.becomeLive(connection, audience)) break;
          await connection.outbound.drained();
        } else if (sent && entries.length === 0) {
          // The fan-out has passed entries that are no longer kept, so the socket cannot continue without a gap.
          connection.close(CLOSE_REASONS.overCapacity);
        } else if (!sent) {
          await connection.outbound.drained();
        }
      } catch {
        // The database is unavailable: the socket stays open and continues when the database is back.
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS).unref());
      }
    }
    for (const stream of streams) stream.releaseRecent();
  }

  /** Returns all missing entries from memory, or null if some must be read from the log. */
  private recentEntries(audience: Audience, at: readonly number[]): readonly StreamEntry[] | null {
    const recent = audience.streams.map((stream, index) => stream.recentAfter(at[index] ?? 0));
    return recent.every((entries) => entries !== null) ? mergeByTime(recent, Infinity) : null;
  }

  /** Returns false if the held messages do not yet fit under the outbound limit. */
  private becomeLive(connection: Connection, audience: Audience): boolean {
    if (!connection.isOpen) return true;
    if (!this.held.release(connection)) return false;
    audience.makeLive(connection);
    return true;
  }

  /** Reads the next entries of all streams, merged by time, up to the first entry that memory has. */
  private async nextPage(audience: Audience, at: readonly number[]): Promise<readonly StreamEntry[]> {
    const until = audience.positions();
    const pages = await Promise.all(
      audience.streams.map((stream, index) => {
        const after = at[index] ?? 0;
        const goal = Math.min(until[index] ?? 0, stream.recentBegin);
        return goal > after ? this.reader.read(stream.name, after, goal, PAGE) : Promise.resolve([]);
      }),
    );
    return mergeByTime(pages, PAGE);
  }

  /** Returns false if the outbound limit was reached before the last entry. */
  private sendEntries(
    connection: Connection,
    audience: Audience,
    at: number[],
    entries: readonly StreamEntry[],
  ): boolean {
    // Each page starts with a mark due, because sockets that catch up are the slow ones.
    let bytesSinceMark = BYTES_PER_MARK;
    for (const { stream, position, message } of entries) {
      const index = audience.streamNames.indexOf(stream);
      const before = at[index] ?? 0;
      if (position !== before + 1) {
        connection.close(CLOSE_REASONS.overCapacity);
        return true;
      }
      at[index] = position;
      const clientMessage = this.messageFor(connection, audience, stream, message);
      if (!clientMessage) continue;
      const frame = connection.encoding.positioned(clientMessage, audience.positionText(at));
      if (!connection.outbound.hasRoom || !connection.outbound.write(frame)) {
        at[index] = before;
        return false;
      }
      this.statistics.replayed += 1;
      if (index === 0 && connection.isOpen) audience.gateway.instance.written?.(message, [connection]);
      bytesSinceMark += frame.length;
      if (bytesSinceMark >= BYTES_PER_MARK && connection.encoding.progressMark) {
        connection.outbound.force(connection.encoding.progressMark);
        bytesSinceMark = 0;
      }
    }
    return true;
  }

  private messageFor(
    connection: Connection,
    audience: Audience,
    stream: string,
    message: Message,
  ): ClientMessage | null {
    const source = { name: stream, isDurable: true };
    const clientMessage = this.clientMessages.convert(audience.gateway, message, source, audience.language);
    return clientMessage && senderOf(message) === connection.id
      ? messageForSender(message, clientMessage)
      : clientMessage;
  }
}

/**
 * Merges two pages by time, keeping the order within each. Stops where a full page ends, because more of its entries may
 * follow.
 */
export function mergeByTime(pages: readonly (readonly StreamEntry[])[], pageSize: number): readonly StreamEntry[] {
  const [first = [], second = []] = pages;
  if (second.length === 0) return first;
  const merged: StreamEntry[] = [];
  let left = 0;
  let right = 0;
  for (;;) {
    const a = first[left];
    const b = second[right];
    if (!a && first.length === pageSize) return merged;
    if (!b && second.length === pageSize) return merged;
    if (!a && !b) return merged;
    if (a && (!b || a.createdAt <= b.createdAt)) {
      merged.push(a);
      left += 1;
    } else if (b) {
      merged.push(b);
      right += 1;
    }
  }
}
