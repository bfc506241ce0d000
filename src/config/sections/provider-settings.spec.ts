import { createECDH, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { problemsOf } from '../../../test/support/settings-problems.js';
import { loadSettings } from '../load-settings.js';

const MEMORY = { DATABASE_URL: 'pglite://memory' };
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const SERVICE_ACCOUNT = {
  project_id: 'demo',
  client_email: 'tidings@demo.iam.gserviceaccount.com',
  private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
};

function vapidPair(): { publicKey: string; privateKey: string } {
  const curve = createECDH('prime256v1');
  const publicKey = curve.generateKeys('base64url');
  // Node leaves out leading zeros.
  const privateKey = Buffer.concat([Buffer.alloc(32), curve.getPrivateKey()]).subarray(-32);
  return { publicKey, privateKey: privateKey.toString('base64url') };
}

describe('the settings of deliveries', () => {
  it('require no sender outside production', () => {
    expect(loadSettings({ ...MEMORY, SMTP_URL: 'smtp://localhost:1025' }).providers).toMatchObject({
      emailFrom: 'Tidings <tidings@localhost>',
    });
  });

  it('accept a service account as JSON and as a file', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'tidings-config-')), 'account.json');
    writeFileSync(file, JSON.stringify(SERVICE_ACCOUNT));
    const [fromText, fromFile] = [JSON.stringify(SERVICE_ACCOUNT), file].map(
      (text) => loadSettings({ ...MEMORY, FCM_SERVICE_ACCOUNT: text }).providers.fcmServiceAccount,
    );
    expect(fromText).toMatchObject({ projectId: 'demo', tokenUri: 'https://oauth2.googleapis.com/token' });
    expect(fromFile).toEqual(fromText);
  });

  it.each([
    '/no/such/file.json',
    '{"project_id": "hush"',
    JSON.stringify({ ...SERVICE_ACCOUNT, private_key: 'hush' }),
    JSON.stringify({ ...SERVICE_ACCOUNT, project_id: '../hush' }),
  ])('reject an invalid service account without printing it (%#)', (text) => {
    const problems = problemsOf({ ...MEMORY, FCM_SERVICE_ACCOUNT: text });
    expect(problems).toEqual([
      'FCM_SERVICE_ACCOUNT has an invalid value; it must be the JSON of a Google service account, or the path of its file.',
    ]);
  });

  it('require VAPID keys of the same pair', () => {
    const [mine, other] = [vapidPair(), vapidPair()];
    const vapid = { VAPID_SUBJECT: 'mailto:ops@example.com', VAPID_PRIVATE_KEY: mine.privateKey };
    expect(problemsOf({ ...MEMORY, ...vapid, VAPID_PUBLIC_KEY: mine.publicKey })).toEqual([]);
    expect(problemsOf({ ...MEMORY, ...vapid, VAPID_PUBLIC_KEY: other.publicKey })).toEqual([
      'VAPID_PUBLIC_KEY does not belong to VAPID_PRIVATE_KEY; both must be from the same pair.',
    ]);
  });

  it('accept limits for sending', () => {
    const limits = { SEND_LIMITS: 'sms:10/hour, sms:30/day', TYPE_SEND_LIMITS: 'offers.weekly:2/day' };
    expect(loadSettings({ ...MEMORY, ...limits }).notifications).toMatchObject({
      sendLimits: [
        { subject: 'sms', limit: 10, seconds: 3_600 },
        { subject: 'sms', limit: 30, seconds: 86_400 },
      ],
      typeSendLimits: [{ subject: 'offers.weekly', limit: 2, seconds: 86_400 }],
    });
  });

  it.each([
    ['SEND_LIMITS', 'fax:1/day'],
    ['SEND_LIMITS', 'sms:1/day,sms:2/day'],
    ['SEND_LIMITS', 'sms:-1/day'],
    ['TYPE_SEND_LIMITS', 'offers:2/week'],
    ['TWILIO_FROM', '0123'],
    ['TWILIO_ACCOUNT_SID', 'SK0'],
    ['VAPID_PRIVATE_KEY', 'A'.repeat(43)],
    ['VAPID_PUBLIC_KEY', 'B'],
    ['WEB_PUSH_HOSTS', '*'],
  ])('reject %s=%s', (name, value) => {
    expect(problemsOf({ ...MEMORY, [name]: value })[0]).toMatch(new RegExp(`^${name} .*; it must be `));
  });
});
