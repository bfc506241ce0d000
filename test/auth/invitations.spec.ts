import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { contentOf, subjectOf } from '../support/peers/mail-content.js';
import { MailServer } from '../support/peers/mail-server.js';
import { must, rest } from '../support/clients/rest.js';
import type { RestAnswer } from '../support/clients/rest.js';
import type { Person } from '../support/people.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';

const PUBLIC_URL = 'https://tidings.example';
const PASSWORD = 'quiet otters at dawn';

describe('an invitation', () => {
  let mailServer: MailServer;
  let stack: Stack;
  let admin: Person;
  const invite = (email: string, more: object = {}): Promise<RestAnswer<{ id: string }>> =>
    rest(stack.url, 'POST /api/users/', { token: admin.accessToken, body: { email, invite: true, ...more } });

  beforeAll(async () => {
    mailServer = await new MailServer().start();
    stack = await startStack({
      SMTP_URL: mailServer.url,
      PUBLIC_URL,
      DEFAULT_LANGUAGE: 'de',
    });
    admin = await stack.people.admin();
  });
  afterAll(async () => {
    await stack.stop();
    await mailServer.stop();
  });

  it('is a mail with a link that sets the password once and confirms the address', async () => {
    const email = 'cora@example.com';
    const created = await invite(email, { name: 'Cora <b>Courier</b>', role: 'partner' });
    expect(created).toMatchObject({
      status: 201,
      body: { role: 'partner', has_password: false, email_confirmed: false },
    });

    const mail = await mailServer.mails.take('the invitation');
    expect([mail.to, subjectOf(mail)]).toEqual([[email], 'Richten Sie Ihr Konto ein']);
    const text = contentOf(mail, 'text/plain');
    expect(text).not.toContain('Courier');
    const link = (/https:\S+/.exec(text)?.[0] ?? '').replace(PUBLIC_URL, stack.otherUrl);
    const submit = (): Promise<Response> =>
      fetch(link, { method: 'POST', body: new URLSearchParams({ password: PASSWORD }) });
    expect((await submit()).status).toBe(200);
    expect((await submit()).status).toBe(404);

    const login = await rest(stack.url, 'POST /api/auth/login', { body: { email, password: PASSWORD } });
    expect(login).toMatchObject({ status: 200, body: { user: { id: created.body.id, role: 'partner' } } });
    const account = await must(stack.url, `GET /api/users/${created.body.id}/`, { token: admin.accessToken });
    expect(account).toMatchObject({ has_password: true, email_confirmed: true });
  });

  it('is sent once for a repeated request', async () => {
    const options = {
      token: admin.accessToken,
      headers: { 'idempotency-key': 'invite-dora' },
      body: { email: 'dora@example.com', invite: true },
    };
    const first = await must(stack.url, 'POST /api/users/', options);
    expect(await must(stack.otherUrl, 'POST /api/users/', options)).toEqual(first);
    expect((await mailServer.mails.take('the invitation of Dora')).to).toEqual(['dora@example.com']);
    await invite('ella@example.com');
    expect((await mailServer.mails.take('the invitation of Ella')).to).toEqual(['ella@example.com']);
  });

  it('can be sent again, until the user has a password', async () => {
    const email = 'gita@example.com';
    const { id } = (await invite(email)).body;
    await mailServer.mails.take('the first invitation');
    const again = (token = admin.accessToken): Promise<RestAnswer<unknown>> =>
      rest(stack.url, `POST /api/users/${id}/invite/`, { token });
    expect(await again((await stack.people.customer()).accessToken)).toMatchObject({ status: 403 });

    expect(await again()).toMatchObject({ status: 202 });
    const text = contentOf(await mailServer.mails.take('the second invitation'), 'text/plain');
    const link = (/https:\S+/.exec(text)?.[0] ?? '').replace(PUBLIC_URL, stack.otherUrl);
    const answer = await fetch(link, { method: 'POST', body: new URLSearchParams({ password: PASSWORD }) });
    expect(answer.status).toBe(200);
    expect(await again()).toMatchObject({ status: 409 });
  });

  it('leaves the choice of the password to the user', async () => {
    expect(await invite('fred@example.com', { password: PASSWORD })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '#/password' }] },
    });
    expect(await invite('fred@example.com', { invite: false, password: PASSWORD })).toMatchObject({ status: 201 });
  });
});

describe('an installation without mail', () => {
  it('refuses invitations, and creates no account', async () => {
    const stack = await startStack();
    const { accessToken: token } = await stack.people.admin();
    const body = { email: `nobody-${String(Date.now())}@example.com`, invite: true };
    expect(await rest(stack.url, 'POST /api/users/', { token, body })).toMatchObject({ status: 422 });
    const found = await must(stack.url, `GET /api/users/?search=${body.email}`, { token });
    expect(found).toMatchObject({ results: [] });
    await stack.stop();
  });
});
