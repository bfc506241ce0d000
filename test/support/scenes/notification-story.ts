import { expect } from '@jest/globals';
import type { Ask, Page } from '../clients/ask.js';
import type { Person } from '../people.js';
import { must } from '../clients/rest.js';
import type { Stack } from '../stack.js';

/** The members of a notification that the stories read. */
export interface Notification {
  readonly id: string;
  readonly title: string;
  readonly is_read: boolean;
  readonly created_at: string;
}

export const CONTENT = { notification_type: 'general', title: 'Hello', message: 'World' };

/** A notification, valid except for its missing audience. */
export function notify<T = Notification>(stack: Stack, admin: Person, members: object): Promise<T> {
  const body = { ...CONTENT, ...members };
  return must<T>(stack.url, 'POST /api/notifications/', { token: admin.accessToken, body });
}

/** The titles in a user's list. */
export async function titles(ask: Ask, person: Person, query = ''): Promise<string[]> {
  const { body } = await ask<Page<Notification>>(`GET /api/notifications/${query}`, person);
  return body.results.map(({ title }) => title);
}

/** The number of unread notifications, which must be the same in count and list. */
export async function unread(ask: Ask, person: Person): Promise<number> {
  const { body } = await ask<{ count: number }>('GET /api/notifications/unread-count/', person);
  const list = await ask<Page<Notification>>('GET /api/notifications?unread=true&limit=100', person);
  expect(list.body.results).toHaveLength(body.count);
  return body.count;
}
