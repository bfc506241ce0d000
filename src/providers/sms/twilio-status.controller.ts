import { Body, Controller, HttpCode, Logger, Post, Query, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Public } from '../../auth/principal/public.decorator.js';
import { AnyQuery, TakesForms } from '../../input/route-input.js';
import { ProviderReports } from '../provider/provider-reports.js';
import type { ProviderReport } from '../provider/provider-reports.js';
import { TwilioSignatureGuard } from './twilio-signature.guard.js';
import { TWILIO_STATUS_PATH } from './twilio-status-url.js';

/** Twilio's statuses that change a delivery. The others (`queued`, `sending`) are ignored. */
const STATUSES: Readonly<Record<string, ProviderReport['status']>> = {
  sent: 'sent',
  delivered: 'delivered',
  read: 'delivered',
  undelivered: 'failed',
  failed: 'failed',
  canceled: 'failed',
};

/** The members of a status callback that are used. */
interface StatusCallback {
  readonly MessageSid?: unknown;
  readonly MessageStatus?: unknown;
  readonly ErrorCode?: unknown;
}

/** Receives Twilio's status callbacks for SMS. */
// Twilio sends forms, and may add parameters to form and URL.
@TakesForms()
@AnyQuery()
@ApiExcludeController()
@Controller(TWILIO_STATUS_PATH)
export class TwilioStatusController {
  private readonly logger = new Logger(TwilioStatusController.name);

  constructor(private readonly reports: ProviderReports) {}

  // Public for the REST guard, because Twilio sends a signature instead of a token.
  @Public()
  @UseGuards(TwilioSignatureGuard)
  @Post()
  @HttpCode(204)
  async report(@Query('key') key: unknown, @Body() body: object): Promise<void> {
    const { MessageSid: sid, MessageStatus: word, ErrorCode: code } = body as StatusCallback;
    const status = typeof word === 'string' ? STATUSES[word] : undefined;
    if (typeof sid !== 'string' || status === undefined) return;
    this.logger.debug(`SMS ${sid}: ${status}`);
    await this.reports.emit({
      channel: 'sms',
      providerId: sid,
      key: typeof key === 'string' && key !== '' ? key : null,
      status,
      ...(status === 'failed' && { error: `Twilio: ${String(word)}${describe(code)}` }),
    });
  }
}

function describe(code: unknown): string {
  return typeof code === 'string' && code !== '' && code !== '0' ? `, error ${code}` : '';
}
