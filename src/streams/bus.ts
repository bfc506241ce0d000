import { Injectable, Logger } from '@nestjs/common';
import { ChannelLayer } from '../channel-layer/interface/channel-layer.js';
import type { Message } from '../channel-layer/interface/message.js';
import { LogEpoch } from './position/log-epoch.js';
import { asOf, withEntry } from './follow/stream-entry.js';
import { StreamFollower } from './follow/stream-follower.js';

interface Waiting {
  readonly group: string;
  readonly stream: string;
  /** The position of the entry, or the `as_of` of an ephemeral message; null without either. */
  readonly position: number | null;
  readonly message: Message;
  /** Delivers to this node's own sockets if the message cannot be published. */
  readonly here: () => void;
  readonly told: () => void;
}

/**
 * Publishes messages to all nodes. While the channel layer is unavailable, the sockets of this node still get messages at once.
 * Other nodes then read durable messages from the log, and miss ephemeral ones.
 *
 * Messages committed in one turn of the event loop are published at its end, per stream in order of position: the answers of
 * two database connections are read in any order, and an entry that arrives out of order costs a read of the log.
 */
@Injectable()
export class Bus {
  private readonly logger = new Logger('Bus');
  private waiting: Waiting[] = [];
  private failing = false;

  constructor(
    private readonly channelLayer: ChannelLayer,
    private readonly follower: StreamFollower,
    private readonly epoch: LogEpoch,
  ) {}

  /** Publishes a committed entry. Never rejects. */
  publish(group: string, stream: string, position: number, message: Message): Promise<void> {
    return this.enqueue(group, stream, position, withEntry(message, stream, position, this.epoch.tag), () => {
      this.follower.offer(stream, position, message);
    });
  }

  /**
   * Publishes a message that is not in the log, such as a location or a count, to the current subscribers. A message with
   * `as_of` (a position of the stream with the group's name) is dropped after one of its type with a larger `as_of`. Never
   * rejects.
   */
  publishEphemeral(group: string, message: Message): Promise<void> {
    return this.enqueue(group, group, asOf(message), message, () => {
      this.follower.offerEphemeral(group, message);
    });
  }

  private enqueue(
    group: string,
    stream: string,
    position: number | null,
    message: Message,
    here: () => void,
  ): Promise<void> {
    return new Promise((told) => {
      if (this.waiting.push({ group, stream, position, message, here, told }) === 1) {
        setImmediate(() => {
          this.tellAll();
        });
      }
    });
  }

  private tellAll(): void {
    const { waiting } = this;
    this.waiting = [];
    for (const one of waiting.length === 1 ? waiting : byPosition(waiting)) void this.tell(one);
  }

  private async tell({ group, message, here, told }: Waiting): Promise<void> {
    try {
      await this.channelLayer.groupSend(group, message);
      if (this.failing) this.logger.log('publishing to other nodes works again');
      this.failing = false;
    } catch (error) {
      if (!this.failing)
        this.logger.warn(`publish failed; other nodes will read the entries from the log: ${String(error)}`);
      this.failing = true;
      here();
    }
    told();
  }
}

/** Sorts the messages of each stream by position. A message without a position stays behind its predecessor. */
function byPosition(waiting: readonly Waiting[]): Waiting[] {
  const streams = new Map<string, { place: number; one: Waiting }[]>();
  for (const one of waiting) {
    const queue = streams.get(one.stream);
    if (queue) queue.push({ place: one.position ?? queue.at(-1)?.place ?? 0, one });
    else streams.set(one.stream, [{ place: one.position ?? 0, one }]);
  }
  return [...streams.values()].flatMap((queue) => queue.sort((a, b) => a.place - b.place).map(({ one }) => one));
}
