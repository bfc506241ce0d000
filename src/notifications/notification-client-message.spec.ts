import { describe, expect, it } from '@jest/globals';
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
};
const seen = (message: { type: string; [key: string]: unknown }) =>
  notificationClientMessage(message as Parameters<typeof notificationClientMessage>[0], () => NOW);

describe('what notification sockets see', () => {
  it('of a notification of ours', () => {
    expect(seen({ type: 'notification_message', notification: WHOLE })).toEqual({
      type: 'notification',
      notification: WHOLE,
    });
  });

  it('of a broadcast of ours, whose second member is for Django', () => {
    const message = { notification_id: WHOLE.id, status: 'sent', timestamp: NOW };
    expect(seen({ type: 'notification_message', notification: WHOLE, message })).toMatchObject({
      type: 'notification',
    });
  });

  it('of a notification from Django with few members, all that clients rely on and what else it has', () => {
    expect(seen({ type: 'notification_message', notification: { id: 7, title: 'Hi', priority: 'high' } })).toEqual({
      type: 'notification',
      notification: {
        id: '7',
        notification_type: 'general',
        title: 'Hi',
        message: '',
        data: {},
        is_read: false,
        created_at: NOW,
        priority: 'high',
      },
    });
  });

  it('of a notification from Django under its other name', () => {
    expect(seen({ type: 'notification_message', message: { title: 'Hi' } })).toMatchObject({
      type: 'notification',
      notification: { id: null, title: 'Hi' },
    });
  });

  it('of a status from Django', () => {
    const message = { notification_id: 7, channel: 'email', status: 'delivered', timestamp: NOW };
    expect(seen({ type: 'notification_message', message })).toEqual({
      type: 'notification_status',
      ...message,
      notification_id: '7',
    });
  });

  it('of a count', () => {
    expect(seen({ type: 'unread_count', count: 3 })).toEqual({ type: 'unread_count', count: 3 });
  });

  it('of a read mark, without the marker of who made it', () => {
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
    { type: 'unread_count' },
    { type: 'notification_read' },
    { type: 'something_else' },
  ])('nothing of %o', (message) => {
    expect(seen(message)).toBeNull();
  });
});
