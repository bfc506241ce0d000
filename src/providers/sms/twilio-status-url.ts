import type { Settings } from '../../config/settings.js';

/** The path Twilio reports to, below `/api`. */
export const TWILIO_STATUS_PATH = 'providers/twilio/status';

/** Where Twilio shall report what became of a message; null without PUBLIC_URL: then it can't reach us. */
export function twilioStatusUrl({ publicUrl }: Settings, key: string): string | null {
  return publicUrl === undefined ? null : `${publicUrl}/api/${TWILIO_STATUS_PATH}/?key=${encodeURIComponent(key)}`;
}
