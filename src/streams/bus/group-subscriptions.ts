import { Injectable, Logger } from '@nestjs/common';
import { ChannelLayer } from '../../channel-layer/interface/channel-layer.js';
import type { Message } from '../../channel-layer/interface/message.js';
import { entryIdOf } from './entry-id.js';
import type { EntryId } from './entry-id.js';

/** Receives messages that are in the log. Must neither throw nor block. */
export type EntryHandler = (id: EntryId, message: Message) => void;
/** Receives all other messages, by group. Must neither throw nor block. */
export type EphemeralHandler = (group: string, message: Message) => void;

/**
 * The groups that this node subscribes to. A message that is in the log is passed to the follower of its stream, which puts
 * messages in order and finds missing ones. Any other message goes straight to the sockets.
 */
@Injectable()
export class GroupSubscriptions {
  private readonly logger = new Logger('GroupSubscriptions');
  private handleEntry: EntryHandler = () => undefined;
  private handleEphemeral: EphemeralHandler = () => undefined;
  private readonly listener = (group: string, message: Message): void => {
    this.deliver(group, message);
  };

  constructor(private readonly channelLayer: ChannelLayer) {}

  /** Sets the handler of messages that are in the log. There is one per process. */
  onEntry(handler: EntryHandler): void {
    this.handleEntry = handler;
  }

  /** Sets the handler of messages that are not in the log. There is one per process. */
  onEphemeral(handler: EphemeralHandler): void {
    this.handleEphemeral = handler;
  }

  /** Subscribes to groups. Subscriptions are not counted: one `unsubscribe` undoes any number of calls. */
  async subscribe(groups: readonly string[]): Promise<void> {
    if (groups.length > 0) await this.channelLayer.listen(groups, this.listener);
  }

  unsubscribe(groups: readonly string[]): void {
    if (groups.length === 0) return;
    this.channelLayer.unlisten(groups, this.listener).catch((error: unknown) => {
      this.logger.warn(`leaving ${groups.join(', ')} failed: ${String(error)}`);
    });
  }

  /** Delivers a message on this node only, as if the channel layer had delivered it. */
  deliver(group: string, message: Message): void {
    const id = entryIdOf(message);
    if (id) this.handleEntry(id, message);
    else this.handleEphemeral(group, message);
  }
}
