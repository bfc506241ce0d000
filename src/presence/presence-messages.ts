import type { MessageValue } from '../channel-layer/interface/message.js';
import { ownGroup } from '../streams/names/own-group.js';

/** The group in which nodes report who is in a room. */
export function presenceGroup(room: string): string {
  return ownGroup(`presence.${room}`);
}

/** The members that a node reports. */
export function namesIn(value: MessageValue | undefined): string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
}
