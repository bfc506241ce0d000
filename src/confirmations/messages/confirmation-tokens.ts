import { Injectable } from '@nestjs/common';
import { isSameText } from '../../auth/signing/same-text.js';
import { idBytes, SignedIds } from '../../auth/signing/signed-ids.js';
import { SigningKey } from '../../auth/signing/signing-key.js';

const CODE_DIGITS = 6;

/**
 * Codes and link tokens of confirmations, derived from the id with the signing key. They are not stored, and a message that is sent
 * again contains the same code and link.
 */
@Injectable()
export class ConfirmationTokens extends SignedIds {
  constructor(private readonly signingKey: SigningKey) {
    super(signingKey, 'tidings address confirmation link ');
  }

  /** A code of six digits. */
  codeOf(id: string): string {
    const number = this.signingKey.sign('tidings address confirmation code ', idBytes(id)).readUIntBE(0, 6);
    return String(number % 10 ** CODE_DIGITS).padStart(CODE_DIGITS, '0');
  }

  isCodeOf(id: string, code: string): boolean {
    return isSameText(code, this.codeOf(id));
  }
}
