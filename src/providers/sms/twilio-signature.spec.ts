import { describe, expect, it } from '@jest/globals';
import { isSignedByTwilio } from './twilio-signature.js';

/** The example in Twilio's documentation and libraries. */
const TOKEN = '12345';
const URL = 'https://mycompany.com/myapp.php?foo=1&bar=2';
const FORM = {
  CallSid: 'CA1234567890ABCDE',
  Caller: '+14158675309',
  Digits: '1234',
  From: '+14158675309',
  To: '+18005551212',
};
const SIGNATURE = 'RSOYDt4T1cUTdK1PDd93/VVr8B8=';

describe('isSignedByTwilio', () => {
  it('accepts the example of the documentation', () => {
    expect(isSignedByTwilio(TOKEN, URL, FORM, SIGNATURE)).toBe(true);
    expect(isSignedByTwilio(TOKEN, URL.replace('.com', '.com:443'), FORM, SIGNATURE)).toBe(true);
  });

  it.each<[string, [string, string, typeof FORM | object, string]]>([
    ['token', ['54321', URL, FORM, SIGNATURE]],
    ['path', [TOKEN, URL.replace('foo', 'fo'), FORM, SIGNATURE]],
    ['port', [TOKEN, URL.replace('.com', '.com:8443'), FORM, SIGNATURE]],
    ['parameter', [TOKEN, URL, { ...FORM, Digits: '1235' }, SIGNATURE]],
    ['number of parameters', [TOKEN, URL, {}, SIGNATURE]],
    ['signature', [TOKEN, URL, FORM, 'QSOYDt4T1cUTdK1PDd93/VVr8B8=']],
    ['length of the signature', [TOKEN, URL, FORM, '']],
  ])('rejects another %s', (_, [token, url, form, signature]) => {
    expect(isSignedByTwilio(token, url, form as typeof FORM, signature)).toBe(false);
  });
});
