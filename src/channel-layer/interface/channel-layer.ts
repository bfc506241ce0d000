import type { Message } from './message.js';
import type { ChannelLayerStatistics } from './statistics.js';

/** Called once per message and group, in arrival order, synchronously. Must neither throw nor block. */
export type GroupListener = (group: string, message: Message) => void;

/**
 * Messages between processes, with the semantics of the Channels specification: at most once, no order between different
 * senders, limited by capacity and expiry. The abstract class is the injection token.
 */
export abstract class ChannelLayer {
  /** Counters for metrics. */
  abstract readonly statistics: Readonly<ChannelLayerStatistics>;

  /** Puts a message on a channel. Throws ChannelFull, InvalidName, ChannelLayerUnavailable. */
  abstract send(channel: string, message: Message): Promise<void>;

  /** Resolves with the next message of a channel, waiting if there is none. If the signal is aborted, rejects with its reason. */
  abstract receive(channel: string, signal?: AbortSignal): Promise<Message>;

  /** Returns a channel name on which only this process receives, `prefix!random`. Default prefix: `specific`. */
  abstract newChannel(prefix?: string): Promise<string>;

  abstract groupAdd(group: string, channel: string): Promise<void>;

  abstract groupDiscard(group: string, channel: string): Promise<void>;

  /** Sends to every channel and listener in the group. Full channels are skipped and counted. */
  abstract groupSend(group: string, message: Message): Promise<void>;

  /** Deletes all messages and groups. */
  abstract flush(): Promise<void>;

  /**
   * Subscribes a listener to whole groups, without a channel or a promise per message: for processes with many sockets.
   * Resolves when no later message is missed. All groups of a call are sent to the backend in one command. A listener is added
   * to a group once, however often it is passed. If the backend is unavailable, the call resolves, and the groups are joined
   * after the reconnect.
   */
  abstract listen(groups: readonly string[], listener: GroupListener): Promise<void>;

  abstract unlisten(groups: readonly string[], listener: GroupListener): Promise<void>;

  /** Calls back after a lost connection is restored and every group is subscribed again. Messages may have been missed before. */
  abstract onReconnect(callback: () => void): void;

  /** Resolves when the backend answers. Throws ChannelLayerUnavailable if it does not answer within about a second. */
  abstract ping(): Promise<void>;

  /** Leaves every group and closes every connection. Idempotent. */
  abstract close(): Promise<void>;
}
