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

/** How often the log is asked for streams whose head moved without our hearing of it. */
const REPAIR_INTERVAL_MS = 3_000;

/** Where this node's sockets hang. Both are called synchronously and must not throw. */
export interface StreamSink {
  readonly durable: DeliverEntry;
  /** A group message that stands in no log. */
  ephemeral(group: string, message: Message): void;
}

/**
 * Keeps, per stream with sockets on this node, the last position fanned out, and makes of a bus that may drop, double,
 * delay and reorder a sequence without gaps: next = last + 1 is delivered, smaller is dropped, larger means the gap is read
 * from the log first. Repair finds what no message told of.
 */
@Injectable()
export class StreamFollower implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger('StreamFollower');
  private readonly followed = new Map<string, FollowedStream>();
  private sink: StreamSink = { durable: () => undefined, ephemeral: () => undefined };
  private repairTimer: NodeJS.Timeout | undefined;
  private repairing: Promise<void> | undefined;
  /** The database's snapshot up to which moved heads were looked for; null: look at all streams. */
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

  /** Calls back when nothing is followed any more, since the log was restored. The listener must not throw. */
  onStartOver(listener: () => void): void {
    this.startOverListeners.push(listener);
  }

  /** Who gets the messages; one per process. */
  attach(sink: StreamSink): void {
    this.sink = sink;
  }

  /**
   * Joins the groups of a stream, then reads its head: from then on every entry is delivered. Joining first and reading
   * second is what makes it gapless. Entries go to the sink, or to `deliver`, which the first to follow decides. Throws when the
   * database is away.
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

  /** The counterpart of one `follow`. With the last one the groups are left. */
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

  /** Further groups, without a log. */
  async joinGroups(groups: readonly string[]): Promise<void> {
    if (groups.length > 0) await this.channelLayer.listen(groups, this.onGroupMessage);
  }

  leaveGroups(groups: readonly string[]): void {
    if (groups.length === 0) return;
    this.channelLayer
      .unlisten(groups, this.onGroupMessage)
      .catch((error: unknown) => this.logger.warn(`leaving groups failed: ${String(error)}`));
  }

  /** An entry heard of; whatever order and number they come in, the sink sees each once and in order. */
  offer(stream: string, position: number, message: Message): void {
    this.followed.get(stream)?.offer(position, message);
  }

  /** A message of no log; one that knows of less than another of its type that was heard before is dropped. */
  offerEphemeral(group: string, message: Message): void {
    const knows = asOf(message);
    if (knows !== null && this.followed.get(group)?.isOutdated(message.type, knows) === true) return;
    this.sink.ephemeral(group, message);
  }

  /** Looks for streams whose head moved unseen. One at a time; safe to call at any moment. */
  repair(): Promise<void> {
    this.repairing ??= this.findMovedHeads()
      .catch((error: unknown) => {
        this.logger.debug(`repair could not read the log; retrying: ${String(error)}`);
        // It may be another server that answers next, whose transaction ids mean something else.
        this.snapshot = null;
      })
      .finally(() => {
        this.repairing = undefined;
      });
    return this.repairing;
  }

  /** An entry of another log, or of ours after a restore that this node does not know of yet. */
  private refuse(epoch: string): void {
    this.statistics.foreignEntries += 1;
    if (this.epoch.isNews(epoch)) void this.repair();
  }

  /** Positions of the former epoch mean nothing any more. Whoever still wants a stream follows it again. */
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
