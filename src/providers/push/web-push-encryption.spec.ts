import { createECDH, randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { areSubscriptionKeys, encryptForBrowser, MAX_PLAIN_BYTES } from './web-push-encryption.js';

/** RFC 8291, section 5 and appendix A. */
const BROWSER = {
  p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
  auth: 'BTBZMqHH6r4Tts7J_aSIgg',
};

describe('encryptForBrowser', () => {
  it('reproduces the example of RFC 8291', () => {
    const keys = createECDH('prime256v1');
    keys.setPrivateKey('yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw', 'base64url');
    const salt = Buffer.from('DGv6ra1nlYgDCS1FRnbzlw', 'base64url');
    const plain = Buffer.from('When I grow up, I want to be a watermelon');
    expect(encryptForBrowser(plain, BROWSER, { salt, keys }).toString('base64url')).toBe(
      'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95' +
        'bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN',
    );
  });

  it('never returns the same bytes twice, and never more bytes than push services accept', () => {
    const plain = randomBytes(MAX_PLAIN_BYTES);
    const [one, other] = [encryptForBrowser(plain, BROWSER), encryptForBrowser(plain, BROWSER)];
    expect([one.length, one.equals(other)]).toEqual([4096, false]);
    expect(() => encryptForBrowser(randomBytes(MAX_PLAIN_BYTES + 1), BROWSER)).toThrow(RangeError);
  });
});

describe('areSubscriptionKeys', () => {
  it.each([
    [BROWSER, true],
    [{ ...BROWSER, auth: 'BTBZMqHH6r4Tts7J' }, false],
    [{ ...BROWSER, p256dh: BROWSER.p256dh.slice(0, 80) }, false],
    [{ ...BROWSER, p256dh: `${BROWSER.p256dh.slice(0, -2)}AA` }, false],
  ])('%j: %s', (keys, good) => {
    expect(areSubscriptionKeys(keys)).toBe(good);
  });
});
