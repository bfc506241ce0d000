import type { MessageValue } from '../channel-layer/interface/message.js';

/** What a batch sends, in the words of whoever made it: what JSON can say. */
export type BatchPayload = Readonly<Record<string, MessageValue>>;
