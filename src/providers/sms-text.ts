import type { OutgoingMessage } from './delivery-provider.js';

/** What Twilio takes at most; it splits it into as many segments as it needs. */
const MAX_LENGTH = 1_600;

/** Title and text as one short message. */
export function smsText({ title, text }: Pick<OutgoingMessage, 'title' | 'text'>): string {
  const whole = text === '' || text === title ? title : `${title}\n${text}`;
  if (whole.length <= MAX_LENGTH) return whole;
  // Half a surrogate pair is no text.
  return `${whole.slice(0, MAX_LENGTH - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
