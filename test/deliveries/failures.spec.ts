import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'drizzle-orm';
import { Database } from '../../src/database/database.js';
import { askOf } from '../support/clients/ask.js';
import { MailServer } from '../support/peers/mail-server.js';
import { notify } from '../support/scenes/notification-story.js';
import type { Person } from '../support/people.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';
import { TwilioPeer } from '../support/peers/twilio-peer.js';
import { quietNow, skipWaiting, until } from './delivery-story.js';

describe('a delivery with an unexpected failure', () => {
  let mailServer: MailServer;
  let twilio: TwilioPeer;
  let stack: Stack;
  let admin: Person;
  const ask = askOf(() => stack);
  const execute = async (query: ReturnType<typeof sql>): Promise<readonly unknown[]> =>
    ((await stack.apps[0]?.get(Database).db.execute(query)) as { rows: unknown[] }).rows;
  const put = (person: Person, preferences: object) => ask('PUT /api/notifications/preferences/', person, preferences);

  beforeAll(async () => {
    [mailServer, twilio] = [await new MailServer().start(), await TwilioPeer.start()];
    stack = await startStack({
      ...twilio.variables,
      SMTP_URL: mailServer.url,
      EMAIL_FROM: 'news@tidings.example',
      JOB_RETRY_DELAY: '0',
      JOB_RETRIES: '1',
    });
    admin = await stack.people.admin();
  }, 60_000);
  afterEach(() => {
    mailServer.refuse = () => null;
    expect(mailServer.mails.unread()).toEqual([]);
  });
  afterAll(async () => {
    await stack.stop();
    await Promise.all([mailServer.stop(), twilio.stop()]);
  });

  it('is recorded if the provider answers text that PostgreSQL cannot store', async () => {
    const carla = await stack.people.customer();
    await ask('PATCH /api/auth/me/', carla, { phone: '+14155552671' });
    twilio.plan(TwilioPeer.error(400, 21211, 'bad \0 \uD800 number'));
    mailServer.refuse = () => '550 no \0 mailbox';
    const { id } = await notify(stack, admin, { user_id: carla.id, channels: ['email', 'sms'] });
    expect(await until(ask, carla, id, 'sms', 'failed')).toMatchObject({
      last_error: 'Twilio answered 400 (error 21211: bad \uFFFD \uFFFD number)',
    });
    const { last_error: error } = await until(ask, carla, id, 'email', 'failed');
    expect(error).toContain('mailbox');
    expect(await letters(2)).toHaveLength(2);
  });

  it('is recorded if the service itself fails, and is sent when the cause is removed and an administrator retries', async () => {
    const carla = await stack.people.customer();
    await put(carla, { quiet_hours: quietNow() });
    const { id } = await notify(stack, admin, { user_id: carla.id, channels: ['email'] });
    await execute(sql`update notification_preferences set quiet_hours = jsonb_set(quiet_hours, '{time_zone}', '"Nowhere/Else"')
                      where user_id = ${carla.id}`);
    await skipWaiting(stack, carla);
    expect(await until(ask, carla, id, 'email', 'failed')).toMatchObject({
      attempts: 2,
      last_error: expect.stringMatching(/^unexpected error \(\w+\)$/),
    });
    await put(carla, {});
    const [letter] = (await letters(1, carla.id)) as [{ id: string }];
    await ask(`POST /api/jobs/dead-letters/${letter.id}/retry/`, admin);
    expect((await mailServer.mails.take('the mail')).to).toEqual([carla.email]);
    await until(ask, carla, id, 'email', 'sent');
  });

  it.each(['none', 'daily'])(
    'is recorded if its worker stops responding at the last attempt (digest: %s)',
    async (digest) => {
      const carla = await stack.people.customer();
      await put(carla, { digest, quiet_hours: quietNow() });
      const { id } = await notify(stack, admin, { user_id: carla.id, channels: ['email'] });
      await until(ask, carla, id, 'email', 'queued');
      await execute(sql`update deliveries set due_at = now() where user_id = ${carla.id}`);
      // The job that waits for the end of the quiet hours. The previous job may still be running.
      const fallSilent = sql`
        update pgboss.job set state = 'active', retry_count = retry_limit, started_on = now() - interval '1 minute',
          start_after = now(), heartbeat_on = now() - interval '1 minute'
        where data->>'user_id' = ${carla.id} and state = 'created' and start_after > now() + interval '1 minute'
        returning id`;
      while ((await execute(fallSilent)).length === 0);
      expect(await until(ask, carla, id, 'email', 'failed')).toMatchObject({ last_error: 'no attempt was completed' });
      await put(carla, {});
      const [letter] = (await letters(1, carla.id)) as [{ id: string }];
      await ask(`POST /api/jobs/dead-letters/${letter.id}/retry/`, admin);
      expect((await mailServer.mails.take('the mail')).to).toEqual([carla.email]);
      await until(ask, carla, id, 'email', 'sent');
    },
    30_000,
  );

  /** Waits for at least this number of dead letters, of this user or in total. */
  async function letters(atLeast: number, userId?: string): Promise<{ id: string }[]> {
    for (;;) {
      const { body } = await ask<{ results: { id: string; data: { user_id: string } }[] }>(
        'GET /api/jobs/dead-letters/?limit=100',
        admin,
      );
      const found = body.results.filter(({ data }) => userId === undefined || data.user_id === userId);
      if (found.length >= atLeast) return found;
    }
  }
});
