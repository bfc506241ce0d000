/** Of web addresses without a scheme (`//host`), and of network paths (`\\server`). */
const DOUBLE_SLASH = /([/\\])\1(?=\S)/g;
const AT = /(?<=\S)[@＠﹫](?=\S)/gu;
/** After the name of a scheme; times of the day stay. */
const COLON = /(?<=[^\s\p{Nd}]):(?=\S)/gu;
/** The full stop, and what browsers take for one in the name of a host. */
const DOT = /[.。．｡․﹒](?![\s.…,;:!?)\]'"’”]|$)/gu;
const DECIMAL = /\p{Nd}$/u;
const IPV4 = /\p{Nd}{1,3}(?:\.\p{Nd}{1,3}){3}/gu;
/** Seven digits and more, with what may stand between those of a telephone number. */
const NUMBER = /[+＋]?\(?\p{Nd}(?:[^\p{L}\p{N}\p{Cc}',;:]{0,6}\p{Nd}){6,}/gu;
const DIGIT_GROUPS = /\p{Nd}{1,3}/gu;
const US_ZIP_CODE = /^\d{5}-\d{4}$/;

/**
 * Text of one user for the mails and SMS of others. It reads the same, but clients find nothing to make a link of: web and e-mail
 * addresses get blanks (`http: / evil. example`), telephone numbers apostrophes (`+155'501'001'99`). The changes are visible because
 * some gateways and clients drop invisible characters, and because these make an SMS twice as long.
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
