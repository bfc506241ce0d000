import type { Settings } from '../../config/settings.js';

/** The path of Twilio's status callbacks, below `/api`. */
export const TWILIO_STATUS_PATH = 'providers/twilio/status';

/** The URL for Twilio's status callbacks; null without PUBLIC_URL, because Twilio could not reach the service. */
export function twilioStatusUrl({ process: { publicUrl } }: Settings, key: string): string | null {
  return publicUrl === undefined ? null : `${publicUrl}/api/${TWILIO_STATUS_PATH}/?key=${encodeURIComponent(key)}`;
}
