import { Injectable } from '@nestjs/common';
import { isSameText } from '../auth/tokens/same-text.js';
import { idBytes, SignedIds } from '../auth/tokens/signed-ids.js';
import { SigningKey } from '../auth/tokens/signing-key.js';

const CODE_DIGITS = 6;

/**
 * Codes and link tokens of confirmations, derived from the id with the signing key: they are stored nowhere, and every attempt to
 * send a message sends the same.
 */
@Injectable()
export class ConfirmationTokens extends SignedIds {
  constructor(private readonly signingKey: SigningKey) {
    super(signingKey, 'tidings address confirmation link ');
  }

  /** Six digits to type in. */
  codeOf(id: string): string {
    const number = this.signingKey.sign('tidings address confirmation code ', idBytes(id)).readUIntBE(0, 6);
    return String(number % 10 ** CODE_DIGITS).padStart(CODE_DIGITS, '0');
  }

  isCodeOf(id: string, code: string): boolean {
    return isSameText(code, this.codeOf(id));
  }
}
