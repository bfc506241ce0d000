import { publicBase } from '../../config/public-base.js';
import type { Settings } from '../../config/settings.js';

/** The URL of the page that sets a password with this token. Null if the address of this service is unknown (`publicBase`). */
export function passwordLinkUrl(settings: Settings, token: string): string | null {
  const { passwordResetUrl } = settings.auth;
  if (passwordResetUrl !== undefined) return passwordResetUrl.replace('{token}', token);
  const base = publicBase(settings);
  return base === null ? null : `${base}${passwordPagePath(token)}`;
}

/** The path of the page of this service that sets a password. */
export function passwordPagePath(token: string): string {
  return `/api/auth/password-reset/link/${token}/`;
}
