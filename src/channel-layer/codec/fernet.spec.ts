import { describe, expect, it } from '@jest/globals';
import { MalformedMessage } from '../interface/errors.js';
import { Fernet } from './fernet.js';

const PLAIN = Buffer.from('a message');

describe('Fernet', () => {
  it.each([0, 1, 15, 16, 17, 100_000])('decrypts the %d bytes that it encrypted', (length) => {
    const fernet = new Fernet(['secret']);
    const plain = Buffer.alloc(length, 7);
    expect(fernet.decrypt(fernet.encrypt(plain)).equals(plain)).toBe(true);
  });

  it('decrypts with every key and encrypts with the first', () => {
    const token = new Fernet(['old']).encrypt(PLAIN);
    expect(new Fernet(['new', 'old']).decrypt(token)).toEqual(PLAIN);
    const rotated = new Fernet(['new', 'old']).encrypt(PLAIN);
    expect(new Fernet(['new']).decrypt(rotated)).toEqual(PLAIN);
    expect(() => new Fernet(['old']).decrypt(rotated)).toThrow('an unknown key');
  });

  it('rejects tokens that are too old or have a future time, if a maximum age is given', () => {
    let now = 1_000_000;
    const fernet = new Fernet(['k'], () => now);
    const token = fernet.encrypt(PLAIN);
    now += 70_000;
    expect(fernet.decrypt(token, 70)).toEqual(PLAIN);
    now += 1_000;
    expect(() => fernet.decrypt(token, 70)).toThrow('too old');
    expect(fernet.decrypt(token)).toEqual(PLAIN);
    now -= 71_000 + 61_000;
    expect(() => fernet.decrypt(token, 70)).toThrow('future');
  });

  it('rejects every token with one bit changed', () => {
    const fernet = new Fernet(['k']);
    const token = Buffer.from(fernet.encrypt(PLAIN).toString('latin1'), 'base64url');
    for (let bit = 0; bit < token.length * 8; bit++) {
      const changed = Buffer.from(token);
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(() => fernet.decrypt(Buffer.from(changed.toString('base64url')))).toThrow(MalformedMessage);
    }
  });

  it.each(['', 'gAAAA', 'not a token at all', '\u0081\u00a4type\u00a1t'])('rejects %j', (text) => {
    expect(() => new Fernet(['k']).decrypt(Buffer.from(text, 'latin1'))).toThrow(MalformedMessage);
  });

  it('requires a key', () => {
    expect(() => new Fernet([])).toThrow('requires keys');
  });
});
