/** Plain counters since the start of this process; they only rise. */
export interface ChannelLayerStatistics {
  /** Messages handed to the backend, a group send counting once. */
  sent: number;
  /** Messages that arrived for a local channel or group, once each however many hear them. */
  received: number;
  /** Messages a full or expired channel did not take. */
  dropped: number;
  /** Payloads that were not a message, or not encrypted with one of our keys; dropped. */
  malformed: number;
}

export function newStatistics(): ChannelLayerStatistics {
  return { sent: 0, received: 0, dropped: 0, malformed: 0 };
}
