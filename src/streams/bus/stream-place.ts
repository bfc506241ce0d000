import type { Message } from '../../channel-layer/interface/message.js';

/** The place of a message in the log. */
export interface StreamPlace {
  readonly stream: string;
  readonly position: number;
  /** The tag of the log's epoch. Null in messages of the previous release, which does not send it. */
  readonly epoch: string | null;
}

/** The member of a group message that contains its place. Django consumers ignore it. */
const MEMBER = 'stream_entry';

/** Adds its place in the log to a group message. */
export function withPlace(message: Message, stream: string, position: number, epoch: string): Message {
  return { ...message, [MEMBER]: { stream, position, epoch } };
}

/** Returns the place of a group message in the log, or null if it is not in the log (ephemeral, or from Django). */
export function placeOf(message: Message): StreamPlace | null {
  const place = message[MEMBER];
  if (typeof place !== 'object' || place === null || place instanceof Uint8Array || Array.isArray(place)) return null;
  const { stream, position, epoch } = place as Readonly<Record<string, unknown>>;
  if (typeof stream !== 'string' || typeof position !== 'number' || !Number.isSafeInteger(position)) return null;
  return { stream, position, epoch: typeof epoch === 'string' ? epoch : null };
}

/**
 * The position up to which an ephemeral message takes the stream into account (`as_of`), or null. Of two counts, the one with
 * the larger `as_of` is right.
 */
export function asOf(message: Message): number | null {
  return typeof message.as_of === 'number' ? message.as_of : null;
}
