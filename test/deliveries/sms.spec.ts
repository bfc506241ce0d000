import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { askOf } from '../support/clients/ask.js';
import { follow } from '../support/clients/follow.js';
import { notify } from '../support/scenes/notification-story.js';
import type { Person } from '../support/people.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';
import { TwilioPeer } from '../support/peers/twilio-peer.js';
import { explained, until } from './delivery-story.js';

const SENDING = { JOB_RETRY_DELAY: '0', SMS_PREFIXES: '+1415,+44' };

describe('notifications by SMS', () => {
  let twilio: TwilioPeer;
  let stack: Stack;
  let admin: Person;

  beforeAll(async () => {
    twilio = await TwilioPeer.start();
    stack = await startStack({ ...twilio.variables, PUBLIC_URL: 'https://tidings.example.com', ...SENDING });
    admin = await stack.people.admin();
  });
  afterEach(() => {
    expect(twilio.violations).toEqual([]);
    twilio.messages.length = 0;
  });
  afterAll(async () => {
    await stack.stop();
    await twilio.stop();
  });

  const ask = askOf(() => stack);
  const sms = (person: Person): Promise<{ id: string }> =>
    notify(stack, admin, { user_id: person.id, channels: ['sms'] });

  async function reachable(): Promise<Person> {
    const carla = await stack.people.customer();
    expect((await ask('PATCH /api/auth/me/', carla, { phone: '+1 (415) 555-2671' })).status).toBe(200);
    return carla;
  }

  it('are sent to the number of the user, and the status from Twilio is published', async () => {
    const carla = await reachable();
    const { socket } = await follow(stack, '/ws/notifications/', carla, { ignore: ['presence', 'unread_count'] });
    const { id } = await sms(carla);
    const status = { type: 'notification_status', notification_id: id, channel: 'sms' };
    await socket.expectMessage({ ...status, status: 'sent' });
    const [message] = twilio.messages;
    if (!message) throw new Error('Twilio has no message');
    expect(message).toMatchObject({ to: '+14155552671', text: 'Hello: World' });
    expect(await twilio.report(message, 'delivered', stack.otherUrl)).toBe(204);
    await socket.expectMessage({ ...status, status: 'delivered' });
    // The reports may arrive in any order.
    expect(await twilio.report(message, 'sent', stack.url)).toBe(204);
    expect(await until(ask, carla, id, 'sms', 'delivered')).toMatchObject({ attempts: 1, last_error: null });
  });

  it('fail when Twilio reports that they could not be delivered', async () => {
    const carla = await reachable();
    const { id } = await sms(carla);
    await until(ask, carla, id, 'sms', 'sent');
    const [message] = twilio.messages;
    if (!message) throw new Error('Twilio has no message');
    await twilio.report(message, 'undelivered', stack.url, { ErrorCode: '30005' });
    expect(await until(ask, carla, id, 'sms', 'failed')).toMatchObject({
      last_error: 'Twilio: undelivered, error 30005',
    });
  });

  it('are retried if Twilio is busy, and fail permanently if the number does not exist', async () => {
    const carla = await reachable();
    twilio.plan(TwilioPeer.error(503, 20503, 'Service Unavailable'));
    const again = await sms(carla);
    expect(await until(ask, carla, again.id, 'sms', 'sent')).toMatchObject({ attempts: 2 });
    twilio.plan(TwilioPeer.error(400, 21211, 'Invalid number'));
    const given = await sms(carla);
    expect(await until(ask, carla, given.id, 'sms', 'failed')).toMatchObject({ attempts: 1 });
  });

  it('are sent only to numbers with an allowed prefix, and to one user at most ten times an hour', async () => {
    const [bob, carla] = [await stack.people.customer(), await reachable()];
    await ask('PATCH /api/auth/me/', bob, { phone: '+49 30 901820' });
    const { id } = await sms(bob);
    expect(await until(ask, bob, id, 'sms', 'skipped')).toMatchObject({ reason: 'prefix_not_allowed' });
    expect(await explained(ask, bob, id, 'sms')).toBe('Not sent: SMS_PREFIXES does not allow this number.');
    for (let sent = 0; sent < 10; sent++) await until(ask, carla, (await sms(carla)).id, 'sms', 'sent');
    const over = await sms(carla);
    expect(await until(ask, carla, over.id, 'sms', 'skipped')).toMatchObject({ reason: 'rate_limited' });
  });

  it('are skipped for users without a number, and invalid numbers are rejected', async () => {
    const carla = await stack.people.customer();
    for (const phone of ['12345', '030 1234567', '+1 415 555 2671; drop table', '+999123456789']) {
      expect((await ask('PATCH /api/auth/me/', carla, { phone })).status).toBe(400);
    }
    const { id } = await sms(carla);
    expect(await until(ask, carla, id, 'sms', 'skipped')).toMatchObject({ reason: 'no_address' });
    expect(twilio.messages).toEqual([]);
  });
});
