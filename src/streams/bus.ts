import { Injectable, Logger } from '@nestjs/common';
import { ChannelLayer } from '../channel-layer/channel-layer.js';
import type { Message } from '../channel-layer/message.js';
import { withEntry } from './stream-entry.js';
import { StreamFollower } from './stream-follower.js';

/**
 * Tells all nodes. While the channel layer is away this node's own sockets still hear at once: of durable messages the other
 * nodes learn from the log, ephemeral ones they miss.
 */
@Injectable()
export class Bus {
  private readonly logger = new Logger('Bus');
  private failing = false;

  constructor(
    private readonly channelLayer: ChannelLayer,
    private readonly follower: StreamFollower,
  ) {}

  /** A committed entry. */
  async publish(group: string, stream: string, position: number, message: Message): Promise<void> {
    if (!(await this.tell(group, withEntry(message, stream, position)))) {
      this.follower.offer(stream, position, message);
    }
  }

  /** A message of no log, such as a location or a count: whoever listens now hears it. Never rejects. */
  async publishEphemeral(group: string, message: Message): Promise<void> {
    if (!(await this.tell(group, message))) this.follower.offerEphemeral(group, message);
  }

  private async tell(group: string, message: Message): Promise<boolean> {
    try {
      await this.channelLayer.groupSend(group, message);
      if (this.failing) this.logger.log('other nodes hear us again');
      this.failing = false;
      return true;
    } catch (error) {
      if (!this.failing) this.logger.warn(`other nodes do not hear us, they will read the log: ${String(error)}`);
      this.failing = true;
      return false;
    }
  }
}
