import { Injectable, Logger } from '@nestjs/common';
import { ChannelLayer } from '../channel-layer/channel-layer.js';
import type { Message } from '../channel-layer/message.js';
import { withEntry } from './stream-entry.js';
import { StreamFollower } from './stream-follower.js';

/** Tells the other nodes of committed entries. A publish that fails loses nothing: their repair reads the log. */
@Injectable()
export class StreamPublisher {
  private readonly logger = new Logger('StreamPublisher');
  private failing = false;

  constructor(
    private readonly channelLayer: ChannelLayer,
    private readonly follower: StreamFollower,
  ) {}

  publish(group: string, stream: string, position: number, message: Message): void {
    this.channelLayer.groupSend(group, withEntry(message, stream, position)).then(
      () => {
        this.failing = false;
      },
      (error: unknown) => {
        this.warnOnce(error);
        // The bus is away: at least this node's own sockets need not wait for the next repair.
        this.follower.offer(stream, position, message);
      },
    );
  }

  private warnOnce(error: unknown): void {
    if (this.failing) return;
    this.failing = true;
    this.logger.warn(
      `publishing to other nodes fails, they will read the log instead: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
