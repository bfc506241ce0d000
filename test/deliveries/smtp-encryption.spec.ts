import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { askOf } from '../support/clients/ask.js';
import { MailServer } from '../support/peers/mail-server.js';
import { notify } from '../support/scenes/notification-story.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';
import { until } from './delivery-story.js';

describe('an SMTP server without STARTTLS', () => {
  let mailServer: MailServer;
  let stack: Stack;
  const ask = askOf(() => stack);

  beforeAll(async () => {
    mailServer = await new MailServer().start();
    stack = await startStack({ SMTP_URL: `${mailServer.url}?tls=required`, JOB_RETRIES: '0' });
  }, 60_000);
  afterAll(async () => {
    await stack.stop();
    await mailServer.stop();
  });

  it('receives no mail if TLS is required, and the record explains what to do', async () => {
    const carla = await stack.people.customer();
    const { id } = await notify(stack, await stack.people.admin(), { user_id: carla.id, channels: ['email'] });
    expect(await until(ask, carla, id, 'email', 'failed')).toMatchObject({
      last_error: expect.stringContaining('add ?tls=opportunistic to send without encryption'),
    });
    expect(mailServer.mails.unread()).toEqual([]);
  });
});
