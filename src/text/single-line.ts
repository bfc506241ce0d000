/** A text without line breaks and other control characters. */
export const SINGLE_LINE = /^[^\p{Cc}\u2028\u2029]*$/u;

/** Replaces line breaks and other control characters with spaces, so that a title or name cannot add another header line. */
export function singleLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
}
