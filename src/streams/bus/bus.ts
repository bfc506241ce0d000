import { Injectable, Logger } from '@nestjs/common';
import { ChannelLayer } from '../../channel-layer/interface/channel-layer.js';
import type { Message } from '../../channel-layer/interface/message.js';
import { LogEpoch } from '../position/log-epoch.js';
import { GroupSubscriptions } from './group-subscriptions.js';
import { asOf, withEntryId } from './entry-id.js';

interface Queued {
  readonly group: string;
  readonly stream: string;
  /** The position of the entry, or the `as_of` of an ephemeral message; null without either. */
  readonly position: number | null;
  readonly message: Message;
  readonly published: () => void;
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
  private queue: Queued[] = [];
  private failing = false;

  constructor(
    private readonly channelLayer: ChannelLayer,
    private readonly subscriptions: GroupSubscriptions,
    private readonly epoch: LogEpoch,
  ) {}

  /** Publishes a committed entry. Never rejects. */
  publish(group: string, stream: string, position: number, message: Message): Promise<void> {
    return this.enqueue(group, stream, position, withEntryId(message, stream, position, this.epoch.tag));
  }

  /**
   * Publishes a message that is not in the log, such as a location or a count, to the current subscribers. A message with
   * `as_of` (a position of the stream with the group's name) is dropped after one of its type with a larger `as_of`. Never
   * rejects.
   */
  publishEphemeral(group: string, message: Message): Promise<void> {
    return this.enqueue(group, group, asOf(message), message);
  }

  private enqueue(group: string, stream: string, position: number | null, message: Message): Promise<void> {
    return new Promise((published) => {
      if (this.queue.push({ group, stream, position, message, published }) === 1) {
        setImmediate(() => {
          this.publishQueue();
        });
      }
    });
  }

  private publishQueue(): void {
    const { queue } = this;
    this.queue = [];
    for (const queued of queue.length === 1 ? queue : byPosition(queue)) void this.publishOne(queued);
  }

  private async publishOne({ group, message, published }: Queued): Promise<void> {
    try {
      await this.channelLayer.groupSend(group, message);
      if (this.failing) this.logger.log('publishing to other nodes works again');
      this.failing = false;
    } catch (error) {
      if (!this.failing)
        this.logger.warn(`publish failed; other nodes will read the entries from the log: ${String(error)}`);
      this.failing = true;
      this.subscriptions.deliver(group, message);
    }
    published();
  }
}

/** Sorts the messages of each stream by position. A message without a position stays behind its predecessor. */
function byPosition(queue: readonly Queued[]): Queued[] {
  const streams = new Map<string, { sortKey: number; queued: Queued }[]>();
  for (const queued of queue) {
    const sameStream = streams.get(queued.stream);
    if (sameStream) sameStream.push({ sortKey: queued.position ?? sameStream.at(-1)?.sortKey ?? 0, queued });
    else streams.set(queued.stream, [{ sortKey: queued.position ?? 0, queued }]);
  }
  return [...streams.values()].flatMap((sameStream) =>
    sameStream.sort((a, b) => a.sortKey - b.sortKey).map(({ queued }) => queued),
  );
}
