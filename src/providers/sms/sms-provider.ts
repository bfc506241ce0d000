import { Injectable } from '@nestjs/common';
import { Settings } from '../../config/settings.js';
import { DeliveryProvider } from '../provider/delivery-provider.js';
import type { Outcome, OutgoingMessage, Recipient } from '../provider/delivery-provider.js';
import {
  askProvider,
  giveUp,
  jsonOf,
  ProviderFailure,
  retryAfterMs,
  retryLater,
} from '../provider/provider-request.js';
import type { ProviderAnswer } from '../provider/provider-request.js';
import { mayReceiveSms } from './sms-prefixes.js';
import { smsText } from './sms-text.js';
import { twilioStatusUrl } from './twilio-status-url.js';

const TWILIO = 'https://api.twilio.com';
/** The recipient answered STOP: Twilio sends them no more messages from this sender. */
const OPTED_OUT = 21_610;

/** The members of Twilio's answers that are used. */
interface TwilioAnswer {
  /** The id of the message, if it was accepted. */
  readonly sid: string;
  /** The code of an error, see https://www.twilio.com/docs/api/errors. */
  readonly code: number;
  readonly message: string;
}

/**
 * Sends SMS through Twilio's REST API. Twilio has no idempotency keys: if the process crashes between Twilio's acceptance and the
 * commit, or if the answer is lost, the message is sent again.
 */
@Injectable()
export class SmsProvider extends DeliveryProvider {
  readonly channel = 'sms';
  readonly off: string | null;

  constructor(private readonly settings: Settings) {
    super();
    this.off = settings.providers.twilioAccountSid === undefined ? 'TWILIO_ACCOUNT_SID is not set' : null;
  }

  async deliver(recipient: Recipient, message: OutgoingMessage, key: string): Promise<Outcome> {
    const { phone } = recipient;
    if (phone === null) return { status: 'skipped', reason: 'no_address' };
    if (!mayReceiveSms(phone, this.settings.providers.smsPrefixes))
      return { status: 'skipped', reason: 'prefix_not_allowed' };
    try {
      return outcomeOf(await this.post(phone, message, key));
    } catch (error) {
      if (error instanceof ProviderFailure) return error.outcome;
      throw error;
    }
  }

  private post(to: string, message: OutgoingMessage, key: string): Promise<ProviderAnswer> {
    const {
      twilioAccountSid = '',
      twilioAuthToken = '',
      twilioFrom = '',
      twilioBaseUrl = TWILIO,
    } = this.settings.providers;
    const body = new URLSearchParams({ To: to, Body: smsText(message) });
    body.set(twilioFrom.startsWith('MG') ? 'MessagingServiceSid' : 'From', twilioFrom);
    const statusUrl = twilioStatusUrl(this.settings, key);
    if (statusUrl !== null) body.set('StatusCallback', statusUrl);
    const credentials = Buffer.from(`${twilioAccountSid}:${twilioAuthToken}`).toString('base64');
    return askProvider(`${twilioBaseUrl.replace(/\/+$/, '')}/2010-04-01/Accounts/${twilioAccountSid}/Messages.json`, {
      headers: { authorization: `Basic ${credentials}`, accept: 'application/json' },
      body,
    });
  }
}

function outcomeOf(answer: ProviderAnswer): Outcome {
  const { sid, code, message } = jsonOf<TwilioAnswer>(answer);
  if (answer.status === 201) return { status: 'sent', providerId: sid ?? null };
  if (code === OPTED_OUT) return { status: 'skipped', reason: 'opted_out' };
  const error = `Twilio answered ${answer.status}${describe(code, message)}`;
  // 401: the operator must correct the credentials, the message itself is valid.
  const isPassing = answer.status >= 500 || answer.status === 429 || answer.status === 401;
  return isPassing ? retryLater(error, retryAfterMs(answer)) : giveUp(error);
}

function describe(code: number | undefined, message: string | undefined): string {
  const reason = [code === undefined ? '' : `error ${code}`, message ?? ''].filter((part) => part !== '').join(': ');
  return reason === '' ? '' : ` (${reason})`;
}
