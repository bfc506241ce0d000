import type { MessageValue } from '../channel-layer/interface/message.js';

/** The content of a batch, defined by the room that created it. Must be JSON. */
export type BatchPayload = Readonly<Record<string, MessageValue>>;
