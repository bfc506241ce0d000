import { Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { Settings } from '../../config/settings.js';
import { ServiceError } from '../../errors/error/service-error.js';
import { isSignedByTwilio } from './twilio-signature.js';

/** Admits requests that Twilio signed for the configured URL. Throws not_found while callbacks are off, otherwise forbidden. */
@Injectable()
export class TwilioSignatureGuard implements CanActivate {
  constructor(private readonly settings: Settings) {}

  canActivate(context: ExecutionContext): boolean {
    const { twilioAuthToken } = this.settings.providers;
    const { publicUrl } = this.settings.process;
    if (twilioAuthToken === undefined || publicUrl === undefined) {
      throw new ServiceError('not_found', 'Twilio status reports are off: TWILIO_AUTH_TOKEN or PUBLIC_URL is not set.');
    }
    const request = context.switchToHttp().getRequest<Request>();
    const form = (request.body ?? {}) as Record<string, string | string[]>;
    const signature = request.headers['x-twilio-signature'];
    // Behind a proxy, the request's host differs from the URL that Twilio signed.
    const url = publicUrl + request.originalUrl;
    if (typeof signature === 'string' && isSignedByTwilio(twilioAuthToken, url, form, signature)) return true;
    throw new ServiceError('forbidden', 'X-Twilio-Signature is missing or wrong.');
  }
}
