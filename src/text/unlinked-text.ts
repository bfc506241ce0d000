/** In web addresses without a scheme (`//host`) and network paths (`\\server`). */
const DOUBLE_SLASH = /([/\\])\1(?=\S)/g;
const AT = /(?<=\S)[@＠﹫](?=\S)/gu;
/** After the name of a scheme. Times of day stay unchanged. */
const COLON = /(?<=[^\s\p{Nd}]):(?=\S)/gu;
/** The full stop, and the characters that browsers treat as a full stop in host names. */
const DOT = /[.。．｡․﹒](?![\s.…,;:!?)\]'"’”]|$)/gu;
const DECIMAL = /\p{Nd}$/u;
const IPV4 = /\p{Nd}{1,3}(?:\.\p{Nd}{1,3}){3}/gu;
/** Seven or more digits, with characters that may separate the digits of a telephone number. */
const NUMBER = /[+＋]?\(?\p{Nd}(?:[^\p{L}\p{N}\p{Cc}',;:]{0,6}\p{Nd}){6,}/gu;
const DIGIT_GROUPS = /\p{Nd}{1,3}/gu;
const US_ZIP_CODE = /^\d{5}-\d{4}$/;

/**
 * Text of one user for e-mails and SMS to other users. It stays readable, but clients find nothing to turn into a link: web and
 * e-mail addresses get spaces (`http: / evil. example`), telephone numbers apostrophes (`+155'501'001'99`). The changes are
 * visible, because some gateways and clients drop invisible characters, and invisible characters would make an SMS twice as long.
 */
export function unlinked(text: string): string {
  return text
    .replace(NUMBER, (number) => (US_ZIP_CODE.test(number) ? number : withApostrophes(number)))
    .replace(IPV4, (address) => address.replaceAll('.', '. '))
    .replace(DOT, (dot, offset: number, whole: string) => (isDecimal(whole, offset) ? dot : `${dot} `))
    .replace(COLON, ': ')
    .replace(DOUBLE_SLASH, '$1 ')
    .replace(AT, '$& ');
}

function withApostrophes(number: string): string {
  const plus = /^[+＋]/.exec(number)?.[0] ?? '';
  return plus + (number.match(DIGIT_GROUPS) ?? []).join("'");
}

function isDecimal(text: string, dot: number): boolean {
  return DECIMAL.test(text.slice(Math.max(0, dot - 2), dot)) && /^.\p{Nd}/u.test(text.slice(dot, dot + 3));
}
