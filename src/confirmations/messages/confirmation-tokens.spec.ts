import { describe, expect, it } from '@jest/globals';
import { SigningKey } from '../../auth/signing/signing-key.js';
import { ConfirmationTokens } from './confirmation-tokens.js';

const ID = '01936e0a-7b1c-7cc0-8a5e-3f2f6d1c9b11';

describe('confirmations of earlier releases', () => {
  const tokens = new ConfirmationTokens(new SigningKey('a secret for golden bytes, 32 or more'));

  it('stay valid as links', () => {
    expect(tokens.tokenOf(ID)).toBe('AZNuCnscfMCKXj8vbRybEWhZNqsguIOPchzQxcuUcbqM5NDnyFvUa9qV');
    expect(tokens.idOf('AZNuCnscfMCKXj8vbRybEWhZNqsguIOPchzQxcuUcbqM5NDnyFvUa9qV')).toBe(ID);
  });

  it('stay valid as codes', () => {
    expect(tokens.codeOf(ID)).toBe('735729');
    expect(['735729', '735728', '73572', '７３５７２９'].map((code) => tokens.isCodeOf(ID, code))).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});
