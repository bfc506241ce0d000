/** At most `limit` messages per `seconds` for `subject`: a channel, or a type of notification. */
export interface SendLimit {
  readonly subject: string;
  readonly limit: number;
  readonly seconds: number;
}

const SECONDS: Readonly<Record<string, number>> = { minute: 60, hour: 3_600, day: 86_400 };
const SEND_LIMIT = /^([a-z0-9_.-]{1,64}):(\d{1,9})\/(minute|hour|day)$/;

/** Parses `sms:10/hour`; returns any other text unchanged. */
export function parseSendLimit(text: string): SendLimit | string {
  const [, subject, limit, period] = SEND_LIMIT.exec(text) ?? [];
  const seconds = SECONDS[period ?? ''];
  if (subject === undefined || seconds === undefined) return text;
  return { subject, limit: Number(limit), seconds };
}

/** Whether the value is a list of limits without duplicates (subject and period). `subjects`: the permitted subjects; absent: any. */
export function areSendLimits(value: unknown, subjects?: readonly string[]): boolean {
  if (!Array.isArray(value) || value.some((item) => typeof item !== 'object')) return false;
  const limits = value as readonly SendLimit[];
  const distinct = new Set(limits.map(({ subject, seconds }) => `${subject}/${seconds}`));
  return distinct.size === limits.length && limits.every(({ subject }) => subjects?.includes(subject) ?? true);
}
