/** At most `limit` messages in each `seconds`, of `subject`: a channel, or a type of notification. */
export interface SendLimit {
  readonly subject: string;
  readonly limit: number;
  readonly seconds: number;
}

const SECONDS: Readonly<Record<string, number>> = { minute: 60, hour: 3_600, day: 86_400 };
const SEND_LIMIT = /^([a-z0-9_.-]{1,64}):(\d{1,9})\/(minute|hour|day)$/;

/** `sms:10/hour`; anything else stays a text. */
export function parseSendLimit(text: string): SendLimit | string {
  const [, subject, limit, period] = SEND_LIMIT.exec(text) ?? [];
  const seconds = SECONDS[period ?? ''];
  if (subject === undefined || seconds === undefined) return text;
  return { subject, limit: Number(limit), seconds };
}

/** A list of limits, each subject once with a period; `subjects`: those there are, absent: any. */
export function areSendLimits(value: unknown, subjects?: readonly string[]): boolean {
  if (!Array.isArray(value) || value.some((item) => typeof item !== 'object')) return false;
  const limits = value as readonly SendLimit[];
  const distinct = new Set(limits.map(({ subject, seconds }) => `${subject}/${seconds}`));
  return distinct.size === limits.length && limits.every(({ subject }) => subjects?.includes(subject) ?? true);
}
