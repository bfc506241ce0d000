import { ServiceError } from '../errors/error/service-error.js';

/** The opaque text with which a client requests the rows after the row with this key. */
export function encodeCursor(key: string): string {
  return Buffer.from(key).toString('base64url');
}

/** The key in a cursor. Throws invalid_message if the text is not a valid cursor. */
export function decodeCursor(cursor: string, key: RegExp): string {
  const decoded = Buffer.from(cursor, 'base64url').toString();
  if (key.test(decoded) && encodeCursor(decoded) === cursor) return decoded;
  throw new ServiceError('invalid_message', 'This cursor does not belong to this list.', {
    errors: [{ pointer: '#/cursor', detail: 'must be the next_cursor of an earlier page' }],
  });
}
