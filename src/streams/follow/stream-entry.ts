import type { Message } from '../../channel-layer/interface/message.js';

/** One durable message as the log holds it. */
export interface StreamEntry {
  readonly stream: string;
  readonly position: number;
  readonly message: Message;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

/** The member of a group message that says where in the log it stands. Django consumers never look at it. */
export const ENTRY_MEMBER = 'stream_entry';

/** A group message that carries its place in the log; `epoch` is the tag of the log's epoch. */
export function withEntry(message: Message, stream: string, position: number, epoch: string): Message {
  return { ...message, [ENTRY_MEMBER]: { stream, position, epoch } };
}

/** Where in the log a group message stands, or null for one that is in no log (ephemeral, or from Django). */
export function entryOf(message: Message): { stream: string; position: number; epoch: string | null } | null {
  const entry = message[ENTRY_MEMBER];
  if (typeof entry !== 'object' || entry === null || entry instanceof Uint8Array || Array.isArray(entry)) return null;
  const { stream, position, epoch } = entry as Readonly<Record<string, unknown>>;
  if (typeof stream !== 'string' || typeof position !== 'number' || !Number.isSafeInteger(position)) return null;
  // The former release does not say which log it means.
  return { stream, position, epoch: typeof epoch === 'string' ? epoch : null };
}

/** The position an ephemeral message says it knows of (`as_of`), or null. Of two counts the one that knows of more is right. */
export function asOf(message: Message): number | null {
  return typeof message.as_of === 'number' ? message.as_of : null;
}
