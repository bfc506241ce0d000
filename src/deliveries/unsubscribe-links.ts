import { createHmac, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { signingSecret } from '../auth/signing-secret.js';
import { publicBase } from '../config/public-base.js';
import { Settings } from '../config/settings.js';
import { Database } from '../database/database.js';
import { PROVIDER_CHANNELS } from '../providers/delivery-provider.js';
import type { ProviderChannel } from '../providers/delivery-provider.js';

/** What a link ends: some types on one channel of one user. */
export interface Subscription {
  readonly userId: string;
  /** At least one. */
  readonly notificationTypes: readonly string[];
  readonly channel: ProviderChannel;
}

/** Bytes of the signature: nobody guesses 128 bits. */
const SIGNATURE_BYTES = 16;

/**
 * Links that end a subscription without signing in (RFC 8058). They name it, are signed by us, and are good for ever: a mail
 * may be opened years later.
 */
@Injectable()
export class UnsubscribeLinks implements OnModuleInit {
  private key = '';

  constructor(
    private readonly settings: Settings,
    private readonly database: Database,
  ) {}

  async onModuleInit(): Promise<void> {
    this.key = await signingSecret(this.settings, this.database);
  }

  /** Null where nobody could reach it: in production without PUBLIC_URL. */
  url(subscription: Subscription): string | null {
    const base = publicBase(this.settings);
    return base === null ? null : `${base}/api/notifications/unsubscribe/${this.token(subscription)}/`;
  }

  /** Null for a text that is no token of ours. */
  read(token: string): Subscription | null {
    const [payload = ''] = token.split('.', 1);
    // The token as a whole: decoded piece by piece, further parts and characters outside the alphabet would go unnoticed.
    const [given, made] = [Buffer.from(token), Buffer.from(this.signed(payload))];
    if (given.length !== made.length || !timingSafeEqual(given, made)) return null;
    const [userId, channel, ...notificationTypes] = JSON.parse(
      Buffer.from(payload, 'base64url').toString(),
    ) as string[];
    const known = PROVIDER_CHANNELS.find((each) => each === channel);
    return userId === undefined || known === undefined ? null : { userId, notificationTypes, channel: known };
  }

  private token({ userId, notificationTypes, channel }: Subscription): string {
    const payload = Buffer.from(JSON.stringify([userId, channel, ...notificationTypes])).toString('base64url');
    return this.signed(payload);
  }

  private signed(payload: string): string {
    return `${payload}.${this.sign(payload).toString('base64url')}`;
  }

  private sign(payload: string): Buffer {
    // The word in front keeps it from ever being a signature of something else made with that key.
    const hmac = createHmac('sha256', this.key).update(`unsubscribe\n${payload}`).digest();
    return hmac.subarray(0, SIGNATURE_BYTES);
  }
}
