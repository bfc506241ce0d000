import type { OutgoingMessage } from '../provider/delivery-provider.js';

/** What Twilio takes at most; it splits it into as many segments as it needs. */
const MAX_LENGTH = 1_600;

/** A message as one short text: a type's text for SMS says what of the title belongs in it. */
export function smsText({ title, text }: Pick<OutgoingMessage, 'title' | 'text'>): string {
  const whole = text === '' ? title : text;
  if (whole.length <= MAX_LENGTH) return whole;
  // Half a surrogate pair is no text.
  return `${whole.slice(0, MAX_LENGTH - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
