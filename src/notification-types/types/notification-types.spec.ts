import { describe, expect, it } from '@jest/globals';
import { builtInTypes } from './built-in-types.js';
import { NotificationTypes } from './notification-types.js';
import { readTypes } from './type-reader.js';

const FILE = {
  types: {
    parcels: {
      channels: ['websocket', 'email'],
      quiet_hours: 'drop',
      escalate: [
        { after_s: 600, channel: 'sms' },
        { after_s: 120, channel: 'push' },
      ],
    },
  },
};

describe('the registry', () => {
  const types = new NotificationTypes(readTypes(FILE, builtInTypes(), []), true);

  it('prefers a type from the file to the built-in one', () => {
    expect(types.get('parcels')).toMatchObject({
      channels: ['websocket', 'email'],
      urgent: false,
      quietHours: 'drop',
      escalate: [
        { afterSeconds: 120, channel: 'push' },
        { afterSeconds: 600, channel: 'sms' },
      ],
    });
    expect(types.get('general').channels).toEqual(['websocket', 'email', 'push']);
  });

  it('treats an unknown type like general, unless it is strict', () => {
    expect(types.get('unknown')).toMatchObject({ name: 'unknown', channels: ['websocket', 'email', 'push'] });
    const detail =
      'must be one of chat_message, general, missed_call, order_offer, order_update, parcels, security_alert';
    let refusal: unknown;
    try {
      types.require('unknown');
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toMatchObject({ code: 'invalid_message', errors: [{ pointer: '#/notification_type', detail }] });
    expect(types.require('parcels').name).toBe('parcels');
    expect(new NotificationTypes(builtInTypes(), false).require('unknown').name).toBe('unknown');
  });
});
