import type { OutgoingMessage } from '../provider/delivery-provider.js';

/** Maximum length that Twilio accepts. Twilio splits it into segments. */
const MAX_LENGTH = 1_600;

/**
 * The text of an SMS. The type's SMS template decides whether the text includes the title, so the title is used only if the text
 * is empty.
 */
export function smsText({ title, text }: Pick<OutgoingMessage, 'title' | 'text'>): string {
  const whole = text === '' ? title : text;
  if (whole.length <= MAX_LENGTH) return whole;
  // Do not cut a surrogate pair in half.
  return `${whole.slice(0, MAX_LENGTH - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
