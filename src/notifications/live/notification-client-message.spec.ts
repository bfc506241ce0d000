import { describe, expect, it } from '@jest/globals';
import type { MessageSource } from '../../realtime/gateway/gateway.js';
import { notificationClientMessage } from './notification-client-message.js';

const NOW = '2026-11-21T09:30:00.000Z';
const WHOLE = {
  id: '0193b3c0-7f5a-7000-8000-5b8f1c2d3e4f',
  notification_type: 'general',
  title: 'Hello',
  message: 'World',
  data: { a: 1 },
  is_read: false,
  created_at: '2026-11-20T00:00:00.000Z',
  broadcast: false,
  stored: true,
  is_seen: false,
  is_archived: false,
};
const V7: unknown = expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
const LOGGED = { name: 'user_7', isDurable: true };
const FROM_DJANGO = { name: 'user_7', isDurable: false };
const seen = (message: { type: string; [key: string]: unknown }, source: MessageSource = LOGGED) =>
  notificationClientMessage(message as Parameters<typeof notificationClientMessage>[0], source, () => NOW);

describe('messages to notification sockets', () => {
  it('contain our own notification', () => {
    expect(seen({ type: 'notification_message', notification: WHOLE })).toEqual({
      type: 'notification',
      notification: WHOLE,
    });
  });

  it('contain our own broadcast, without the second member, which is for Django', () => {
    const message = { notification_id: WHOLE.id, status: 'sent', timestamp: NOW };
    expect(seen({ type: 'notification_message', notification: WHOLE, message })).toMatchObject({
      type: 'notification',
    });
  });

  it('contain a notification that an earlier release stored without an audience', () => {
    const old = { ...WHOLE, broadcast: undefined, stored: undefined };
    const message = { type: 'notification_message', notification: old };
    expect(seen(message)).toEqual({ type: 'notification', notification: WHOLE });
    expect(seen(message, { name: 'notifications', isDurable: true })).toMatchObject({
      notification: { broadcast: true, stored: true },
    });
  });

  it('contain all members that clients rely on, even if a notification from Django has few, and its other members', () => {
    const notification = { id: 7, title: 'Hi', priority: 'high' };
    expect(seen({ type: 'notification_message', notification }, FROM_DJANGO)).toEqual({
      type: 'notification',
      notification: {
        id: '7',
        notification_type: 'general',
        title: 'Hi',
        message: '',
        data: {},
        is_read: false,
        created_at: NOW,
        broadcast: false,
        stored: false,
        is_seen: false,
        is_archived: false,
        priority: 'high',
      },
    });
  });

  it('contain an id for a notification from Django without one, the same on every gateway', () => {
    const message = { type: 'notification_message', message: { title: 'Hi', id: null } };
    const first = seen(message, FROM_DJANGO);
    expect(first).toMatchObject({ type: 'notification', notification: { id: V7, title: 'Hi', stored: false } });
    expect(seen(message, FROM_DJANGO)).toEqual(first);
    expect(seen(structuredClone(message), FROM_DJANGO)).not.toEqual(first);
  });

  it('mark a broadcast from Django as not stored, even if it claims to be stored', () => {
    const message = { type: 'notification_message', notification: WHOLE };
    expect(seen(message, { name: 'notifications', isDurable: false })).toEqual({
      type: 'notification',
      notification: { ...WHOLE, broadcast: true, stored: false },
    });
  });

  it('contain a status from Django', () => {
    const message = { notification_id: 7, channel: 'email', status: 'delivered', timestamp: NOW };
    expect(seen({ type: 'notification_message', message })).toEqual({
      type: 'notification_status',
      ...message,
      notification_id: '7',
    });
  });

  it('contain a count', () => {
    expect(seen({ type: 'unread_count', count: 3 })).toEqual({ type: 'unread_count', count: 3 });
  });

  it('contain a read mark, without the marker of its sender', () => {
    expect(seen({ type: 'notification_read', notification_id: WHOLE.id, except: 'c' })).toEqual({
      type: 'notification_read',
      notification_id: WHOLE.id,
    });
    expect(seen({ type: 'notification_read', all: true })).toEqual({ type: 'notification_read', all: true });
  });

  it.each([
    { type: 'notification_message' },
    { type: 'notification_message', notification: 'text' },
    { type: 'notification_message', message: ['a'] },
    { type: 'notification_message', message: { notification_id: null, status: 'sent' } },
    { type: 'unread_count' },
    { type: 'notification_read' },
    { type: 'notification_deleted' },
    { type: 'notification_archived' },
    { type: 'notification_unarchived', notification: 'text' },
    { type: 'notification_seen' },
    { type: 'notification_retracted' },
    { type: 'something_else' },
  ])('do not exist for %o', (message) => {
    expect(seen(message)).toBeNull();
  });
});
