import type { FollowedStream } from '../../streams/follow/followed-stream.js';
import type { PositionCodec } from '../../streams/position/position-codec.js';
import { encodePosition } from '../../streams/position/position-codec.js';
import type { Connection, SharedQueue } from '../connection/connection.js';
import type { Encoding } from '../encoding/encoding.js';
import type { Message } from '../../channel-layer/interface/message.js';
import { HeldFrames } from './held-messages.js';
import type { ServedGateway } from '../gateway/served-gateway.js';

/** Takes over connections that could not take what was due. */
export interface SlowConnections {
  /** `from` is the position before what was due, `missed` are the ephemeral frames among it. */
  startSlow(connection: Connection, audience: Audience, from: readonly number[], missed: HeldFrames | null): void;
}

/** What the sockets of an audience hear. */
export interface Heard {
  readonly streams: readonly string[];
  readonly groups: readonly string[];
  /** Null where the gateway speaks one language. */
  readonly language: string | null;
}

const READY = Promise.resolve();
/** Bytes to live sockets between two progress marks: 10 s (PONG_TIMEOUT) at 6.5 kB/s. A pong costs little beside so many bytes. */
const BYTES_PER_MARK = 65_536;

/**
 * The connections of one gateway, one encoding and one language on this node that hear the same groups. All live ones stand at the same position, since each
 * message goes to all of them at once: position, frame and write buffer are made once for the whole audience.
 */
export class Audience implements SharedQueue {
  /** Everyone, those who are still reading the log included. An array is a third of a Set, and faster to go through. */
  readonly members: Connection[] = [];
  private live = 0;
  /** Resolves when every message from then on is heard. */
  ready: Promise<void> = READY;
  readonly streamNames: readonly string[];
  readonly groups: readonly string[];
  /** `Opening.language`. */
  readonly language: string | null;
  /** Streams and groups. */
  readonly names: readonly string[];
  /** In the order of the opening; empty until the streams are followed. */
  streams: readonly FollowedStream[] = [];
  private readonly header: string;
  /** Per stream, the position of the last message that was queued. */
  private standing: number[] = [];
  /** The same at the last flush: where a socket stands that cannot take the next one. */
  private flushed: readonly number[] = [];
  private pending: Buffer[] = [];
  private bytesSinceMark = 0;
  /** The ephemeral ones among what is queued. */
  private missable: HeldFrames | null = null;
  /** What the gateway is told of once it was written. */
  private unreported: Message[] | null = null;

  constructor(
    readonly gateway: ServedGateway,
    readonly encoding: Encoding,
    { streams, groups, language }: Heard,
    codec: PositionCodec,
    private readonly slowConnections: SlowConnections,
  ) {
    this.streamNames = streams;
    this.groups = groups;
    this.language = language;
    this.header = codec.header(streams);
    this.names = [...streams, ...groups];
  }

  /** The streams are followed from here on. */
  follow(streams: readonly FollowedStream[]): void {
    this.streams = streams;
    this.standing = streams.map((stream) => stream.cursor);
    this.flushed = [...this.standing];
    this.ready = READY;
  }

  /** Not live yet. */
  add(connection: Connection): void {
    connection.place = this.members.push(connection) - 1;
  }

  remove(connection: Connection): void {
    const { place } = connection;
    if (this.members[place] !== connection) return;
    if (connection.isLive) this.pause(connection);
    const last = this.members.pop() as Connection;
    if (last === connection) return;
    this.members[place] = last;
    last.place = place;
  }

  /** From here on the connection gets what comes. What is queued goes to the others first: this one has it from the log. */
  makeLive(connection: Connection): void {
    this.flush();
    connection.isLive = true;
    this.live += 1;
  }

  get allAreLive(): boolean {
    return this.live === this.members.length;
  }

  flushFor(connection: Connection): void {
    if (connection.isLive) this.flush();
  }

  get isFollowing(): boolean {
    return this.streams.length === this.streamNames.length;
  }

  /** Where this audience stands, per stream. */
  positions(): number[] {
    return [...this.standing];
  }

  standsAt(positions: readonly number[]): boolean {
    return this.standing.every((position, index) => position === positions[index]);
  }

  /** A position as clients see it. Default: the current one. */
  positionText(positions: readonly number[] = this.standing): string {
    let text = this.header;
    for (const position of positions) text += encodePosition(position);
    return text;
  }

  /** The next entry of a stream is about to be queued or sent. */
  advance(stream: string, position: number): void {
    this.standing[this.streamNames.indexOf(stream)] = position;
  }

  /** The entry whose frame is queued or sent next: the gateway is told when it was written. */
  report(message: Message): void {
    if (this.unreported) this.unreported.push(message);
    else this.unreported = [message];
  }

  /** Queues a frame for all live sockets; true when it is the first since the last flush. */
  queue(frame: Buffer, ephemeralType: string | null = null): boolean {
    if (ephemeralType !== null) (this.missable ??= new HeldFrames()).add({ type: ephemeralType, frame });
    return this.pending.push(frame) === 1;
  }

  /** Writes what is queued: the same bytes, in one write per socket. */
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

  /** Writes a frame at once, and another one, or nothing, to one of the sockets. `flush` first, `advance` in between. */
  sendMarked(frame: Buffer, one: Connection, special: Buffer | null): void {
    this.writeToAll(frame, one, special);
  }

  private writeToAll(bytes: Buffer, one?: Connection, special?: Buffer | null): void {
    const before = this.flushed;
    const { missable } = this;
    this.flushed = [...this.standing];
    this.missable = null;
    for (const connection of this.members) {
      if (!connection.isLive) continue;
      const given = connection === one ? special : bytes;
      if (!given || connection.outbound.write(given)) continue;
      this.pause(connection);
      this.slowConnections.startSlow(connection, this, before, missable);
    }
    if (this.unreported) this.reportAll(this.unreported, special === null ? one : undefined);
  }

  /** Those that are live still have taken everything, except `without`, which was given nothing. */
  private reportAll(messages: readonly Message[], without: Connection | undefined): void {
    this.unreported = null;
    const recipients = this.members.filter((member) => member.isLive && member.isOpen && member !== without);
    if (recipients.length === 0) return;
    for (const message of messages) this.gateway.instance.written?.(message, recipients);
  }

  private pause(connection: Connection): void {
    connection.isLive = false;
    this.live -= 1;
  }
}
