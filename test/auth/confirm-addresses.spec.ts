import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'drizzle-orm';
import { Database } from '../../src/database/database.js';
import { deliveries, explained, until } from '../deliveries/delivery-story.js';
import { askOf } from '../support/clients/ask.js';
import { contentOf, subjectOf } from '../support/peers/mail-content.js';
import { MailServer } from '../support/peers/mail-server.js';
import type { Mail } from '../support/peers/mail-server.js';
import { notify } from '../support/scenes/notification-story.js';
import type { Person } from '../support/people.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';
import { TwilioPeer } from '../support/peers/twilio-peer.js';

const PUBLIC_URL = 'https://tidings.example';
const STATE = 'GET /api/auth/confirmations/';

describe('confirming addresses', () => {
  let mailServer: MailServer;
  let twilio: TwilioPeer;
  let stack: Stack;
  let admin: Person;
  const ask = askOf(() => stack);

  beforeAll(async () => {
    [mailServer, twilio] = [await new MailServer().start(), await TwilioPeer.start()];
    stack = await startStack({
      ...twilio.variables,
      SMTP_URL: mailServer.url,
      EMAIL_FROM: 'news@tidings.example',
      PUBLIC_URL,
      CONFIRM_ADDRESSES: 'true',
      SMS_PREFIXES: '+1415',
      JOB_RETRY_DELAY: '0',
    });
    admin = await stack.people.admin();
    await mailServer.mails.take('the mail to the administrator');
  }, 60_000);
  afterEach(async () => {
    expect(mailServer.mails.unread()).toEqual([]);
    twilio.messages.length = 0;
    // All requests of this spec come from the same address.
    await stack.apps[0]?.get(Database).db.execute(sql`update address_confirmations set requester = 'somewhere else'`);
  });
  afterAll(async () => {
    await stack.stop();
    await Promise.all([mailServer.stop(), twilio.stop()]);
  });

  const codeIn = (text: string): string => /\b\d{6}\b/.exec(text)?.[0] ?? 'no code';
  const otherThan = (code: string): string => (code === '000000' ? '000001' : '000000');
  const linkIn = (mail: Mail): string =>
    /https:\S+/.exec(contentOf(mail, 'text/plain'))?.[0].replace(PUBLIC_URL, stack.otherUrl) ?? 'no link';

  async function registered(name = 'Carla'): Promise<{ carla: Person; mail: Mail }> {
    const carla = await stack.people.customer(name);
    const mail = await mailServer.mails.take('the confirmation mail');
    expect(mail.to).toEqual([carla.email]);
    return { carla, mail };
  }

  it('sends a code and a link after the registration, without any text of the registrant', async () => {
    const { carla, mail } = await registered('Win at https://evil.example now');
    expect(subjectOf(mail)).toBe('Confirm your e-mail address');
    expect(mail.raw).not.toContain('evil');
    expect(mail.headers.get('to')).toBe(carla.email);
    expect(mail.headers.has('list-unsubscribe')).toBe(false);
    expect(contentOf(mail, 'text/plain')).toMatch(/^Your confirmation code for tidings\.example is \d{6}\.\n/);
    expect((await ask(STATE, carla)).body).toEqual({
      email: { address: carla.email, confirmed: false },
      phone: { address: null, confirmed: false },
      required: true,
    });
  });

  it('is required for other mails: deliveries to unconfirmed addresses are skipped', async () => {
    const { carla, mail } = await registered();
    const before = await notify(stack, admin, { user_id: carla.id });
    expect(await until(ask, carla, before.id, 'email', 'skipped')).toMatchObject({
      reason: 'unconfirmed',
      attempts: 0,
    });
    expect(await explained(ask, carla, before.id, 'email')).toBe(
      'Not sent: the user has not confirmed the address of this channel.',
    );
    expect(await deliveries(ask, carla, before.id)).toContainEqual(expect.objectContaining({ channel: 'websocket' }));
    const code = codeIn(contentOf(mail, 'text/plain'));
    expect(await ask('POST /api/auth/confirm-email/', carla, { code })).toMatchObject({ status: 204 });
    expect((await ask(STATE, carla)).body).toMatchObject({ email: { confirmed: true } });
    const after = await notify(stack, admin, { user_id: carla.id, title: 'After' });
    expect(subjectOf(await mailServer.mails.take('the notification'))).toBe('After');
    await until(ask, carla, after.id, 'email', 'sent');
    expect((await ask('POST /api/auth/confirm-email/', carla, { code })).status).toBe(422);
    expect((await ask('POST /api/auth/confirm-email/request/', carla)).status).toBe(409);
  });

  it('requires pressing a button on the page of the link, in the language of the user; opening the page changes nothing', async () => {
    const { carla } = await registered();
    await ask('PATCH /api/auth/me/', carla, { language: 'de-AT' });
    expect(await ask('POST /api/auth/confirm-email/request/', carla)).toMatchObject({
      status: 202,
      body: { expires_in: 86_400 },
    });
    const mail = await mailServer.mails.take('the German mail');
    expect(subjectOf(mail)).toBe('Bestätigen Sie Ihre E-Mail-Adresse');
    const link = linkIn(mail);
    const page = await fetch(link);
    expect(page.status).toBe(200);
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(await page.text()).toContain('<button>Bestätigen</button>');
    expect((await ask(STATE, carla)).body).toMatchObject({ email: { confirmed: false } });
    expect(await (await fetch(link, { method: 'POST' })).text()).toContain('Fertig');
    expect((await ask(STATE, carla)).body).toMatchObject({ email: { confirmed: true } });
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await fetch(`${link}?utm_source=mail`, { method: 'POST', headers: form, body: '' })).status).toBe(200);
    const otherEnd = link.replace(/.\/$/, (last) => (last === 'A/' ? 'B/' : 'A/'));
    for (const changed of [`${link.slice(0, -2)}/`, otherEnd, link.replace(/\/$/, '.x/')]) {
      expect([(await fetch(changed)).status, (await fetch(changed, { method: 'POST' })).status]).toEqual([404, 404]);
    }
  });

  it('rejects every code after five wrong ones, and the code of another user', async () => {
    const [one, other] = [await registered(), await registered()];
    const [code, foreign] = [one, other].map(({ mail }) => codeIn(contentOf(mail, 'text/plain'))) as [string, string];
    expect((await ask('POST /api/auth/confirm-email/', one.carla, { code: foreign })).status).toBe(422);
    for (let failures = 1; failures < 5; failures++) {
      expect((await ask('POST /api/auth/confirm-email/', one.carla, { code: otherThan(code) })).status).toBe(422);
    }
    expect((await ask('POST /api/auth/confirm-email/', one.carla, { code })).status).toBe(422);
    expect((await ask('POST /api/auth/confirm-email/', one.carla, { code: 'abc' })).status).toBe(400);
    expect((await ask(STATE, one.carla)).body).toMatchObject({ email: { confirmed: false } });
  });

  it('accepts a single code when many are tried at once', async () => {
    const { carla, mail } = await registered();
    const code = codeIn(contentOf(mail, 'text/plain'));
    const tries = Array.from({ length: 30 }, (_, index) =>
      String((Number(code) + 1 + index) % 1_000_000).padStart(6, '0'),
    );
    await Promise.all(tries.map((wrong) => ask('POST /api/auth/confirm-email/', carla, { code: wrong })));
    expect((await ask('POST /api/auth/confirm-email/', carla, { code })).status).toBe(422);
  });

  it('is limited to three messages an hour per address, for all requesters, also at once', async () => {
    const { carla } = await registered();
    const request = () => ask('POST /api/auth/confirm-email/request/', carla);
    const answers = await Promise.all(Array.from({ length: 8 }, request));
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 202, 429, 429, 429, 429, 429, 429]);
    const [refused] = answers.filter(({ status }) => status === 429);
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(3_000);
    for (let mails = 0; mails < 2; mails++) await mailServer.mails.take('a further mail');
  });

  it('is limited to thirty messages an hour per requester; further registrations succeed without a message', async () => {
    const { db } = stack.apps[0]?.get(Database) as Database;
    const { carla } = await registered();
    await db.execute(sql`
      insert into address_confirmations (id, user_id, kind, address, requester)
      select gen_random_uuid(), ${carla.id}, 'email', 'n' || n, requester from generate_series(1, 29) n,
        (select requester from address_confirmations where user_id = ${carla.id} limit 1) own`);
    await stack.people.customer();
    await ask('GET /api/auth/me/', admin);
    expect(mailServer.mails.unread()).toEqual([]);
  });

  it('uses SMS for a phone number, and a changed number is unconfirmed', async () => {
    const { carla } = await registered();
    const me = (phone: string | null) => ask('PATCH /api/auth/me/', carla, { phone });
    expect((await ask('POST /api/auth/confirm-phone/request/', carla)).status).toBe(422);
    await me('+49 30 901820');
    expect((await ask('POST /api/auth/confirm-phone/request/', carla)).status).toBe(422);
    await me('+1 415 555 2671');
    const skipped = await notify(stack, admin, { user_id: carla.id, channels: ['sms'] });
    expect(await until(ask, carla, skipped.id, 'sms', 'skipped')).toMatchObject({ reason: 'unconfirmed' });
    expect(await ask('POST /api/auth/confirm-phone/request/', carla)).toMatchObject({ body: { expires_in: 3_600 } });
    while (twilio.messages.length === 0) await ask(STATE, carla);
    const [{ to, text }] = twilio.messages as [(typeof twilio.messages)[0]];
    expect({ to, text }).toEqual({
      to: '+14155552671',
      text: expect.stringMatching(/^\d{6} is your confirmation code for tidings\.example\.$/),
    });
    const code = codeIn(text);
    expect((await ask('POST /api/auth/confirm-email/', carla, { code })).status).toBe(422);
    expect((await ask('POST /api/auth/confirm-phone/', carla, { code })).status).toBe(204);
    await until(ask, carla, (await notify(stack, admin, { user_id: carla.id, channels: ['sms'] })).id, 'sms', 'sent');
    await me('+1 415 555 2671');
    expect((await ask(STATE, carla)).body).toMatchObject({ phone: { confirmed: true } });
    await me('+1 415 555 2672');
    expect((await ask(STATE, carla)).body).toMatchObject({ phone: { address: '+14155552672', confirmed: false } });
    await me('+1 415 555 2671');
    expect((await ask(STATE, carla)).body).toMatchObject({ phone: { confirmed: false } });
  });
});
