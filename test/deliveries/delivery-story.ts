import type { Ask } from '../support/ask.js';
import type { Person } from '../support/people.js';

/** What the stories read of a delivery. */
export interface Delivery {
  readonly channel: string;
  readonly status: string;
  readonly reason: string | null;
  readonly attempts: number;
  readonly last_error: string | null;
}

/** What the record says of a notification. */
export async function deliveries(ask: Ask, person: Person, id: string): Promise<Delivery[]> {
  return (await ask<{ results: Delivery[] }>(`GET /api/notifications/${id}/deliveries/`, person)).body.results;
}

/** Asks until the record has this status for the channel; the test's own deadline ends it. */
export async function until(ask: Ask, person: Person, id: string, channel: string, status: string): Promise<Delivery> {
  for (;;) {
    const found = (await deliveries(ask, person, id)).find((each) => each.channel === channel);
    if (found?.status === status) return found;
  }
}
