import { Injectable } from '@nestjs/common';
import type { Message } from '../channel-layer/message.js';
import type { StreamEntry } from '../streams/stream-entry.js';
import { StreamReader } from '../streams/stream-reader.js';
import { StreamStatistics } from '../streams/stream-statistics.js';
import type { Audience } from './audience.js';
import { CLOSE_REASONS } from './close-codes.js';
import type { Connection } from './connection.js';
import { ClientMessages, markedConnection, markedMessage } from './client-messages.js';
import type { ClientMessage } from './encoding.js';
import { HeldMessages } from './held-messages.js';
import type { EphemeralFrame } from './held-messages.js';

const PAGE = 100;
const RETRY_MS = 1_000;

/**
 * Brings one socket from where it stands to where its audience stands, by reading the log in pages, and then makes it live:
 * after a resume, and after it was too slow for live messages. While it reads, live messages pass it by (they are in the
 * log); that it becomes live only when it stands exactly where the fan-out stands is what makes each message come once.
 */
@Injectable()
export class CatchUp {
  constructor(
    private readonly reader: StreamReader,
    private readonly statistics: StreamStatistics,
    private readonly held: HeldMessages,
    private readonly clientMessages: ClientMessages,
  ) {}

  /** After the handshake; live at once, synchronously, when there is nothing to read. */
  start(connection: Connection, audience: Audience, from: readonly number[]): void {
    if (!this.becomeLive(connection, audience, from)) void this.run(connection, audience, [...from]);
  }

  /** After a socket could not take what was due; `missed` are the ephemeral frames among it. */
  startSlow(
    connection: Connection,
    audience: Audience,
    from: readonly number[],
    missed: readonly EphemeralFrame[] | null,
  ): void {
    this.statistics.slowSockets += 1;
    for (const message of missed ?? []) this.held.hold(connection, message);
    void this.run(connection, audience, [...from]);
  }

  private async run(connection: Connection, audience: Audience, at: number[]): Promise<void> {
    while (connection.isOpen) {
      await connection.outbound.room();
      if (this.becomeLive(connection, audience, at)) return;
      try {
        const entries = await this.nextPage(audience, at);
        this.sendEntries(connection, audience, at, entries);
      } catch {
        // The database is away: the socket stays and goes on when it is back.
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS).unref());
      }
    }
  }

  private becomeLive(connection: Connection, audience: Audience, at: readonly number[]): boolean {
    if (!connection.isOpen) return true;
    if (!audience.standsAt(at)) return false;
    audience.makeLive(connection);
    this.held.release(connection);
    return true;
  }

  /** The next entries of all streams, no further than the fan-out stands, merged by time. */
  private async nextPage(audience: Audience, at: readonly number[]): Promise<StreamEntry[]> {
    const until = audience.positions();
    const pages = await Promise.all(
      audience.streams.map((stream, index) => {
        const after = at[index] ?? 0;
        const goal = until[index] ?? 0;
        return goal > after ? this.reader.read(stream.name, after, goal, PAGE) : Promise.resolve([]);
      }),
    );
    return mergeByTime(pages);
  }

  private sendEntries(connection: Connection, audience: Audience, at: number[], entries: readonly StreamEntry[]): void {
    // The fan-out went past entries that are no longer kept: no honest way to go on from here.
    if (entries.length === 0 && !audience.standsAt(at)) connection.close(CLOSE_REASONS.overCapacity);
    for (const { stream, position, message } of entries) {
      if (!connection.outbound.hasRoom) return;
      const index = audience.streamNames.indexOf(stream);
      if (position !== (at[index] ?? 0) + 1) {
        connection.close(CLOSE_REASONS.overCapacity);
        return;
      }
      at[index] = position;
      const clientMessage = this.messageFor(connection, audience, stream, message);
      if (!clientMessage) continue;
      connection.sendBytes(connection.encoding.positioned(clientMessage, audience.positionText(at)));
      this.statistics.replayed += 1;
    }
  }

  private messageFor(
    connection: Connection,
    audience: Audience,
    stream: string,
    message: Message,
  ): ClientMessage | null {
    const made = this.clientMessages.make(audience.gateway, message, { name: stream, isDurable: true });
    return made && markedConnection(message) === connection.id ? markedMessage(message, made) : made;
  }
}

/** Two sequences into one by time, each in its own order; ends where a full page ends, since more of it may follow. */
export function mergeByTime(pages: readonly StreamEntry[][]): StreamEntry[] {
  const [first = [], second = []] = pages;
  if (second.length === 0) return first;
  const merged: StreamEntry[] = [];
  let left = 0;
  let right = 0;
  for (;;) {
    const a = first[left];
    const b = second[right];
    if (!a && first.length === PAGE) return merged;
    if (!b && second.length === PAGE) return merged;
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
