import { Injectable } from '@nestjs/common';
import type { ServiceAccount } from '../../config/values/service-account.js';
import { Settings } from '../../config/settings.js';
import { stringifyExact } from '../../exact-json/exact-json.js';
import type { OutgoingMessage } from '../provider/delivery-provider.js';
import { GoogleAccessTokens } from './google-access-tokens.js';
import {
  askProvider,
  giveUp,
  jsonOf,
  ProviderFailure,
  retryAfterMs,
  retryLater,
} from '../provider/provider-request.js';
import type { ProviderAnswer } from '../provider/provider-request.js';
import type { DeviceOutcome } from './push-outcome.js';
import { pushPayload } from './push-payload.js';
import type { PushPayload } from './push-payload.js';

const GOOGLE = 'https://fcm.googleapis.com';
/** FCM accepts 4,096 bytes of notification and data. The rest is left for members that FCM adds. */
const MAX_PAYLOAD_BYTES = 4_000;
/**
 * https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode: the app was removed, or the token belongs to another project.
 */
const GONE = new Set(['UNREGISTERED', 'SENDER_ID_MISMATCH']);
const MINUTE_MS = 60_000;

interface ErrorDetail {
  readonly errorCode?: string;
  readonly fieldViolations?: readonly { readonly field?: string }[];
}

interface FcmAnswer {
  /** `projects/{project}/messages/{id}`. */
  readonly name: string;
  readonly error: { readonly status?: string; readonly message?: string; readonly details?: readonly ErrorDetail[] };
}

/** Sends push messages to phones through FCM HTTP v1. */
@Injectable()
export class Fcm {
  readonly off: string | null;
  private readonly account: ServiceAccount | undefined;
  private readonly tokens: GoogleAccessTokens | null;
  private readonly baseUrl: string;

  constructor({ providers: { fcmServiceAccount, fcmBaseUrl = GOOGLE } }: Settings) {
    this.account = fcmServiceAccount;
    this.tokens = fcmServiceAccount ? new GoogleAccessTokens(fcmServiceAccount) : null;
    this.off = fcmServiceAccount ? null : 'FCM_SERVICE_ACCOUNT is not set';
    this.baseUrl = fcmBaseUrl.replace(/\/+$/, '');
  }

  /** Sends to one device, identified by its registration token. */
  async send(registration: string, message: OutgoingMessage): Promise<DeviceOutcome> {
    if (!this.account || !this.tokens) return giveUp(String(this.off));
    try {
      const body = stringifyExact(fcmRequest(registration, message));
      const answer = await this.post(this.account, this.tokens, body);
      if (answer.status !== 401) return outcomeOf(answer);
      // The access token was revoked before it expired: retry once with a new one.
      this.tokens.forget();
      return outcomeOf(await this.post(this.account, this.tokens, body));
    } catch (error) {
      if (error instanceof ProviderFailure) return error.outcome;
      throw error;
    }
  }

  private async post({ projectId }: ServiceAccount, tokens: GoogleAccessTokens, body: string): Promise<ProviderAnswer> {
    return askProvider(`${this.baseUrl}/v1/projects/${projectId}/messages:send`, {
      headers: { authorization: `Bearer ${await tokens.get()}`, 'content-type': 'application/json' },
      body,
    });
  }
}

function fcmRequest(registration: string, message: OutgoingMessage): { message: object } {
  const payload = pushPayload(message, MAX_PAYLOAD_BYTES, (candidate) => stringifyExact(contentOf(candidate)));
  const { notificationId, urgent } = message;
  return {
    message: {
      token: registration,
      ...contentOf(payload),
      // The tag is the same on every attempt, so that a second copy replaces the first on the device. There is no `collapse_key`,
      // because FCM discards messages when more than four different keys wait for one device.
      android: { priority: urgent ? 'HIGH' : 'NORMAL', notification: { tag: notificationId } },
      apns: { headers: { 'apns-priority': urgent ? '10' : '5', 'apns-collapse-id': notificationId } },
    },
  };
}

/** FCM's `data` permits only strings, so the notification's data is sent as JSON. */
function contentOf({ title, message, data, truncated, ...ids }: PushPayload): object {
  return {
    notification: { title, body: message },
    data: { ...ids, data: stringifyExact(data), ...(truncated && { truncated: 'true' }) },
  };
}

function outcomeOf(answer: ProviderAnswer): DeviceOutcome {
  const { name, error } = jsonOf<FcmAnswer>(answer);
  if (answer.status === 200) return { status: 'sent', providerId: name ?? null };
  const details = error?.details ?? [];
  const code = details.find(({ errorCode }) => errorCode !== undefined)?.errorCode ?? error?.status ?? '';
  if (GONE.has(code) || isAboutToken(details)) return { status: 'gone' };
  const text = `FCM answered ${answer.status} ${code}: ${error?.message ?? ''}`.replace(/[\s:]+$/, '');
  if (answer.status === 429) return retryLater(text, retryAfterMs(answer) ?? MINUTE_MS);
  // 401: the operator must correct the credentials, the message itself is valid.
  if (answer.status >= 500 || answer.status === 401) return retryLater(text, retryAfterMs(answer));
  return giveUp(text);
}

/** INVALID_ARGUMENT about the token: the token is invalid. */
function isAboutToken(details: readonly ErrorDetail[]): boolean {
  return details.some(
    ({ fieldViolations }) => fieldViolations?.some(({ field }) => field === 'message.token') ?? false,
  );
}
