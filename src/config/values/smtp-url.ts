import { isLoopback } from './loopback.js';

/** Whether e-mail may be sent over an unencrypted connection. */
export type SmtpTls = 'required' | 'opportunistic';

const TLS = 'tls';

/** Whether the value is an `smtp://` or `smtps://` URL. The parameter `tls` is optional: `required` or `opportunistic`. */
export function isSmtpUrl(value: unknown): boolean {
  if (typeof value !== 'string' || !/^smtps?:\/\//i.test(value) || !URL.canParse(value)) return false;
  if (new URL(value).hostname === '') return false;
  const given = new URL(value).searchParams.getAll(TLS);
  return given.length === 0 || (given.length === 1 && /^(required|opportunistic)$/.test(given[0] ?? ''));
}

/** The URL without `tls`, and the TLS mode. `strict`: without `tls`, encryption is required unless the host is this machine. */
export function readSmtpUrl(text: string, strict: boolean): { url: URL; tls: SmtpTls } {
  const url = new URL(text);
  const given = url.searchParams.get(TLS) as SmtpTls | null;
  url.searchParams.delete(TLS);
  const standard = strict && !isLoopback(url.hostname) ? 'required' : 'opportunistic';
  return { url, tls: given ?? standard };
}
