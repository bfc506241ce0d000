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
/** FCM takes 4,096 bytes of notification and data; a little is left for what it adds. */
const MAX_PAYLOAD_BYTES = 4_000;
/** https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode: the app is gone, or the token was never one of ours. */
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

/** Pushes to phones by FCM HTTP v1. */
@Injectable()
export class Fcm {
  readonly off: string | null;
  private readonly account: ServiceAccount | undefined;
  private readonly tokens: GoogleAccessTokens | null;
  private readonly baseUrl: string;

  constructor({ fcmServiceAccount, fcmBaseUrl = GOOGLE }: Settings) {
    this.account = fcmServiceAccount;
    this.tokens = fcmServiceAccount ? new GoogleAccessTokens(fcmServiceAccount) : null;
    this.off = fcmServiceAccount ? null : 'FCM_SERVICE_ACCOUNT is not set';
    this.baseUrl = fcmBaseUrl.replace(/\/+$/, '');
  }

  /** To one device, by its registration token. */
  async send(registration: string, message: OutgoingMessage): Promise<DeviceOutcome> {
    if (!this.account || !this.tokens) return giveUp(String(this.off));
    try {
      const body = stringifyExact(fcmRequest(registration, message));
      const answer = await this.post(this.account, this.tokens, body);
      if (answer.status !== 401) return outcomeOf(answer);
      // Revoked before its time: once more with a new one.
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
      // The same name on every attempt: a second copy takes the place of the first on the device. No `collapse_key`: of more than
      // four waiting for one device FCM throws messages away.
      android: { priority: urgent ? 'HIGH' : 'NORMAL', notification: { tag: notificationId } },
      apns: { headers: { 'apns-priority': urgent ? '10' : '5', 'apns-collapse-id': notificationId } },
    },
  };
}

/** FCM's `data` knows texts only, so ours goes as JSON. */
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
  // 401: the operator's to mend, and no fault of the message.
  if (answer.status >= 500 || answer.status === 401) return retryLater(text, retryAfterMs(answer));
  return giveUp(text);
}

/** INVALID_ARGUMENT, and the argument is the token: it never was one. */
function isAboutToken(details: readonly ErrorDetail[]): boolean {
  return details.some(
    ({ fieldViolations }) => fieldViolations?.some(({ field }) => field === 'message.token') ?? false,
  );
}
