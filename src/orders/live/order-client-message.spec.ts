import { describe, expect, it } from '@jest/globals';
import { orderClientMessage } from './order-client-message.js';

const NOW = '2026-11-21T09:30:00.000Z';
const seen = (message: { type: string; [key: string]: unknown }) =>
  orderClientMessage(message as Parameters<typeof orderClientMessage>[0], () => NOW);

describe('messages to sockets of an order', () => {
  it('contain an update, from us or from Django under either name', () => {
    const update = { order_id: '1', status: 'ready' };
    expect(seen({ type: 'order_update', data: update })).toEqual({ type: 'order_update', update });
    expect(seen({ type: 'order_update', update })).toEqual({ type: 'order_update', update });
  });

  it('contain a location, without internal members', () => {
    const place = { latitude: 1.5, longitude: 2.5, heading: 90, timestamp: NOW };
    expect(seen({ type: 'location', ...place, driver_id: 3 })).toEqual({ type: 'location', ...place });
  });

  it('contain the time of arrival for a location without a time', () => {
    expect(seen({ type: 'location', latitude: 1, longitude: 2 })).toMatchObject({ timestamp: NOW });
  });

  it('contain a chat message, without the marker of its sender', () => {
    const message = { id: '1', sender_id: '2', text: 'hello', created_at: NOW };
    const request = { connection: 'c', request_id: 1 };
    expect(seen({ type: 'chat_message', message, request })).toEqual({ type: 'chat_message', message });
  });

  it.each([
    { type: 'order_update' },
    { type: 'order_update', data: 'text' },
    { type: 'location', latitude: 1 },
    { type: 'chat_message' },
    { type: 'new_order', order: {} },
  ])('do not exist for %o', (message) => {
    expect(seen(message)).toBeNull();
  });
});
