import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { createHmac, timingSafeEqual } from 'node:crypto';
import { signingSecret } from '../auth/signing-secret.js';
import { Settings } from '../config/settings.js';
import { Database } from '../database/database.js';

const TOKEN = /^[\w-]{56}$/;
const ID_BYTES = 16;
/** With the id a multiple of three bytes, so that each token has one spelling only. */
const SIGNATURE_BYTES = 26;
const CODE_DIGITS = 6;

/**
 * Codes and link tokens of confirmations, derived from the id with the signing key: they are stored nowhere, and every attempt to
 * send a message sends the same.
 */
@Injectable()
export class ConfirmationTokens implements OnModuleInit {
  private key = '';

  constructor(
    private readonly settings: Settings,
    private readonly database: Database,
  ) {}

  async onModuleInit(): Promise<void> {
    this.key = await signingSecret(this.settings, this.database);
  }

  /** Six digits to type in. */
  codeOf(id: string): string {
    const number = this.hmac('code', idBytes(id)).readUIntBE(0, 6);
    return String(number % 10 ** CODE_DIGITS).padStart(CODE_DIGITS, '0');
  }

  isCodeOf(id: string, code: string): boolean {
    const [given, made] = [Buffer.from(code), Buffer.from(this.codeOf(id))];
    return given.length === made.length && timingSafeEqual(given, made);
  }

  /** For the link. */
  tokenOf(id: string): string {
    const bytes = idBytes(id);
    return Buffer.concat([bytes, this.signature(bytes)]).toString('base64url');
  }

  /** The id of the confirmation that the token belongs to; null for a token that this service did not create. */
  idOf(token: string): string | null {
    if (!TOKEN.test(token)) return null;
    const bytes = Buffer.from(token, 'base64url');
    const id = bytes.subarray(0, ID_BYTES);
    if (!timingSafeEqual(bytes.subarray(ID_BYTES), this.signature(id))) return null;
    return id.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  }

  private signature(id: Buffer): Buffer {
    return this.hmac('link', id).subarray(0, SIGNATURE_BYTES);
  }

  /** The words before the id keep a signature from being valid for anything else that is signed with the key. */
  private hmac(purpose: 'code' | 'link', id: Buffer): Buffer {
    return createHmac('sha256', this.key).update(`tidings address confirmation ${purpose} `).update(id).digest();
  }
}

function idBytes(id: string): Buffer {
  return Buffer.from(id.replaceAll('-', ''), 'hex');
}
