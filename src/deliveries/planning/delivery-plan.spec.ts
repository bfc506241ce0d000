import { describe, expect, it } from '@jest/globals';
import type { ChannelDecision } from './channel-decisions.js';
import { deliveryPlan } from './delivery-plan.js';
import type { Planned } from './delivery-plan.js';

type Channel = Parameters<Planned['isOff']>[0];

const LATER = new Date('2026-11-30T18:00:00Z');
const NOW: ChannelDecision = { kind: 'now' };
const SKIP: ChannelDecision = { kind: 'skip', reason: 'preference' };

/** The rows of a notification that is also sent to sockets, without members that have their default. */
function plan(decisions: Partial<Record<Channel, ChannelDecision>>, members: Partial<Planned> = {}): object[] {
  const channels = new Map(Object.entries(decisions) as [Channel, ChannelDecision][]);
  const planned = { notificationId: 'n', userId: 'u', decisions: channels, escalate: [], isOff: () => false };
  return deliveryPlan({ ...planned, ...members }).map(({ channel, status, reason, dueAt, escalation }) => ({
    channel,
    status,
    ...(reason !== null && { reason }),
    ...(dueAt !== null && { dueAt }),
    ...(escalation && { escalation }),
  }));
}

describe('the deliveries of a new notification', () => {
  it('contain one delivery for each selected channel except sockets', () => {
    expect(plan({ websocket: NOW })).toEqual([]);
    expect(plan({ websocket: NOW, email: NOW })).toEqual([{ channel: 'email', status: 'queued' }]);
  });

  it('record that sockets are not used', () => {
    expect(plan({})).toEqual([{ channel: 'websocket', status: 'skipped', reason: 'not_requested' }]);
    expect(plan({ websocket: SKIP })).toEqual([{ channel: 'websocket', status: 'skipped', reason: 'preference' }]);
  });

  it('are delayed until the decided time', () => {
    const delay: ChannelDecision = { kind: 'delay', until: LATER, reason: 'digest' };
    expect(plan({ websocket: NOW, email: delay })).toEqual([
      { channel: 'email', status: 'queued', reason: 'digest', dueAt: LATER },
    ]);
  });

  it("are skipped for a channel without settings, and for the user's reason if there is one", () => {
    const isOff = (channel: Channel): boolean => channel !== 'websocket';
    expect(plan({ websocket: NOW, email: NOW, sms: SKIP }, { isOff })).toEqual([
      { channel: 'email', status: 'skipped', reason: 'channel_off' },
      { channel: 'sms', status: 'skipped', reason: 'preference' },
    ]);
  });

  it('escalate to channels that are not used yet, once to each', () => {
    const step = { dueAt: LATER, skip: null };
    const escalate = [
      { ...step, channel: 'email' as const },
      { ...step, channel: 'sms' as const },
      { ...step, channel: 'sms' as const },
      { ...step, channel: 'push' as const, skip: 'preference' },
    ];
    expect(plan({ websocket: NOW, email: NOW }, { escalate })).toEqual([
      { channel: 'email', status: 'queued' },
      { channel: 'sms', status: 'queued', reason: 'escalation', dueAt: LATER, escalation: true },
      { channel: 'push', status: 'skipped', reason: 'preference' },
    ]);
  });

  it('do not escalate to a channel without settings', () => {
    const escalate = [{ channel: 'sms' as const, dueAt: LATER, skip: null }];
    expect(plan({ websocket: NOW }, { escalate, isOff: () => true })).toEqual([
      { channel: 'sms', status: 'skipped', reason: 'channel_off' },
    ]);
  });
});
