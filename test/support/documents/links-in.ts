import { findPhoneNumbersInText } from 'libphonenumber-js/max';
import { LinkifyIt } from 'linkify-it';
import { find } from 'linkifyjs';

const mailClients = new LinkifyIt({ fuzzyLink: true, fuzzyEmail: true, fuzzyIP: true });
mailClients.tlds(['рф', 'テスト', 'example'], true);
/**
 * Android's patterns accept every label of letters and digits in a host name. Outlook also makes links of network paths
 * and of unknown schemes.
 */
const LOOSE = [
  /[\p{L}\p{N}][.。．｡][\p{L}\p{Cf}]/u,
  /(?:\d{1,3}\.){3}\d/u,
  /\p{L}:\/\//u,
  /\b(?:tel|mailto|sms):\S/iu,
  /\\\\\S/u,
  /\S@\S/u,
  /\p{Nd}(?:[\p{Z}\p{Cf}().+-]{0,4}\p{Nd}){6}/u,
];

/** The parts of a plain text that clients would turn into links: web and e-mail addresses, telephone numbers. */
export function linksIn(text: string): string[] {
  return [
    ...(mailClients.match(text) ?? []).map(({ raw }) => raw),
    ...find(text).map(({ value }) => value),
    ...['US', 'GB'].flatMap((country) =>
      findPhoneNumbersInText(text, country as 'US').map(({ number }) => number.number),
    ),
    ...LOOSE.flatMap((pattern) => pattern.exec(text)?.[0] ?? []),
  ];
}
