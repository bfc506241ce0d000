import type { Message } from '../../channel-layer/interface/message.js';

/** Identifies an entry of the log. */
export interface EntryId {
  readonly stream: string;
  readonly position: number;
  /** The tag of the log's epoch. Null in messages of the previous release, which does not send it. */
  readonly epoch: string | null;
}

/** The member of a group message that contains the id of its entry. Django consumers ignore it. */
const MEMBER = 'stream_entry';

/** Adds the id of its log entry to a group message. */
export function withEntryId(message: Message, stream: string, position: number, epoch: string): Message {
  return { ...message, [MEMBER]: { stream, position, epoch } };
}

/** Returns the id of the log entry of a group message, or null if the message is not in the log (ephemeral, or from Django). */
export function entryIdOf(message: Message): EntryId | null {
  const id = message[MEMBER];
  if (typeof id !== 'object' || id === null || id instanceof Uint8Array || Array.isArray(id)) return null;
  const { stream, position, epoch } = id as Readonly<Record<string, unknown>>;
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
