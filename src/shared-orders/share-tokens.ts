import { Injectable } from '@nestjs/common';
import { SignedIds } from '../auth/signing/signed-ids.js';
import { SigningKey } from '../auth/signing/signing-key.js';

/**
 * Tokens of shared links, derived from the link's id. They are not stored, so the link can be shown again to its
 * creator. A token gives access to one order only.
 */
@Injectable()
export class ShareTokens extends SignedIds {
  constructor(key: SigningKey) {
    super(key, 'tidings order share ');
  }
}
