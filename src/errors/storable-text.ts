import { ServiceError } from './service-error.js';

/** PostgreSQL stores neither NUL characters nor unpaired surrogates, neither in text nor in `jsonb`. */
const UNSTORABLE = /[\0\p{Surrogate}]/u;

const DETAIL = 'must be text without NUL characters or unpaired surrogates';

/** Whether PostgreSQL can store this text. */
export function isStorableText(value: unknown): value is string {
  return typeof value === 'string' && !UNSTORABLE.test(value);
}

/** Replaces characters that PostgreSQL cannot store by U+FFFD. For text from third parties, which cannot be rejected. */
export function storableText(text: string): string {
  return text.replace(new RegExp(UNSTORABLE, 'gu'), '\uFFFD');
}

/**
 * Checks all strings and member names in a parsed body, query or message. Throws ServiceError `invalid_message` with the JSON
 * pointer of the first text that cannot be stored.
 */
export function requireStorableText(value: unknown): void {
  const pointer = findUnstorable(value, '#');
  if (pointer === null) return;
  throw new ServiceError('invalid_message', `${pointer} ${DETAIL}`, { errors: [{ pointer, detail: DETAIL }] });
}

function findUnstorable(value: unknown, pointer: string): string | null {
  if (typeof value === 'string') return isStorableText(value) ? null : pointer;
  if (typeof value !== 'object' || value === null) return null;
  for (const [name, member] of Object.entries(value)) {
    // The name cannot be part of a pointer, so return the pointer of the object.
    if (!isStorableText(name)) return pointer;
    const found = findUnstorable(member, '');
    if (found !== null) return `${pointer}/${pointerToken(name)}${found}`;
  }
  return null;
}

/** RFC 6901: `~` and `/` in a name are escaped. Section 6: the pointer is a URI fragment, so it is percent-encoded. */
export function pointerToken(name: string): string {
  return encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'));
}
