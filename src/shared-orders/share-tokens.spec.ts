import { describe, expect, it } from '@jest/globals';
import { SigningKey } from '../auth/signing/signing-key.js';
import { ShareTokens } from './share-tokens.js';

const ID = '01936e0a-7b1c-7cc0-8a5e-3f2f6d1c9b11';
const TOKEN = 'AZNuCnscfMCKXj8vbRybEbrHTCPst1tX_x2LdnPJ4xewERENwWuGua8p';

describe('share links of earlier releases', () => {
  it('stay valid', () => {
    const tokens = new ShareTokens(new SigningKey('a secret for golden bytes, 32 or more'));
    expect([tokens.tokenOf(ID), tokens.idOf(TOKEN)]).toEqual([TOKEN, ID]);
  });
});
