import type { MessageValue } from '../channel-layer/message.js';

/** A JSON object as it travels in `data`. */
export interface JsonObject {
  readonly [key: string]: MessageValue;
}
