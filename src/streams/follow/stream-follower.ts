import { Injectable, Logger } from '@nestjs/common';
import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { ChannelLayer } from '../../channel-layer/interface/channel-layer.js';
import type { Message } from '../../channel-layer/interface/message.js';
import { FollowedStream } from './followed-stream.js';
import type { DeliverEntry } from './followed-stream.js';
import { GroupSubscriptions } from '../bus/group-subscriptions.js';
import type { EntryId } from '../bus/entry-id.js';
import { LogEpoch } from '../position/log-epoch.js';
import { ownGroup } from '../names/own-group.js';
import { StreamReader } from './stream-reader.js';
import { StreamStatistics } from './stream-statistics.js';

/** The interval between searches for streams whose head moved without a message on the bus. */
const REPAIR_INTERVAL_MS = 3_000;

/**
 * Delivers the entries of streams in order and without gaps, although the bus may drop, duplicate, delay and reorder messages.
 * Keeps the last delivered position of each stream with sockets on this node: the next position is delivered, a smaller one is
 * dropped, and for a larger one the gap is first read from the log. Repair finds entries for which no message arrived.
 */
@Injectable()
export class StreamFollower implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger('StreamFollower');
  private readonly followed = new Map<string, FollowedStream>();
  private deliver: DeliverEntry = () => undefined;
  private repairTimer: NodeJS.Timeout | undefined;
  private repairing: Promise<void> | undefined;
  /** The database snapshot of the last search for moved heads; null: check all streams. */
  private snapshot: string | null = null;
  private readonly resetListeners: (() => void)[] = [];
  private readonly deliverToSockets: DeliverEntry = (stream, position, message) => {
    this.deliver(stream, position, message);
  };

  constructor(
    private readonly channelLayer: ChannelLayer,
    private readonly subscriptions: GroupSubscriptions,
    private readonly reader: StreamReader,
    private readonly statistics: StreamStatistics,
    private readonly epoch: LogEpoch,
  ) {
    subscriptions.onEntry((id, message) => {
      this.receive(id, message);
    });
  }

  onModuleInit(): void {
    this.epoch.onChange(() => {
      this.reset();
    });
    this.channelLayer.onReconnect(() => void this.repair());
    this.repairTimer = setInterval(() => void this.repair(), REPAIR_INTERVAL_MS);
    this.repairTimer.unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.repairTimer);
    await this.repairing;
  }

  /** Calls back when all streams were unfollowed because the log was restored. The listener must not throw. */
  onReset(listener: () => void): void {
    this.resetListeners.push(listener);
  }

  /** Sets the receiver of the entries for this node's sockets. Called synchronously; must not throw. There is one per process. */
  onEntry(deliver: DeliverEntry): void {
    this.deliver = deliver;
  }

  /**
   * Joins the groups of a stream, then reads its head; in this order, no entry is missed. From then on every entry is passed to
   * the sockets, or to the `deliver` of the stream's first follower. Throws if the database is unavailable.
   */
  async follow(name: string, deliver: DeliverEntry = this.deliverToSockets): Promise<FollowedStream> {
    let stream = this.followed.get(name);
    if (!stream) {
      stream = new FollowedStream(name, this.reader, this.statistics, deliver);
      this.followed.set(name, stream);
    }
    stream.followers += 1;
    try {
      await this.subscriptions.subscribe([name, ownGroup(name)]);
      await stream.start();
      return stream;
    } catch (error) {
      this.unfollow(stream);
      throw error;
    }
  }

  /** Undoes one `follow`. The last follower leaves the groups. */
  unfollow(stream: FollowedStream): void {
    stream.followers -= 1;
    const current = this.followed.get(stream.name);
    if (stream.followers > 0 || (current !== undefined && current !== stream)) return;
    this.followed.delete(stream.name);
    stream.stop();
    this.subscriptions.unsubscribe([stream.name, ownGroup(stream.name)]);
  }

  /** Searches for streams whose head moved without a message. Can be called at any time; concurrent calls share one run. */
  repair(): Promise<void> {
    this.repairing ??= this.findMovedHeads()
      .catch((error: unknown) => {
        this.logger.debug(`repair could not read the log; retrying: ${String(error)}`);
        // Another server may answer next, with unrelated transaction ids.
        this.snapshot = null;
      })
      .finally(() => {
        this.repairing = undefined;
      });
    return this.repairing;
  }

  /** Entries are delivered once and in order, however often and in whatever order they are received. */
  private receive({ stream, position, epoch }: EntryId, message: Message): void {
    if (epoch !== null && epoch !== this.epoch.tag) this.reject(epoch);
    else this.followed.get(stream)?.offer(position, message);
  }

  /** Rejects an entry of another log, or of ours after a restore that this node has not detected yet. */
  private reject(epoch: string): void {
    this.statistics.foreignEntries += 1;
    if (this.epoch.isFirstSeen(epoch)) void this.repair();
  }

  /**
   * Unfollows all streams, because positions of the former epoch are invalid. Streams that are still needed must be followed
   * again.
   */
  private reset(): void {
    for (const stream of this.followed.values()) stream.stop();
    this.followed.clear();
    this.snapshot = null;
    for (const listener of this.resetListeners) listener();
  }

  private async findMovedHeads(): Promise<void> {
    if (this.followed.size === 0 && this.snapshot === null) return;
    await this.epoch.check();
    const { heads, snapshot } = await this.reader.changedSince(this.snapshot, this.followed);
    this.snapshot = snapshot;
    for (const [name, head] of heads) this.followed.get(name)?.raiseTo(head, 'repair');
  }
}
