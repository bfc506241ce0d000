import { describe, expect, it } from '@jest/globals';
import { SigningKey } from '../../auth/signing/signing-key.js';
import { loadSettings } from '../../config/load-settings.js';
import { UnsubscribeLinks } from './unsubscribe-links.js';

const TOKEN = 'WyI3IiwiZW1haWwiLCJnZW5lcmFsIl0.hIZdq0zu6MAYVT0y06INiw';
const SUBSCRIPTION = { userId: '7', channel: 'email', notificationTypes: ['general'] } as const;

describe('unsubscribe links in mails of earlier releases', () => {
  const settings = loadSettings({ PUBLIC_URL: 'https://tidings.example.com' });
  const links = new UnsubscribeLinks(settings, new SigningKey('a secret for golden bytes, 32 or more'));

  it('stay valid', () => {
    expect(links.read(TOKEN)).toEqual(SUBSCRIPTION);
    expect(links.url(SUBSCRIPTION)).toContain(`/${TOKEN}/`);
  });

  it('have one spelling, although the last character of a signature has four unused bits', () => {
    const others = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvxyz0123456789-_'
      .split('')
      .map((last) => TOKEN.slice(0, -1) + last);
    expect(others.map((token) => links.read(token))).toEqual(others.map(() => null));
  });
});
