import { describe, expect, it } from '@jest/globals';
import { partnerClientMessage } from './partner-client-message.js';

describe('messages to partner sockets', () => {
  it('contain a new order', () => {
    expect(partnerClientMessage({ type: 'new_order', order: { id: '1' } })).toEqual({
      type: 'new_order',
      order: { id: '1' },
    });
  });

  it('contain an earning', () => {
    const earning = { type: 'earnings_update', amount: 5, total: 7.5, order_id: '1' };
    expect(partnerClientMessage({ ...earning, stream_entry: {} })).toEqual(earning);
  });

  it('contain an earning from Django, which has no order', () => {
    const earning = { type: 'earnings_update', amount: 5, total: 7.5 };
    expect(partnerClientMessage(earning)).toEqual(earning);
  });

  it.each([{ type: 'new_order' }, { type: 'earnings_update' }, { type: 'order_update', data: {} }])(
    'do not exist for %o',
    (message) => {
      expect(partnerClientMessage(message)).toBeNull();
    },
  );
});
