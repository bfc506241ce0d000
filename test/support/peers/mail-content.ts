import type { Mail } from './mail-server.js';

/** The subject, with encoded words decoded (RFC 2047). */
export function subjectOf({ headers }: Mail): string {
  const words = (headers.get('subject') ?? '').replace(/\?=\s+=\?/g, '?==?');
  return words.replace(/=\?utf-8\?([qb])\?([^?]*)\?=/gi, (_, encoding: string, text: string) =>
    /q/i.test(encoding) ? quotedPrintable(text.replaceAll('_', ' ')) : Buffer.from(text, 'base64').toString('utf8'),
  );
}

/** The part of this type, decoded, with plain line breaks. Throws if there is none. */
export function contentOf({ raw }: Mail, type: 'text/plain' | 'text/html'): string {
  for (const part of raw.split(/\r\n--[^\r\n]+\r\n/)) {
    const [head = '', ...body] = part.split('\r\n\r\n');
    if (!new RegExp(`^content-type: ${type}`, 'im').test(head)) continue;
    const text = body.join('\r\n\r\n').replace(/\r\n--[^\r\n]+--[\s\S]*$/, '');
    return decoded(text, head).replaceAll('\r\n', '\n');
  }
  throw new Error(`there is no ${type} in ${raw}`);
}

function decoded(text: string, head: string): string {
  if (/^content-transfer-encoding: base64/im.test(head)) return Buffer.from(text, 'base64').toString('utf8');
  return /^content-transfer-encoding: quoted-printable/im.test(head) ? quotedPrintable(text) : text;
}

function quotedPrintable(text: string): string {
  const bytes = text
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
