import { describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { KnownDevices } from '../sessions/known-devices.js';
import { RefreshTokens } from '../sessions/refresh-tokens.js';
import { SignedIds } from './signed-ids.js';
import { SigningKey } from './signing-key.js';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'.split('');
const key = new SigningKey('a secret for golden bytes, 32 or more');

describe('a signed id', () => {
  const ids = new SignedIds(key, 'one purpose ');

  it('can be read by every node with the same key', () => {
    const id = randomUUID();
    expect(new SignedIds(key, 'one purpose ').idOf(ids.tokenOf(id))).toBe(id);
  });

  it('has one spelling: a token with any changed character is rejected', () => {
    const token = ids.tokenOf(randomUUID());
    for (const [index, right] of token.split('').entries()) {
      for (const other of ALPHABET.filter((character) => character !== right)) {
        expect(ids.idOf(token.slice(0, index) + other + token.slice(index + 1))).toBeNull();
      }
    }
    for (const other of [`${token}=`, `${token}.`, ` ${token}`, `${token}\n`, token.slice(1), '']) {
      expect(ids.idOf(other)).toBeNull();
    }
  });

  it('is valid only for its purpose and key', () => {
    const token = ids.tokenOf(randomUUID());
    expect(new SignedIds(key, 'another purpose ').idOf(token)).toBeNull();
    expect(new SignedIds(new SigningKey('another secret'), 'one purpose ').idOf(token)).toBeNull();
  });
});

describe('signatures of earlier releases', () => {
  it('stay valid for cookies of known devices', () => {
    const cookie = 'AAAAAAAAAAAAAAAAAAAAAA.mdxHeSos5-_fTeT-dkj5npntf0C4F1V73xQQXmHizEg';
    expect(new KnownDevices(key).recognise(cookie, 'carla@example.com')).toBe('AAAAAAAAAAAAAAAAAAAAAA');
    expect(new KnownDevices(key).recognise(cookie, 'dan@example.com')).toBeNull();
  });

  it('stay the same for the next refresh token', () => {
    expect(new RefreshTokens(key).next('first')).toBe('jbE6iEPDOYckhQQnCfXabvxXgw1-NjCkyx8ptidwxi8');
  });
});
