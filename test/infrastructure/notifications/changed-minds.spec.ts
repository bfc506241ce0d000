import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'drizzle-orm';
import { Database } from '../../../src/database/database.js';
import { askOf } from '../../support/clients/ask.js';
import { FcmPeer } from '../../support/peers/fcm-peer.js';
import { subjectOf } from '../../support/peers/mail-content.js';
import { MailServer } from '../../support/peers/mail-server.js';
import { notify } from '../../support/scenes/notification-story.js';
import type { Person } from '../../support/people.js';
import { startStack } from '../../support/stack.js';
import type { Stack } from '../../support/stack.js';
import { TwilioPeer } from '../../support/peers/twilio-peer.js';
import { explained, quietNow, skipWaiting, until } from '../../deliveries/delivery-story.js';

const PREFERENCES = 'PUT /api/notifications/preferences/';

describe('decisions of a user while a message waits to be sent', () => {
  let mailServer: MailServer;
  let twilio: TwilioPeer;
  let fcm: FcmPeer;
  let stack: Stack;
  let admin: Person;
  const ask = askOf(() => stack);

  beforeAll(async () => {
    [mailServer, twilio, fcm] = [await new MailServer().start(), await TwilioPeer.start(), await FcmPeer.start()];
    stack = await startStack(
      {
        ...twilio.variables,
        ...fcm.variables,
        SMTP_URL: mailServer.url,
        EMAIL_FROM: 'news@tidings.example',
        PUBLIC_URL: 'https://tidings.example',
        JOB_RETRY_DELAY: '0',
      },
      'servers',
    );
    admin = await stack.people.admin();
  }, 60_000);
  afterEach(() => {
    mailServer.refuse = () => null;
    expect([mailServer.mails.unread(), twilio.messages, fcm.messages]).toEqual([[], [], []]);
  });
  afterAll(async () => {
    await stack.stop();
    await Promise.all([mailServer.stop(), twilio.stop(), fcm.stop()]);
  });

  /** A user whose notification waits on each channel for the end of quiet hours. */
  async function waiting(channels: string[]): Promise<{ carla: Person; id: string }> {
    const carla = await stack.people.customer();
    await ask('PATCH /api/auth/me/', carla, { phone: '+14155552671' });
    await ask('POST /api/devices/', carla, { kind: 'fcm', token: `phone-of:${carla.id}` });
    await ask(PREFERENCES, carla, { quiet_hours: quietNow() });
    const { id } = await notify(stack, admin, { user_id: carla.id, channels: ['websocket', ...channels] });
    for (const channel of channels)
      expect(await until(ask, carla, id, channel, 'queued')).toMatchObject({ reason: 'quiet_hours' });
    return { carla, id };
  }

  const SIDE_CHANNELS = ['email', 'sms', 'push'];

  it.each([
    ['reading it', (id: string) => `POST /api/notifications/${id}/read/`, {}, 'read'],
    ['reading all', () => 'POST /api/notifications/read-all/', {}, 'read'],
    ['deleting it', (id: string) => `DELETE /api/notifications/${id}/`, {}, 'deleted'],
    ['declining its channels', () => PREFERENCES, { types: { general: { channels: ['websocket'] } } }, 'preference'],
  ])('stop it on every channel: %s', async (_what, line, body, reason) => {
    const { carla, id } = await waiting(SIDE_CHANNELS);
    await ask(PREFERENCES, carla, {});
    await ask(line(id), carla, body);
    await skipWaiting(stack, carla);
    for (const channel of SIDE_CHANNELS) {
      expect(await until(ask, admin, id, channel, 'skipped')).toMatchObject({ reason, attempts: 0 });
    }
  });

  it('stop it if the user unsubscribes in an earlier mail', async () => {
    const carla = await stack.people.customer();
    await notify(stack, admin, { user_id: carla.id, title: 'First' });
    const { headers } = await mailServer.mails.take('the first mail');
    const link = /^<https:\/\/tidings.example(\S+)>$/.exec(headers.get('list-unsubscribe') ?? '')?.[1] ?? '';
    await ask(PREFERENCES, carla, { quiet_hours: quietNow() });
    const { id } = await notify(stack, admin, { user_id: carla.id, title: 'Second' });
    expect((await fetch(stack.url + link, { method: 'POST' })).status).toBe(200);
    await skipWaiting(stack, carla);
    expect(await until(ask, carla, id, 'email', 'skipped')).toMatchObject({ reason: 'preference' });
    expect(await explained(ask, carla, id, 'email')).toBe(
      'Not sent: the user has turned this channel off for this type.',
    );
  });

  it('stop an escalation if its channel is declined, and delay it if quiet hours were set', async () => {
    const escalate = [{ after_s: 3_600, channel: 'email' }];
    const [carla, bob] = [await stack.people.customer(), await stack.people.customer()];
    const send = (person: Person) => notify(stack, admin, { user_id: person.id, channels: ['websocket'], escalate });
    const [declined, held] = [await send(carla), await send(bob)];
    await ask(PREFERENCES, carla, { types: { general: { channels: ['websocket'] } } });
    await ask(PREFERENCES, bob, { quiet_hours: quietNow() });
    await skipWaiting(stack, carla);
    await skipWaiting(stack, bob);
    expect(await until(ask, carla, declined.id, 'email', 'skipped')).toMatchObject({ reason: 'preference' });
    while ((await until(ask, bob, held.id, 'email', 'queued')).reason !== 'quiet_hours') continue;
    await ask(PREFERENCES, bob, {});
    await skipWaiting(stack, bob);
    expect((await mailServer.mails.take('the escalation')).to).toEqual([bob.email]);
    await until(ask, bob, held.id, 'email', 'sent');
  });

  it('add a mail that waits for a retry to a digest that was selected since, and delay a digest in quiet hours', async () => {
    const { carla, id } = await waiting(['email']);
    await ask(PREFERENCES, carla, { digest: 'daily' });
    await skipWaiting(stack, carla);
    while ((await until(ask, carla, id, 'email', 'queued')).reason !== 'digest') continue;
    await ask(PREFERENCES, carla, { digest: 'daily', quiet_hours: quietNow() });
    await skipWaiting(stack, carla);
    const isHeld = async (): Promise<boolean> => {
      const { due_at: due } = await until(ask, carla, id, 'email', 'queued');
      return due !== null && Date.parse(due) > Date.now();
    };
    while (!(await isHeld())) continue;
    await ask(PREFERENCES, carla, { digest: 'daily' });
    await skipWaiting(stack, carla);
    expect(subjectOf(await mailServer.mails.take('the digest'))).toBe('1 notification for you');
    expect(await until(ask, carla, id, 'email', 'sent')).toMatchObject({ attempts: 1 });
  });

  it('stop the mail of a broadcast if the user reads or deletes it', async () => {
    const people = [await stack.people.customer(), await stack.people.customer()] as const;
    for (const each of [...people, admin]) await ask(PREFERENCES, each, { quiet_hours: quietNow() });
    // Users of other tests would receive it at once.
    const { db } = stack.apps[0]?.get(Database) as Database;
    await db.execute(
      sql`update users set disabled = true where id not in (${people[0].id}, ${people[1].id}, ${admin.id})`,
    );
    const { id } = await notify(stack, admin, { broadcast: true, channels: ['websocket', 'email'] });
    for (const each of people) await until(ask, each, id, 'email', 'queued');
    await ask(`POST /api/notifications/${id}/read/`, people[0]);
    await ask(`DELETE /api/notifications/${id}/`, people[1]);
    for (const each of people) {
      await ask(PREFERENCES, each, {});
      await skipWaiting(stack, each);
    }
    expect(await until(ask, people[0], id, 'email', 'skipped')).toMatchObject({ reason: 'read' });
    const line = `GET /api/notifications/${id}/deliveries/?user_id=${people[1].id}`;
    for (;;) {
      const { body } = await ask<{ results: { status: string; reason: string }[] }>(line, admin);
      if (body.results[0]?.status === 'queued') continue;
      expect(body.results).toMatchObject([{ channel: 'email', status: 'skipped', reason: 'deleted' }]);
      break;
    }
  });

  it('do not stop an urgent alert, whoever reads it first', async () => {
    const carla = await stack.people.customer();
    let refusals = 0;
    let refused: (() => void) | undefined;
    const first = new Promise<void>((resolve) => (refused = resolve));
    mailServer.refuse = () => {
      if (refusals++ > 0) return null;
      refused?.();
      return '451 try again later';
    };
    const { id } = await notify(stack, admin, {
      user_id: carla.id,
      notification_type: 'security_alert',
      channels: ['websocket', 'email'],
    });
    await first;
    await ask(`DELETE /api/notifications/${id}/`, carla);
    expect((await mailServer.mails.take('the alert')).to).toEqual([carla.email]);
    expect(await until(ask, admin, id, 'email', 'sent')).toMatchObject({ attempts: 2 });
  });
});
