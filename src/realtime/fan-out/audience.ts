import type { FollowedStream } from '../../streams/follow/followed-stream.js';
import type { PositionCodec } from '../../streams/position/position-codec.js';
import { encodePosition } from '../../streams/position/position-codec.js';
import type { Connection, SharedQueue } from '../connection/connection.js';
import type { Encoding } from '../encoding/encoding.js';
import type { Message } from '../../channel-layer/interface/message.js';
import { HeldFrames } from './held-messages.js';
import type { EphemeralFrame } from './held-messages.js';
import type { ServedGateway } from '../gateway/served-gateway.js';

/** Takes over connections whose outbound queue could not take a write. */
export interface SlowConnections {
  /** `from` is the position before the frames that were not written, `missed` are the ephemeral frames among them. */
  startSlow(connection: Connection, audience: Audience, from: readonly number[], missed: HeldFrames | null): void;
}

/** The streams, groups and language that all sockets of an audience share. */
export interface AudienceSubscription {
  readonly streams: readonly string[];
  readonly groups: readonly string[];
  /** Null if the gateway does not translate its messages. */
  readonly language: string | null;
}

const RESOLVED = Promise.resolve();
/**
 * Bytes to live sockets between two progress marks, so that a client that reads 6.5 kB/s answers within 10 s (PONG_TIMEOUT).
 * The cost of a pong is small compared with this many bytes.
 */
const BYTES_PER_MARK = 65_536;

/**
 * The connections on this node that have the same gateway, encoding, language and groups. Each message goes to all live ones at
 * once, so they share one position: position, frame and write buffer are created once for the whole audience.
 */
export class Audience implements SharedQueue {
  /** All connections, live or not. An array takes a third of the memory of a Set and is faster to iterate. */
  readonly members: Connection[] = [];
  private liveCount = 0;
  /** Resolves when the streams and groups are subscribed, so that no later message is missed. */
  ready: Promise<void> = RESOLVED;
  readonly streamNames: readonly string[];
  readonly groups: readonly string[];
  /** `Opening.language`. */
  readonly language: string | null;
  /** Streams and groups. */
  readonly names: readonly string[];
  /** In the order of `Opening.streams`; empty until the streams are followed. */
  streams: readonly FollowedStream[] = [];
  private readonly header: string;
  /** The position of the last message that was queued, per stream. */
  private queuedPositions: number[] = [];
  /** The positions at the last flush. A socket that cannot take the next write continues from here. */
  private flushedPositions: readonly number[] = [];
  private pending: Buffer[] = [];
  private bytesSinceMark = 0;
  /** The ephemeral frames in `pending`. */
  private pendingEphemeral: HeldFrames | null = null;
  /** Messages that are reported to the gateway after they were written. */
  private unreported: Message[] | null = null;

  constructor(
    readonly gateway: ServedGateway,
    readonly encoding: Encoding,
    { streams, groups, language }: AudienceSubscription,
    codec: PositionCodec,
    private readonly slowConnections: SlowConnections,
  ) {
    this.streamNames = streams;
    this.groups = groups;
    this.language = language;
    this.header = codec.header(streams);
    this.names = [...streams, ...groups];
  }

  /** Sets the followed streams and starts at their current positions. */
  follow(streams: readonly FollowedStream[]): void {
    this.streams = streams;
    this.queuedPositions = streams.map((stream) => stream.cursor);
    this.flushedPositions = [...this.queuedPositions];
    this.ready = RESOLVED;
  }

  /** Adds a connection that is not live yet. */
  add(connection: Connection): void {
    connection.memberIndex = this.members.push(connection) - 1;
  }

  remove(connection: Connection): void {
    const { memberIndex } = connection;
    if (this.members[memberIndex] !== connection) return;
    if (connection.isLive) this.pause(connection);
    const last = this.members.pop() as Connection;
    if (last === connection) return;
    this.members[memberIndex] = last;
    last.memberIndex = memberIndex;
  }

  /** Starts live delivery. Flushes first, because this connection has read the queued messages from the log. */
  makeLive(connection: Connection): void {
    this.flush();
    connection.isLive = true;
    this.liveCount += 1;
  }

  get allAreLive(): boolean {
    return this.liveCount === this.members.length;
  }

  flushFor(connection: Connection): void {
    if (connection.isLive) this.flush();
  }

  get isFollowing(): boolean {
    return this.streams.length === this.streamNames.length;
  }

  /** The position of this audience in each stream. */
  positions(): number[] {
    return [...this.queuedPositions];
  }

  isAt(positions: readonly number[]): boolean {
    return this.queuedPositions.every((position, index) => position === positions[index]);
  }

  /** Encodes positions for clients. Default: the current ones. */
  positionText(positions: readonly number[] = this.queuedPositions): string {
    let text = this.header;
    for (const position of positions) text += encodePosition(position);
    return text;
  }

  /** Sets the position of a stream. Call this before queueing or sending the entry at that position. */
  advance(stream: string, position: number): void {
    this.queuedPositions[this.streamNames.indexOf(stream)] = position;
  }

  /** Adds the entry whose frame is queued or sent next, to be reported to the gateway after the write. */
  report(message: Message): void {
    if (this.unreported) this.unreported.push(message);
    else this.unreported = [message];
  }

  /** Queues an entry's frame for all live sockets. Returns true if it is the first frame since the last flush. */
  queue(frame: Buffer): boolean {
    return this.pending.push(frame) === 1;
  }

  /** Like `queue`, for a frame that the log does not have. */
  queueEphemeral(ephemeral: EphemeralFrame): boolean {
    (this.pendingEphemeral ??= new HeldFrames()).add(ephemeral);
    return this.queue(ephemeral.frame);
  }

  /** Writes the queued frames: the same bytes to all live sockets, in one write per socket. */
  flush(): void {
    const { pending } = this;
    const first = pending[0];
    if (!first) return;
    this.pending = [];
    for (const frame of pending) this.bytesSinceMark += frame.length;
    const { progressMark } = this.encoding;
    if (progressMark && this.bytesSinceMark >= BYTES_PER_MARK) {
      pending.push(progressMark);
      this.bytesSinceMark = 0;
    }
    this.writeToAll(pending.length === 1 ? first : Buffer.concat(pending));
  }

  /** Writes a frame at once; to `sender` it writes `senderBytes` instead (null: nothing). Call `flush`, then `advance`, before this. */
  sendExcept(frame: Buffer, sender: Connection, senderBytes: Buffer | null): void {
    this.writeToAll(frame, sender, senderBytes);
  }

  private writeToAll(bytes: Buffer, sender?: Connection, senderBytes?: Buffer | null): void {
    const before = this.flushedPositions;
    const { pendingEphemeral } = this;
    this.flushedPositions = [...this.queuedPositions];
    this.pendingEphemeral = null;
    for (const connection of this.members) {
      if (!connection.isLive) continue;
      const own = connection === sender ? senderBytes : bytes;
      if (!own || connection.outbound.write(own)) continue;
      this.pause(connection);
      this.slowConnections.startSlow(connection, this, before, pendingEphemeral);
    }
    if (this.unreported) this.reportAll(this.unreported, senderBytes === null ? sender : undefined);
  }

  /** Connections that are still live have accepted every message, except `exceptFor`, to which nothing was written. */
  private reportAll(messages: readonly Message[], exceptFor: Connection | undefined): void {
    this.unreported = null;
    const recipients = this.members.filter((member) => member.isLive && member.isOpen && member !== exceptFor);
    if (recipients.length === 0) return;
    for (const message of messages) this.gateway.instance.written?.(message, recipients);
  }

  private pause(connection: Connection): void {
    connection.isLive = false;
    this.liveCount -= 1;
  }
}
