/** PostgreSQL cannot store NUL characters or unpaired surrogates, in text or in `jsonb`. */
const UNSTORABLE = /[\0\p{Surrogate}]/u;

/** Whether PostgreSQL can store this text. */
export function isStorableText(value: unknown): value is string {
  return typeof value === 'string' && !UNSTORABLE.test(value);
}

/** Replaces characters that PostgreSQL cannot store by U+FFFD. For text from third parties, which cannot be rejected. */
export function storableText(text: string): string {
  return text.replace(new RegExp(UNSTORABLE, 'gu'), '\uFFFD');
}
