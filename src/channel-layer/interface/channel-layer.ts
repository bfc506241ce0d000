import type { Message } from './message.js';
import type { ChannelLayerStatistics } from './statistics.js';

/** Called once per message and group, in arrival order, synchronously; it must not throw and must not wait. */
export type GroupListener = (group: string, message: Message) => void;

/**
 * Messages between processes, with the semantics of the Channels specification: at most once, no order between
 * different senders, bounded by capacity and expiry. The abstract class is the injection token.
 */
export abstract class ChannelLayer {
  /** Counters for metrics. */
  abstract readonly statistics: Readonly<ChannelLayerStatistics>;

  /** Puts a message on a channel. Throws ChannelFull, InvalidName, ChannelLayerUnavailable. */
  abstract send(channel: string, message: Message): Promise<void>;

  /** The next message of a channel, waiting for one. With a signal, rejects with its reason when aborted. */
  abstract receive(channel: string, signal?: AbortSignal): Promise<Message>;

  /** A name that only this process receives on, `prefix!random`. Default prefix: `specific`. */
  abstract newChannel(prefix?: string): Promise<string>;

  abstract groupAdd(group: string, channel: string): Promise<void>;

  abstract groupDiscard(group: string, channel: string): Promise<void>;

  /** Sends to every channel and listener in the group; full channels miss it silently (counted). */
  abstract groupSend(group: string, message: Message): Promise<void>;

  /** Forgets all messages and groups. */
  abstract flush(): Promise<void>;

  /**
   * For a process that holds many sockets: one listener hears whole groups, without a channel or a promise per message.
   * Resolves once messages sent from now on will be heard; all groups of a call travel to the backend in one command.
   * A listener is added to a group once, however often it is given. While the backend is away the wish is kept, carried out
   * on reconnect, and the call resolves.
   */
  abstract listen(groups: readonly string[], listener: GroupListener): Promise<void>;

  abstract unlisten(groups: readonly string[], listener: GroupListener): Promise<void>;

  /** Called after a lost connection is back and every group is subscribed again: messages may have been missed before. */
  abstract onReconnect(callback: () => void): void;

  /** Resolves when the backend answers; throws ChannelLayerUnavailable (within about a second) when it does not. */
  abstract ping(): Promise<void>;

  /** Leaves every group and closes every connection. Idempotent. */
  abstract close(): Promise<void>;
}
