import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ProviderReports } from '../../src/providers/provider/provider-reports.js';
import type { ProviderReport } from '../../src/providers/provider/provider-reports.js';
import { HANG_UP } from '../support/peers/peer-server.js';
import type { Person } from '../support/people.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';
import { TwilioPeer } from '../support/peers/twilio-peer.js';
import type { TwilioMessage } from '../support/peers/twilio-peer.js';
import { deliver } from './support/delivering.js';

const PUBLIC_URL = 'https://tidings.example.com';
const PHONE = '+14155552671';

let twilio: TwilioPeer;
let stack: Stack;
let carla: Person;
const reports: ProviderReport[] = [];
beforeAll(async () => {
  twilio = await TwilioPeer.start();
  stack = await startStack({ ...twilio.variables, PUBLIC_URL });
  carla = await stack.people.customer();
  for (const app of stack.apps) {
    app.get(ProviderReports).subscribe((report) => {
      reports.push(report);
      return Promise.resolve();
    });
  }
});
beforeEach(() => {
  twilio.messages.length = 0;
  reports.length = 0;
});
afterEach(() => expect(twilio.violations).toEqual([]));
afterAll(async () => {
  await stack.stop();
  await twilio.stop();
});

async function sent(key: string): Promise<TwilioMessage> {
  await deliver(stack, 'sms', carla, { phone: PHONE, key });
  return twilio.messages.at(-1) as TwilioMessage;
}

describe('an SMS', () => {
  it('is sent to Twilio, which returns its id', async () => {
    const outcome = await deliver(stack, 'sms', carla, { phone: PHONE, key: 'delivery-1' });
    const [message] = twilio.messages;
    expect(message).toMatchObject({
      to: PHONE,
      from: '+14155550100',
      text: 'They are ready.',
      statusCallback: `${PUBLIC_URL}/api/providers/twilio/status/?key=delivery-1`,
    });
    expect(outcome).toEqual({ status: 'sent', providerId: message?.sid });
  });

  it('is skipped for a user without a number', async () => {
    expect(await deliver(stack, 'sms', carla)).toEqual({ status: 'skipped', reason: 'no_address' });
    expect(twilio.messages).toEqual([]);
  });

  it('is shortened to the length that Twilio accepts', async () => {
    await deliver(stack, 'sms', carla, { phone: PHONE, text: '👕'.repeat(2000) });
    // A limit of 1,600 would have cut the last shirt in two.
    expect(twilio.messages[0]?.text).toHaveLength(1599);
    expect(twilio.messages[0]?.text).toMatch(/👕…$/u);
  });

  it.each([
    ['429', { ...TwilioPeer.error(429, 20429, 'Too Many Requests'), headers: { 'retry-after': '7' } }, 7000],
    ['500', TwilioPeer.error(500, 20500, 'Internal Server Error'), undefined],
    ['503 without JSON', { status: 503 }, undefined],
    ['401', TwilioPeer.error(401, 20003, 'Authenticate'), undefined],
  ])('is retried after %s', async (_, answer, retryAfterMs) => {
    twilio.plan(answer);
    const outcome = await deliver(stack, 'sms', carla, { phone: PHONE });
    expect(outcome).toMatchObject({
      status: 'failed',
      retry: true,
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    });
  });

  it('is retried if the connection breaks', async () => {
    twilio.plan(HANG_UP);
    const outcome = await deliver(stack, 'sms', carla, { phone: PHONE });
    expect(outcome).toMatchObject({
      status: 'failed',
      retry: true,
      error: expect.stringMatching(/^no answer from 127/),
    });
  });

  it('is not retried if Twilio reports a permanent error', async () => {
    twilio.plan(TwilioPeer.error(400, 21211, "The 'To' number is not a valid phone number."));
    expect(await deliver(stack, 'sms', carla, { phone: PHONE })).toEqual({
      status: 'failed',
      retry: false,
      error: "Twilio answered 400 (error 21211: The 'To' number is not a valid phone number.)",
    });
  });

  it('does not follow a redirect with our credentials', async () => {
    twilio.plan({ status: 307, headers: { location: `${PUBLIC_URL}/` } });
    expect(await deliver(stack, 'sms', carla, { phone: PHONE })).toMatchObject({ status: 'failed', retry: false });
  });

  it('is skipped for a user who has opted out at Twilio', async () => {
    twilio.plan(TwilioPeer.error(400, 21610, 'Attempt to send to unsubscribed recipient'));
    expect(await deliver(stack, 'sms', carla, { phone: PHONE })).toEqual({ status: 'skipped', reason: 'opted_out' });
  });
});

describe('a status callback', () => {
  it('is passed to the delivery record', async () => {
    const message = await sent('delivery 2/ä');
    expect(await twilio.report(message, 'queued', stack.url)).toBe(204);
    expect(await twilio.report(message, 'sent', stack.url)).toBe(204);
    expect(await twilio.report(message, 'delivered', stack.otherUrl)).toBe(204);
    expect(await twilio.report(message, 'undelivered', stack.url, { ErrorCode: '30003' })).toBe(204);
    const report = { channel: 'sms', providerId: message.sid, key: 'delivery 2/ä' };
    expect(reports).toEqual([
      { ...report, status: 'sent' },
      { ...report, status: 'delivered' },
      { ...report, status: 'failed', error: 'Twilio: undelivered, error 30003' },
    ]);
  });

  it.each([
    ['no signature', {}, {}],
    ['a wrong signature', { 'X-Twilio-Signature': 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=' }, {}],
    ['another form', null, { MessageStatus: 'failed' }],
    ['a further parameter', null, { Further: '1' }],
  ])('with %s is rejected', async (_, headers, changes) => {
    const path = '/api/providers/twilio/status/?key=k';
    const form = { MessageSid: 'SM1', MessageStatus: 'delivered' };
    const signature = twilio.sign(PUBLIC_URL + path, form);
    const answer = await fetch(stack.url + path, {
      method: 'POST',
      body: new URLSearchParams({ ...form, ...changes }),
      headers: headers ?? { 'X-Twilio-Signature': signature },
    });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([403, 'application/problem+json']);
    expect(reports).toEqual([]);
  });

  it('with the signature of another key is rejected', async () => {
    const message = await sent('mine');
    const forged = { ...message, statusCallback: message.statusCallback };
    const url = `${stack.url}/api/providers/twilio/status/?key=yours`;
    const form = { MessageSid: forged.sid, MessageStatus: 'delivered' };
    const signature = twilio.sign(String(message.statusCallback), form);
    const body = new URLSearchParams(form);
    const answer = await fetch(url, { method: 'POST', body, headers: { 'X-Twilio-Signature': signature } });
    expect(answer.status).toBe(403);
  });
});

describe('without Twilio', () => {
  it('reports the missing setting, and rejects callbacks', async () => {
    const off = await startStack();
    const answer = await fetch(`${off.url}/api/providers/twilio/status/`, {
      method: 'POST',
      body: new URLSearchParams(),
    });
    expect(answer.status).toBe(404);
    await off.stop();
  });
});
