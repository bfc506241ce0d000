import { Injectable } from '@nestjs/common';
import { SignedIds } from '../auth/tokens/signed-ids.js';
import { SigningKey } from '../auth/tokens/signing-key.js';

/** The tokens of shared links. Since none is stored, the user who made the link can be shown it again. A token opens one order only. */
@Injectable()
export class ShareTokens extends SignedIds {
  constructor(key: SigningKey) {
    super(key, 'tidings order share ');
  }
}
