import type { Message } from '../../channel-layer/interface/message.js';

/** One durable message, as stored in the log. */
export interface StreamEntry {
  readonly stream: string;
  readonly position: number;
  readonly message: Message;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}
