import { createHmac, timingSafeEqual } from 'node:crypto';

type Parameters = Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * Whether a form POSTed to `url` was signed with the auth token. `signature`: the header X-Twilio-Signature, base64 of the
 * HMAC-SHA1 over the URL and the sorted parameters. The URL is tried with and without its default port, because proxies and
 * Twilio differ in that.
 */
export function isSignedByTwilio(authToken: string, url: string, form: Parameters, signature: string): boolean {
  const given = Buffer.from(signature, 'base64');
  return [withoutDefaultPort(url), withDefaultPort(url)].some((written) => {
    const right = createHmac('sha1', authToken)
      .update(written + sorted(form))
      .digest();
    return right.length === given.length && timingSafeEqual(right, given);
  });
}

function sorted(form: Parameters): string {
  return Object.keys(form)
    .sort()
    .flatMap((name) => [...new Set([form[name] ?? ''].flat())].sort().map((value) => name + value))
    .join('');
}

function withoutDefaultPort(url: string): string {
  return url.replace(/^(https:\/\/[^/?#]+):443(?=[/?#]|$)|^(http:\/\/[^/?#]+):80(?=[/?#]|$)/, '$1$2');
}

function withDefaultPort(url: string): string {
  const [, scheme = '', host = '', rest = ''] = /^(https?):\/\/([^/?#]+)(.*)$/.exec(withoutDefaultPort(url)) ?? [];
  return /:\d+$/.test(host) ? url : `${scheme}://${host}:${scheme === 'https' ? '443' : '80'}${rest}`;
}
