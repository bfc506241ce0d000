import { Injectable, Logger } from '@nestjs/common';
import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { ChannelLayer } from '../../channel-layer/interface/channel-layer.js';
import type { Message } from '../../channel-layer/interface/message.js';
import { FollowedStream } from './followed-stream.js';
import type { DeliverEntry } from './followed-stream.js';
import { LogEpoch } from '../position/log-epoch.js';
import { ownGroup } from '../names/own-group.js';
import { asOf, entryOf } from './stream-entry.js';
import { StreamReader } from './stream-reader.js';
import { StreamStatistics } from './stream-statistics.js';

/** The interval between searches for streams whose head moved without a message on the bus. */
const REPAIR_INTERVAL_MS = 3_000;

/** Receives the messages for this node's sockets. Both functions are called synchronously and must not throw. */
export interface StreamSink {
  readonly durable: DeliverEntry;
  /** Called for a group message that is not in the log. */
  ephemeral(group: string, message: Message): void;
}

/**
 * Delivers the entries of streams in order and without gaps, although the bus may drop, duplicate, delay and reorder messages.
 * Keeps the last delivered position of each stream with sockets on this node: the next position is delivered, a smaller one is
 * dropped, and for a larger one the gap is first read from the log. Repair finds entries for which no message arrived.
 */
@Injectable()
export class StreamFollower implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger('StreamFollower');
  private readonly followed = new Map<string, FollowedStream>();
  private sink: StreamSink = { durable: () => undefined, ephemeral: () => undefined };
  private repairTimer: NodeJS.Timeout | undefined;
  private repairing: Promise<void> | undefined;
  /** The database snapshot of the last search for moved heads; null: check all streams. */
  private snapshot: string | null = null;
  private readonly startOverListeners: (() => void)[] = [];
  private readonly toSink: DeliverEntry = (stream, position, message) => {
    this.sink.durable(stream, position, message);
  };
  private readonly onGroupMessage = (group: string, message: Message): void => {
    const entry = entryOf(message);
    if (entry && entry.epoch !== null && entry.epoch !== this.epoch.tag) this.refuse(entry.epoch);
    else if (entry) this.offer(entry.stream, entry.position, message);
    else this.offerEphemeral(group, message);
  };

  constructor(
    private readonly channelLayer: ChannelLayer,
    private readonly reader: StreamReader,
    private readonly statistics: StreamStatistics,
    private readonly epoch: LogEpoch,
  ) {}

  onModuleInit(): void {
    this.epoch.onChange(() => {
      this.startOver();
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
  onStartOver(listener: () => void): void {
    this.startOverListeners.push(listener);
  }

  /** Sets the receiver of the messages. There is one per process. */
  attach(sink: StreamSink): void {
    this.sink = sink;
  }

  /**
   * Joins the groups of a stream, then reads its head; in this order, no entry is missed. From then on every entry is passed to
   * the sink, or to the `deliver` of the stream's first follower. Throws if the database is unavailable.
   */
  async follow(name: string, deliver: DeliverEntry = this.toSink): Promise<FollowedStream> {
    let stream = this.followed.get(name);
    if (!stream) {
      stream = new FollowedStream(name, this.reader, this.statistics, deliver);
      this.followed.set(name, stream);
    }
    stream.followers += 1;
    try {
      await this.channelLayer.listen([name, ownGroup(name)], this.onGroupMessage);
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
    this.channelLayer
      .unlisten([stream.name, ownGroup(stream.name)], this.onGroupMessage)
      .catch((error: unknown) => this.logger.warn(`leaving ${stream.name} failed: ${String(error)}`));
  }

  /** Joins further groups, which have no log. */
  async joinGroups(groups: readonly string[]): Promise<void> {
    if (groups.length > 0) await this.channelLayer.listen(groups, this.onGroupMessage);
  }

  leaveGroups(groups: readonly string[]): void {
    if (groups.length === 0) return;
    this.channelLayer
      .unlisten(groups, this.onGroupMessage)
      .catch((error: unknown) => this.logger.warn(`leaving groups failed: ${String(error)}`));
  }

  /**
   * Takes a received entry. The sink gets each entry once and in order, however often and in whatever order they are received.
   */
  offer(stream: string, position: number, message: Message): void {
    this.followed.get(stream)?.offer(position, message);
  }

  /** Takes an ephemeral message. It is dropped if one of its type with a larger `as_of` was received before. */
  offerEphemeral(group: string, message: Message): void {
    const knows = asOf(message);
    if (knows !== null && this.followed.get(group)?.isOutdated(message.type, knows) === true) return;
    this.sink.ephemeral(group, message);
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

  /** Rejects an entry of another log, or of ours after a restore that this node has not detected yet. */
  private refuse(epoch: string): void {
    this.statistics.foreignEntries += 1;
    if (this.epoch.isNews(epoch)) void this.repair();
  }

  /**
   * Unfollows all streams, because positions of the former epoch are invalid. Streams that are still needed must be followed
   * again.
   */
  private startOver(): void {
    for (const stream of this.followed.values()) stream.stop();
    this.followed.clear();
    this.snapshot = null;
    for (const listener of this.startOverListeners) listener();
  }

  private async findMovedHeads(): Promise<void> {
    if (this.followed.size === 0 && this.snapshot === null) return;
    await this.epoch.check();
    const { heads, snapshot } = await this.reader.changedSince(this.snapshot, this.followed);
    this.snapshot = snapshot;
    for (const [name, head] of heads) this.followed.get(name)?.raiseTo(head, 'repair');
  }
}
