import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'drizzle-orm';
import { Database } from '../../../src/database/database.js';
import { deliveries, quietNow, until } from '../../deliveries/delivery-story.js';
import { askOf } from '../../support/clients/ask.js';
import type { Page, Problem } from '../../support/clients/ask.js';
import { contentOf, subjectOf } from '../../support/peers/mail-content.js';
import { MailServer } from '../../support/peers/mail-server.js';
import type { Person } from '../../support/people.js';
import { rest } from '../../support/clients/rest.js';
import { startStack } from '../../support/stack.js';
import type { Stack } from '../../support/stack.js';

interface Alert {
  readonly id: string;
  readonly title: string;
  readonly message: string;
  readonly data: object;
}

const PREFERENCES = '/api/notifications/preferences/';

describe('security alerts', () => {
  let mailServer: MailServer;
  let stack: Stack;
  const ask = askOf(() => stack);

  beforeAll(async () => {
    mailServer = await new MailServer().start();
    const variables = { SMTP_URL: mailServer.url, EMAIL_FROM: 'news@tidings.example', PUBLIC_URL: 'https://t.example' };
    stack = await startStack(variables, 'servers');
  }, 120_000);
  afterAll(async () => {
    await stack.stop();
    await mailServer.stop();
  });

  /** A user who reads German, has quiet hours, and receives a daily digest. */
  async function somebody(): Promise<Person> {
    const carla = await stack.people.customer();
    await ask('PATCH /api/auth/me/', carla, { language: 'de' });
    await ask(`PUT ${PREFERENCES}`, carla, { quiet_hours: quietNow(), digest: 'daily' });
    return carla;
  }
  const signIn = async ({ email, password }: Person, headers: Record<string, string>): Promise<string> => {
    const answer = await rest(stack.url, 'POST /api/auth/login', { body: { email, password }, headers });
    expect(answer.status).toBe(200);
    return (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  };
  const alerts = async (person: Person): Promise<Alert[]> =>
    (await ask<Page<Alert>>('GET /api/notifications/?type=security_alert', person)).body.results;

  it('inform the owner at once of a sign-in on a new device, in their language, on every channel', async () => {
    const carla = await somebody();
    // The device of the registration.
    await stack.people.signIn(carla.email);
    expect(await alerts(carla)).toEqual([]);

    const cookie = await signIn(carla, { 'user-agent': 'Elsewhere/1.0' });
    const [alert] = await alerts(carla);
    expect(alert).toMatchObject({
      title: 'Neue Anmeldung bei Ihrem Konto',
      message: expect.stringContaining('127.0.0.1'),
      data: { event: 'new_device', address: '127.0.0.1' },
    });
    const { id = '' } = alert ?? {};
    const mail = await mailServer.mails.take('the alert');
    expect([mail.to, subjectOf(mail)]).toEqual([[carla.email], 'Neue Anmeldung bei Ihrem Konto']);
    expect(contentOf(mail, 'text/plain')).toContain('Guten Tag');
    expect(mail.headers.has('list-unsubscribe')).toBe(false);
    await until(ask, carla, id, 'email', 'sent');
    expect(await deliveries(ask, carla, id)).toMatchObject([
      { channel: 'websocket', status: 'queued' },
      { channel: 'email', status: 'sent', attempts: 1 },
    ]);

    await signIn(carla, { 'user-agent': 'Elsewhere/1.0' });
    await signIn(carla, { 'user-agent': 'Elsewhere/1.1', cookie });
    expect(await alerts(carla)).toHaveLength(1);
    expect(mailServer.mails.unread()).toEqual([]);
  });

  it('inform the owner once of a reused refresh token', async () => {
    const carla = await somebody();
    const refresh = (): Promise<{ status: number }> =>
      rest(stack.url, 'POST /api/auth/refresh', { body: { refresh_token: carla.refreshToken } });
    expect((await refresh()).status).toBe(200);
    const { db } = stack.apps[0]?.get(Database) as Database;
    await db.execute(sql`update refresh_tokens set used_at = used_at - interval '1 minute' where used_at is not null`);
    expect((await refresh()).status).toBe(401);
    expect((await refresh()).status).toBe(401);
    const back = await stack.people.signIn(carla.email);
    expect(await alerts(back)).toMatchObject([
      { title: 'Eine Sitzung Ihres Kontos wurde beendet', data: { event: 'refresh_token_reused' } },
    ]);
    expect(subjectOf(await mailServer.mails.take('the alert'))).toBe('Eine Sitzung Ihres Kontos wurde beendet');
  });

  it('cannot be turned off', async () => {
    const carla = await somebody();
    const { body } = await ask<{ defaults: object }>(`GET ${PREFERENCES}`, carla);
    expect(body.defaults).toMatchObject({ security_alert: { urgent: true, mandatory: true } });
    const refused = await ask<Problem>(`PUT ${PREFERENCES}`, carla, {
      types: { security_alert: { channels: ['websocket'] } },
    });
    expect(refused).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '#/types/security_alert/channels', detail: expect.stringContaining('email') }] },
    });
    const more = { types: { security_alert: { channels: ['websocket', 'email', 'sms'] } } };
    const taken = await ask<object>(`PUT ${PREFERENCES}`, carla, more);
    expect(taken).toMatchObject({ status: 200, body: more });
    expect((await ask(`PUT ${PREFERENCES}`, carla, taken.body)).status).toBe(200);
    // Preferences that an earlier release has stored are ignored too.
    const { db } = stack.apps[0]?.get(Database) as Database;
    const declined = { security_alert: { channels: ['websocket'], declined: ['email', 'sms', 'push'] } };
    await db.execute(
      sql`update notification_preferences set types = ${JSON.stringify(declined)}::jsonb where user_id = ${carla.id}`,
    );
    await signIn(carla, { 'user-agent': 'Elsewhere/2.0' });
    expect((await mailServer.mails.take('the alert')).to).toEqual([carla.email]);
  });
});
