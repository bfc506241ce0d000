import { describe, expect, it } from '@jest/globals';
import { isSmtpUrl, readSmtpUrl } from './smtp-url.js';

describe('SMTP_URL', () => {
  it.each(['smtp://localhost:1025', 'smtps://user:word@mail.example.com', 'smtp://mail.example.com?tls=opportunistic'])(
    'can be %s',
    (url) => expect(isSmtpUrl(url)).toBe(true),
  );

  it.each([
    'http://mail.example.com',
    'smtp://',
    'smtp://a?tls=no',
    'smtp://a?tls',
    'smtp://a?tls=required&tls=required',
  ])('cannot be %s', (url) => expect(isSmtpUrl(url)).toBe(false));

  it.each([
    ['smtp://mail.example.com:587', true, 'required'],
    ['smtp://mail.example.com:587', false, 'opportunistic'],
    ['smtp://mail.example.com:587?tls=opportunistic', true, 'opportunistic'],
    ['smtp://localhost.example.com', true, 'required'],
    ['smtp://127.evil.example', true, 'required'],
    ['smtp://127.0.0.1:25', true, 'opportunistic'],
    ['smtp://[::1]', true, 'opportunistic'],
    ['smtp://127.0.0.1:25?tls=required', false, 'required'],
  ])('%s in production (%s): TLS is %s', (text, isProduction, tls) => {
    const read = readSmtpUrl(text, isProduction);
    expect(read.tls).toBe(tls);
    expect(read.url.search).toBe('');
  });
});
