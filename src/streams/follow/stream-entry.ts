import type { Message } from '../../channel-layer/interface/message.js';

/** One durable message, as stored in the log. */
export interface StreamEntry {
  readonly stream: string;
  readonly position: number;
  readonly message: Message;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

/** The member of a group message that contains its place in the log. Django consumers ignore it. */
export const ENTRY_MEMBER = 'stream_entry';

/** Adds the place in the log to a group message; `epoch` is the tag of the log's epoch. */
export function withEntry(message: Message, stream: string, position: number, epoch: string): Message {
  return { ...message, [ENTRY_MEMBER]: { stream, position, epoch } };
}

/** Returns the place of a group message in the log, or null if it is not in the log (ephemeral, or from Django). */
export function entryOf(message: Message): { stream: string; position: number; epoch: string | null } | null {
  const entry = message[ENTRY_MEMBER];
  if (typeof entry !== 'object' || entry === null || entry instanceof Uint8Array || Array.isArray(entry)) return null;
  const { stream, position, epoch } = entry as Readonly<Record<string, unknown>>;
  if (typeof stream !== 'string' || typeof position !== 'number' || !Number.isSafeInteger(position)) return null;
  // The previous release does not send the epoch.
  return { stream, position, epoch: typeof epoch === 'string' ? epoch : null };
}

/**
 * The position up to which an ephemeral message takes the stream into account (`as_of`), or null. Of two counts, the one with
 * the larger `as_of` is right.
 */
export function asOf(message: Message): number | null {
  return typeof message.as_of === 'number' ? message.as_of : null;
}
