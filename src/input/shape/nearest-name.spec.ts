import { describe, expect, it } from '@jest/globals';
import { nearestName } from './nearest-name.js';

const KNOWN = ['send_at', 'notification_type', 'title', 'message', 'user_id', 'user_ids', 'digest'];

describe('the nearest known name', () => {
  it.each([
    ['sendAt', 'send_at'],
    ['send-at', 'send_at'],
    ['SEND_AT', 'send_at'],
    ['notificationType', 'notification_type'],
    ['type', null],
    ['titel', 'title'],
    ['userId', 'user_id'],
    ['userIds', 'user_ids'],
    ['digests', 'digest'],
    ['x', null],
    ['', null],
    ['ÄÖÜ', null],
  ])('of %s is %p', (name, nearest) => {
    expect(nearestName(name, KNOWN)).toBe(nearest);
  });

  it('is not computed for very long names', () => {
    expect(nearestName('title'.repeat(20_000), KNOWN)).toBeNull();
  });
});
