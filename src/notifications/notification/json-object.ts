import type { MessageValue } from '../../channel-layer/interface/message.js';

/** A JSON object that can be sent in a group message. */
export type JsonObject = Readonly<Record<string, MessageValue>>;
