import { domainToASCII } from 'node:url';

/**
 * The normal form of an e-mail address. Two addresses with the same key belong to one account, and are found and counted as one;
 * an address itself is stored, shown and written to as its owner typed it.
 *
 * The local part is NFKC-normalised and case folded: composed and decomposed letters, full-width letters and ligatures, `ß` and
 * `ss` are equal. All four letters i of the Turkish alphabets count as `i`, since changing case in one language and comparing in
 * another mixes them up. NFKC rather than NFC, because addresses that differ in compatibility characters only cannot be told apart
 * by people, and nobody needs an account for each. The domain is compared in its ASCII form (IDNA, `xn--`).
 *
 * Dots and `+tags` are significant: what they mean is up to each mail provider.
 */
export function emailKey(address: string): string {
  const at = address.lastIndexOf('@');
  if (at < 0) return foldCase(address);
  const domain = address.slice(at + 1);
  // Empty when the domain is not valid, which the validation of new addresses does not let through.
  return `${foldCase(address.slice(0, at))}@${domainToASCII(domain) || foldCase(domain)}`;
}

/** Upper case in between merges the letters that have several lower-case forms; lower case first, because only ß has the upper case SS. */
function foldCase(text: string): string {
  const folded = text.normalize('NFKC').toLowerCase().toUpperCase().toLowerCase().normalize('NFKC');
  return folded.replaceAll('ς', 'σ').replaceAll('i\u0307', 'i');
}
