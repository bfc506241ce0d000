import { createHash } from 'node:crypto';

/** The stream of broadcasts. Every user's sockets follow it as well as the user's own stream. */
export const BROADCASTS = 'notifications';

/** Begins every encoded id and no plain id, so that the two cannot be confused. */
const MARK = '-.';
const MAX_LENGTH = 64;
const PLAIN = /^[A-Za-z0-9_.-]{1,64}$/;
/** For an id with this ending, `user_{id}` would be the name of another user's notifications group. */
const RESERVED_ENDING = '_notifications';

/**
 * Converts an id for use in a group name. The result differs for any two ids and has at most 67 characters, all of which
 * Channels allows. Ids of up to 64 letters, digits, `-`, `_` and `.` are used as they are, as in the names that Django makes,
 * unless they could be confused with another name. All other ids are encoded (docs/connecting.md shows the same in Python):
 * each byte of UTF-8 that is not a letter, digit or hyphen becomes `_` and two hexadecimal digits. If that is too long, the
 * SHA-256 of the id is used.
 */
export function groupId(id: string): string {
  if (PLAIN.test(id) && !id.startsWith(MARK) && !id.endsWith(RESERVED_ENDING)) return id;
  const bytes = Buffer.from(id);
  const encoded = MARK + bytes.toString('latin1').replace(/[^A-Za-z0-9-]/g, escape);
  // The third character distinguishes the two forms: an encoded id has no period there.
  return encoded.length <= MAX_LENGTH ? encoded : `${MARK}.${createHash('sha256').update(bytes).digest('hex')}`;
}

/** The stream of one user: notifications, read marks, deliveries. */
export function userStream(userId: string): string {
  return `user_${groupId(userId)}`;
}

/** The group in which Django publishes notifications to one user. */
export function userNotificationsGroup(userId: string): string {
  return `user_${groupId(userId)}_notifications`;
}

/** The stream of one order; also the name of its presence room. */
export function orderStream(orderId: string): string {
  return `order_${groupId(orderId)}`;
}

/** The stream of one partner. */
export function partnerStream(partnerId: string): string {
  return `partner_${groupId(partnerId)}`;
}

function escape(character: string): string {
  return `_${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}
