import { createHash } from 'node:crypto';

/** Broadcasts. Every user's sockets read it beside the user's own stream. */
export const BROADCASTS = 'notifications';

/** No plain id begins with it, so that no encoded id can be taken for a plain one. */
const MARK = '-.';
const MAX_LENGTH = 64;
const PLAIN = /^[A-Za-z0-9_.-]{1,64}$/;
/** An id with this ending would make `user_{id}` the name of another user's group for notifications. */
const TAKEN_ENDING = '_notifications';

/**
 * An id as part of a group name: never the same text for two ids, at most 67 characters of those that Channels allows. Ids of
 * up to 64 letters, digits, `-`, `_` and `.` stand as they are, as in the names that Django makes. All others are encoded
 * (docs/connecting.md shows the same in Python): each byte of UTF-8 that is no letter, digit or hyphen as `_` and two
 * hexadecimal digits; the SHA-256 of the id where that gets too long.
 */
export function groupId(id: string): string {
  if (PLAIN.test(id) && !id.startsWith(MARK) && !id.endsWith(TAKEN_ENDING)) return id;
  const bytes = Buffer.from(id);
  const encoded = MARK + bytes.toString('latin1').replace(/[^A-Za-z0-9-]/g, escape);
  // The third character tells the two apart: an encoded id has no period there.
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
