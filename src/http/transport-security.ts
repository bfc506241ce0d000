import { isIP } from 'node:net';
import type { ProcessSettings } from '../config/sections/process-settings.js';

const ONE_YEAR_SECONDS = 31_536_000;
/** Names for trials and private networks. Another service, or this one without TLS, may use the same name later. */
const TRIAL_NAME = /^[^.]+$|\.(localhost|local|lan|internal|home\.arpa|test|example|invalid)$/i;

/**
 * The options for helmet's `Strict-Transport-Security` header: one year, if PUBLIC_URL is https with a public name. Browsers that
 * have received the header reject plain HTTP for the name (and with HSTS_INCLUDE_SUBDOMAINS for all names below it), so it is not
 * sent for trial names and addresses.
 */
export function transportSecurity({
  publicUrl,
  hstsIncludeSubdomains,
}: Pick<ProcessSettings, 'publicUrl' | 'hstsIncludeSubdomains'>):
  { maxAge: number; includeSubDomains: boolean } | false {
  if (publicUrl === undefined) return false;
  const { protocol, hostname } = new URL(publicUrl);
  const isAddress = hostname.startsWith('[') || isIP(hostname) !== 0;
  if (protocol !== 'https:' || isAddress || TRIAL_NAME.test(hostname)) return false;
  return { maxAge: ONE_YEAR_SECONDS, includeSubDomains: hstsIncludeSubdomains };
}
