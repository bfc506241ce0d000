import { ServiceError } from '../../errors/error/service-error.js';
import { isStorableText } from '../../text/storable-text.js';
import { pointerTo } from './json-pointer.js';

const DETAIL = 'must be text without NUL characters or unpaired surrogates';

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
    if (found !== null) return `${pointerTo(pointer, name)}${found}`;
  }
  return null;
}
