import { Injectable } from '@nestjs/common';
import { isNull } from 'drizzle-orm';
import type { Queryable } from '../../database/backend/transaction.js';
import { matchesEvent } from '../store/webhook-events.js';
import { webhookEndpoints } from '../store/webhooks.table.js';

/** How long the list is used. A new endpoint receives events from this time on, on every node. */
const FRESH_MS = 1_000;

interface Listening {
  readonly id: string;
  readonly events: readonly string[];
}

/** The enabled endpoints, read at most once a second, so that events that no endpoint receives cost nothing. */
@Injectable()
export class ListeningEndpoints {
  private known: Promise<readonly Listening[]> = Promise.resolve([]);
  private readAt = -Infinity;

  /** The ids of the endpoints that receive the event. Reads with the caller's connection: a second one might have to wait for the first. */
  async ids(db: Queryable, event: string): Promise<string[]> {
    if (performance.now() - this.readAt > FRESH_MS) {
      this.readAt = performance.now();
      this.known = read(db);
      this.known.catch(() => (this.readAt = -Infinity));
    }
    return (await this.known).filter(({ events }) => matchesEvent(events, event)).map(({ id }) => id);
  }

  /** Call after a change of an endpoint. */
  forget(): void {
    this.readAt = -Infinity;
  }
}

/** Not the query builder itself, because every `await` of a builder sends the query again. */
async function read(db: Queryable): Promise<Listening[]> {
  const { id, events } = webhookEndpoints;
  return await db.select({ id, events }).from(webhookEndpoints).where(isNull(webhookEndpoints.disabledAt));
}
