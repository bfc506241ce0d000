import { describe, expect, it } from '@jest/globals';
import { smtpOutcome } from './smtp-outcome.js';

const error = (code: string, responseCode?: number): Error =>
  Object.assign(new Error(`it said\r\n${String(responseCode)}`), { code, responseCode });

describe('an SMTP error', () => {
  it.each([
    ['a mailbox that does not exist', 'EENVELOPE', 550],
    ['a rejected mail', 'EMESSAGE', 554],
  ])('is permanent: %s', (_what, code, responseCode) => {
    expect(smtpOutcome(error(code, responseCode))).toEqual({
      status: 'failed',
      error: `it said ${responseCode}`,
      retry: false,
    });
  });

  it.each([
    ['greylisting', 'EENVELOPE', 451],
    ['a full server', 'EMESSAGE', 452],
    ['a rejected login', 'EAUTH', 535],
    ['an unavailable server', 'ESOCKET', undefined],
  ])('is temporary: %s', (_what, code, responseCode) => {
    expect(smtpOutcome(error(code, responseCode))).toMatchObject({ status: 'failed', retry: true });
  });
});
