import { domainToASCII } from 'node:url';

/**
 * The normal form of an e-mail address. Addresses with the same key belong to one account; they are found and counted as one
 * address. The address itself is stored, shown and used for e-mails as its owner typed it.
 *
 * The local part is NFKC-normalised and case folded: composed and decomposed letters, full-width letters and ligatures, `ß` and
 * `ss` are equal. The four Turkish letters i (with and without dot, in both cases) are equal to `i`, because their case mapping
 * depends on the language. NFKC instead of NFC, because people cannot distinguish addresses that differ only in compatibility
 * characters, and do not need an account for each. The domain is compared in its ASCII form (IDNA, `xn--`).
 *
 * Dots and `+tags` are significant, because their meaning depends on the mail provider.
 */
export function emailKey(address: string): string {
  const at = address.lastIndexOf('@');
  if (at < 0) return foldCase(address);
  const domain = address.slice(at + 1);
  // `domainToASCII` returns an empty string for an invalid domain. The validation of new addresses rejects such domains.
  return `${foldCase(address.slice(0, at))}@${domainToASCII(domain) || foldCase(domain)}`;
}

/**
 * Upper case merges letters that have several lower-case forms. Lower case comes first, because only `ß`, not `ẞ`, has the upper
 * case `SS`.
 */
function foldCase(text: string): string {
  const folded = text.normalize('NFKC').toLowerCase().toUpperCase().toLowerCase().normalize('NFKC');
  return folded.replaceAll('ς', 'σ').replaceAll('i\u0307', 'i');
}
