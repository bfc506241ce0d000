import { sql } from 'drizzle-orm';
import { setTimeout as pause } from 'node:timers/promises';
import { Database } from '../../src/database/database.js';
import type { Ask } from '../support/clients/ask.js';
import type { Person } from '../support/people.js';
import type { Stack } from '../support/stack.js';

const LOOK_MS = 20;

/** The members of a delivery that the stories read. */
export interface Delivery {
  readonly channel: string;
  readonly status: string;
  readonly reason: string | null;
  readonly attempts: number;
  readonly last_error: string | null;
  readonly due_at: string | null;
}

/** The delivery record of a notification. */
export async function deliveries(ask: Ask, person: Person, id: string): Promise<Delivery[]> {
  return (await ask<{ results: Delivery[] }>(`GET /api/notifications/${id}/deliveries/`, person)).body.results;
}

/**
 * Polls until the record has this status for the channel; the time limit of the test ends it. Waiting for
 * `notification_status` would need a socket, and users with open sockets get other deliveries.
 */
export async function until(ask: Ask, person: Person, id: string, channel: string, status: string): Promise<Delivery> {
  for (;;) {
    const found = (await deliveries(ask, person, id)).find((each) => each.channel === channel);
    if (found?.status === status) return found;
    await pause(LOOK_MS);
  }
}

/** The answer of explain/ for a channel. */
export async function explained(ask: Ask, person: Person, id: string, channel: string): Promise<string> {
  const line = `GET /api/notifications/${id}/explain/`;
  const { body } = await ask<{ results: { channel: string; explanation: string }[] }>(line, person);
  return body.results.find((each) => each.channel === channel)?.explanation ?? '';
}

/** Moves all delayed deliveries of this user to now. */
export async function skipWaiting(stack: Stack, person: Person): Promise<void> {
  const { db } = stack.apps[0]?.get(Database) as Database;
  await db.execute(sql`update deliveries set due_at = now() where user_id = ${person.id} and due_at > now()`);
  await db.execute(sql`update pgboss.job set start_after = now() where data->>'user_id' = ${person.id}`);
}

/** Quiet hours from an hour ago until an hour from now. */
export function quietNow(): object {
  const clock = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString().slice(11, 16);
  return { start: clock(-1), end: clock(1), time_zone: 'UTC' };
}
