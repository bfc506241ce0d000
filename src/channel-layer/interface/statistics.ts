/** Counters since the start of this process. */
export interface ChannelLayerStatistics {
  /** Messages sent to the backend. A group send counts once. */
  sent: number;
  /** Messages received for a local channel or group, each counted once, whatever the number of receivers. */
  received: number;
  /** Messages dropped because a channel was full or because they expired. */
  dropped: number;
  /** Payloads dropped because they were not a message, or not encrypted with one of our keys. */
  malformed: number;
}

export function newStatistics(): ChannelLayerStatistics {
  return { sent: 0, received: 0, dropped: 0, malformed: 0 };
}
