import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'drizzle-orm';
import { Database } from '../../src/database/database.js';
import { askOf } from '../support/clients/ask.js';
import type { Problem } from '../support/clients/ask.js';
import { rest } from '../support/clients/rest.js';
import type { RestAnswer } from '../support/clients/rest.js';
import { open } from '../support/clients/socket-client.js';
import type { Person } from '../support/people.js';
import { contentOf, subjectOf } from '../support/peers/mail-content.js';
import { MailServer } from '../support/peers/mail-server.js';
import type { Mail } from '../support/peers/mail-server.js';
import { titles } from '../support/scenes/notification-story.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';

interface Tokens {
  readonly access_token: string;
}

const PUBLIC_URL = 'https://tidings.example';
const NEW_PASSWORD = 'quiet otters at dawn';
const REQUEST = 'POST /api/auth/password-reset/request/';
const RESET = 'POST /api/auth/password-reset/';
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

describe('passwords', () => {
  let mailServer: MailServer;
  let stack: Stack;
  const ask = askOf(() => stack);

  beforeAll(async () => {
    mailServer = await new MailServer().start();
    stack = await startStack({
      SMTP_URL: mailServer.url,
      EMAIL_FROM: 'news@tidings.example',
      PUBLIC_URL,
      JOB_RETRY_DELAY: '0',
    });
  }, 60_000);
  afterAll(async () => {
    await stack.stop();
    await mailServer.stop();
  });

  const login = (email: string, password: string): Promise<RestAnswer<Tokens>> =>
    rest(stack.otherUrl, 'POST /api/auth/login', { body: { email, password } });
  const request = (email: string): Promise<RestAnswer<unknown>> => rest(stack.url, REQUEST, { body: { email } });
  const reset = (token: string, password = NEW_PASSWORD): Promise<RestAnswer<Problem>> =>
    rest(stack.otherUrl, RESET, { body: { token, password } });

  /** The next mail to this person with this subject. Security alerts may arrive in between. */
  async function mailTo({ email }: Person, subject: string): Promise<Mail> {
    for (;;) {
      const mail = await mailServer.mails.take(`"${subject}" to ${email}`);
      if (mail.to.includes(email) && subjectOf(mail) === subject) return mail;
    }
  }

  /** The link in the mail to this person, on this installation. */
  async function mailedLink(person: Person, subject = 'Reset your password'): Promise<{ link: string; token: string }> {
    const mail = await mailTo(person, subject);
    const text = contentOf(mail, 'text/plain');
    expect(text).not.toContain(person.name);
    const link = /https:\S+/.exec(text)?.[0] ?? 'no link';
    expect(link).toMatch(/^https:\/\/tidings\.example\/api\/auth\/password-reset\/link\/[\w-]{56}\/$/);
    return { link: link.replace(PUBLIC_URL, stack.otherUrl), token: link.split('/').at(-2) ?? '' };
  }

  async function requestedLink(person: Person): Promise<{ link: string; token: string }> {
    expect(await request(person.email)).toMatchObject({ status: 202 });
    return mailedLink(person);
  }

  async function submit(link: string, password: string): Promise<{ status: number; text: string }> {
    const answer = await fetch(link, { method: 'POST', headers: FORM, body: new URLSearchParams({ password }) });
    return { status: answer.status, text: await answer.text() };
  }

  describe('that are changed', () => {
    const change = (
      person: Person,
      current = person.password,
      next = NEW_PASSWORD,
    ): Promise<RestAnswer<Problem & { detail: string }>> =>
      ask('POST /api/auth/password/', person, { current_password: current, new_password: next });

    it('end all other sessions, and the owner is told', async () => {
      const carla = await stack.people.customer();
      const phone = await stack.people.signIn(carla.email);
      const socket = await open(`${stack.otherUrl}/ws/notifications/`, {
        token: phone.socketToken,
        ignore: ['presence', 'connection_established', 'notification', 'unread_count'],
      });

      expect(await change(carla)).toMatchObject({ status: 204 });
      await socket.expectClose(4006);
      expect((await ask('GET /api/auth/me', phone)).status).toBe(401);
      expect((await ask('GET /api/auth/me', carla)).status).toBe(200);
      expect([
        (await login(carla.email, carla.password)).status,
        (await login(carla.email, NEW_PASSWORD)).status,
      ]).toEqual([401, 200]);
      expect(await titles(ask, carla)).toContain('Your password was changed');
      await mailTo(carla, 'Your password was changed');
    });

    it('need the current password and a good new one', async () => {
      const carla = await stack.people.customer('Carla Capulet');
      const wrong = { status: 422, body: { errors: [{ pointer: '#/current_password', detail: 'is wrong' }] } };

      expect(await change(carla, 'correct horse batterx')).toMatchObject(wrong);
      expect(await change(carla, carla.password, 'password1')).toMatchObject({
        status: 400,
        body: { errors: [{ pointer: '#/new_password', detail: expect.stringContaining('easy to guess') }] },
      });
      expect(await change(carla, carla.password, 'carla capulet')).toMatchObject({ status: 400 });
      expect(await change(carla, carla.password, 'short')).toMatchObject({ status: 400 });
      expect((await ask('GET /api/auth/sessions/', carla)).status).toBe(200);
      expect((await rest(stack.url, 'POST /api/auth/password/', { body: {} })).status).toBe(401);
      expect((await login(carla.email, carla.password)).status).toBe(200);
    });

    it('leave no session to a login that was checked against the old password', async () => {
      const carla = await stack.people.customer();
      const attempts = Array.from({ length: 8 }, () => login(carla.email, carla.password));
      const changed = change(carla);
      const tokens = (await Promise.all(attempts)).flatMap(({ status, body }) =>
        status === 200 ? [body.access_token] : [],
      );
      expect((await changed).status).toBe(204);

      for (const token of tokens) expect((await rest(stack.url, 'GET /api/auth/me', { token })).status).toBe(401);
      const { body } = await ask<{ results: object[] }>('GET /api/auth/sessions/', carla);
      expect(body.results).toMatchObject([{ current: true }]);
    });
  });

  describe('that are forgotten', () => {
    it('are set with a link in a mail, which confirms the address and ends all sessions', async () => {
      const carla = await stack.people.customer();
      const { link } = await requestedLink(carla);

      const page = await fetch(link);
      expect([page.status, page.headers.get('cache-control'), page.headers.get('referrer-policy')]).toEqual([
        200,
        'no-store',
        'no-referrer',
      ]);
      expect(await page.text()).toContain(carla.email);
      expect((await ask('GET /api/auth/me', carla)).status).toBe(200);

      expect(await submit(`${link}?utm_source=mail`, NEW_PASSWORD)).toMatchObject({
        status: 200,
        text: expect.stringContaining('Done'),
      });
      expect((await ask('GET /api/auth/me', carla)).status).toBe(401);
      const { body } = await login(carla.email, NEW_PASSWORD);
      const confirmations = await rest(stack.url, 'GET /api/auth/confirmations/', { token: body.access_token });
      expect(confirmations.body).toMatchObject({ email: { confirmed: true } });
      await mailTo(carla, 'Your password was changed');
    });

    it('are set by a front end with the token, in the language of the user', async () => {
      const carla = await stack.people.customer();
      await ask('PATCH /api/auth/me', carla, { language: 'de' });
      expect(await request(`  ${carla.email.toUpperCase()} `)).toMatchObject({ status: 202 });
      const { link, token } = await mailedLink(carla, 'Passwort zurücksetzen');
      expect(await (await fetch(link)).text()).toContain('Passwort festlegen');

      expect(await reset(token, 'password1')).toMatchObject({
        status: 400,
        body: { errors: [{ pointer: '#/password' }] },
      });
      expect(await reset(token)).toMatchObject({ status: 204 });
      expect(await login(carla.email, NEW_PASSWORD)).toMatchObject({ status: 200 });
    });

    it('keep the form and the link after a weak password', async () => {
      const carla = await stack.people.customer();
      const { link } = await requestedLink(carla);

      for (const weak of ['password1', 'short', '', 'x'.repeat(129), carla.email]) {
        const { status, text } = await submit(link, weak);
        expect([status, text.includes('role="alert"'), text.includes('<form')]).toEqual([422, true, true]);
      }
      const empty = await fetch(link, { method: 'POST', headers: FORM });
      expect(empty.status).toBe(422);
      expect(await submit(link, NEW_PASSWORD)).toMatchObject({ status: 200 });
    });

    it('are set once: the link is used up, also by two requests at once, and a newer one ends with it', async () => {
      const carla = await stack.people.customer();
      const [first, second] = [await requestedLink(carla), await requestedLink(carla)];

      const both = await Promise.all([reset(first.token), reset(first.token, 'brave llamas at dusk')]);
      expect(both.map(({ status }) => status).sort()).toEqual([204, 404]);
      expect(await reset(second.token)).toMatchObject({ status: 404 });
      const expired = await fetch(second.link, { headers: { accept: 'text/html,*/*;q=0.8' } });
      expect([expired.status, expired.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
      expect(await expired.text()).toContain('This link is invalid, has been used or has expired.');
      expect((await fetch(second.link)).headers.get('content-type')).toBe('application/problem+json');
    });

    it('are set once by two links at the same time', async () => {
      const carla = await stack.people.customer();
      const [first, second] = [await requestedLink(carla), await requestedLink(carla)];

      const both = await Promise.all([reset(first.token), reset(second.token, 'brave llamas at dusk')]);
      expect(both.map(({ status }) => status).sort()).toEqual([204, 404]);
    });

    it('cannot be set with a changed, foreign or expired token, or after the account was disabled', async () => {
      const [carla, dora] = [await stack.people.customer(), await stack.people.customer('Dora')];
      const [{ token }, disabled] = [await requestedLink(carla), await requestedLink(dora)];
      const { db } = stack.apps[0]?.get(Database) as Database;
      const id = '01936e0a-7b1c-7cc0-8a5e-3f2f6d1c9b11';

      for (const wrong of [
        '',
        'x',
        `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`,
        `${token}A`,
        id,
        '../../me',
      ]) {
        expect([404, 400]).toContain((await reset(wrong)).status);
      }
      await db.execute(sql`update users set disabled = true where id = ${dora.id}`);
      expect(await reset(disabled.token)).toMatchObject({ status: 404 });
      await db.execute(sql`update password_links set expires_at = now() where user_id = ${carla.id}`);
      expect(await reset(token)).toMatchObject({ status: 404 });
      expect(await login(carla.email, carla.password)).toMatchObject({ status: 200 });
    });

    it('do not show who has an account', async () => {
      const [carla, outsider] = [await stack.people.customer(), await stack.people.customer('Oona')];
      const { db } = stack.apps[0]?.get(Database) as Database;
      await db.execute(sql`update users set password_hash = null where id = ${outsider.id}`);

      const answers = [await request('nobody@example.com'), await request(outsider.email), await request(carla.email)];
      expect(answers.map(({ status, body }) => [status, body])).toEqual(Array(3).fill([202, answers[0]?.body]));
      // The queue delivers in order, so the mail to Carla would come after mails to the others.
      await mailedLink(carla);
      const others = mailServer.mails.unread().flatMap(({ to }) => to);
      expect(others).not.toContain(outsider.email);
      expect(others).not.toContain('nobody@example.com');
    });

    it('are mailed at most three times an hour, whether the account exists or not', async () => {
      const carla = await stack.people.customer();
      for (const email of ['somebody@example.com', carla.email]) {
        const statuses: number[] = [];
        for (let n = 0; n < 4; n++) statuses.push((await request(email)).status);
        expect(statuses).toEqual([202, 202, 202, 429]);
      }
      for (let n = 0; n < 3; n++) await mailedLink(carla);
    });
  });
});
