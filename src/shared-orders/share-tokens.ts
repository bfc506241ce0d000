import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { createHmac, timingSafeEqual } from 'node:crypto';
import { signingSecret } from '../auth/signing-secret.js';
import { Settings } from '../config/settings.js';
import { Database } from '../database/database.js';

const TOKEN = /^[\w-]{56}$/;
const ID_BYTES = 16;
/** With the id a multiple of three bytes, so that each token is written in one way only. */
const SIGNATURE_BYTES = 26;

/**
 * The tokens of shared links: the link's id and a signature over it. So a token is stored nowhere, and can still be shown again to
 * the one who made the link. It opens nothing but the one order.
 */
@Injectable()
export class ShareTokens implements OnModuleInit {
  private key = '';

  constructor(
    private readonly settings: Settings,
    private readonly database: Database,
  ) {}

  async onModuleInit(): Promise<void> {
    this.key = await signingSecret(this.settings, this.database);
  }

  /** Of the link with this id (a UUID). */
  tokenOf(id: string): string {
    const bytes = Buffer.from(id.replaceAll('-', ''), 'hex');
    return Buffer.concat([bytes, this.signature(bytes)]).toString('base64url');
  }

  /** The id of the link that the token belongs to; null for one that we did not make. */
  idOf(token: string): string | null {
    if (!TOKEN.test(token)) return null;
    const bytes = Buffer.from(token, 'base64url');
    const id = bytes.subarray(0, ID_BYTES);
    if (!timingSafeEqual(bytes.subarray(ID_BYTES), this.signature(id))) return null;
    return id.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  }

  /** The words before the id keep it from being taken for anything else that is signed with the key. */
  private signature(id: Buffer): Buffer {
    return createHmac('sha256', this.key)
      .update('tidings order share ')
      .update(id)
      .digest()
      .subarray(0, SIGNATURE_BYTES);
  }
}
