import { randomBytes } from 'node:crypto';
import type { ResolvedChannelLayerOptions } from '../interface/channel-layer-options.js';
import { InvalidMessage } from '../interface/errors.js';
import { encodeMessage, encodeValue } from '../codec/message-codec.js';
import type { Message } from '../interface/message.js';
import { PayloadCodec } from '../codec/payload-codec.js';
import type { ChannelLayerStatistics } from '../interface/statistics.js';

/** The member that names the channels of a shared key for which a message is. */
const CHANNEL_KEY = '__asgi_channel__';

/** Random bytes make equal messages distinct, because a sorted set holds each member once. */
const RANDOM_LENGTH = 12;

/** Seconds by which a token may be older than a message may wait, as in channels_redis. */
const TOKEN_GRACE_SECONDS = 10;

export interface Addressed {
  /** Full channel names; empty on a channel that does not belong to a process. */
  readonly channels: readonly string[];
  readonly message: Message;
}

/** Keys, scores and payloads of `channels_redis.core.RedisChannelLayer`. */
export class CoreWire {
  private readonly codec: PayloadCodec;
  private lastMicroseconds = 0;

  constructor(
    private readonly options: ResolvedChannelLayerOptions,
    statistics: ChannelLayerStatistics,
  ) {
    const timeToLiveSeconds = options.expirySeconds + TOKEN_GRACE_SECONDS;
    this.codec = new PayloadCodec({ ...options, timeToLiveSeconds }, statistics);
  }

  groupKey(group: string): string {
    return `${this.options.prefix}:group:${group}`;
  }

  /** The key for a channel's non-local name. */
  channelKey(nonLocalName: string): string {
    return this.options.prefix + nonLocalName;
  }

  /** Unix seconds with microseconds. Increases with every call, because equal scores would be read in random order. */
  score(): string {
    const now = Math.floor(this.options.now() * 1000);
    this.lastMicroseconds = Math.max(this.lastMicroseconds + 1, now);
    return (this.lastMicroseconds / 1e6).toFixed(6);
  }

  /** The current time minus `seconds`, in Unix seconds. */
  secondsAgo(seconds: number): number {
    return Math.floor(this.options.now() / 1000) - seconds;
  }

  /** Encodes the message in its current state, for any number of payloads. Throws InvalidMessage. */
  prepare(message: Message): PreparedMessage {
    if (CHANNEL_KEY in message) throw new InvalidMessage(`A message must not have a member ${CHANNEL_KEY}`);
    return new PreparedMessage(encodeMessage({ ...message, [CHANNEL_KEY]: null }), this.codec);
  }

  /** Returns the payload for a channel that does not belong to a process. Throws InvalidMessage. */
  encode(message: Message): Buffer {
    if (CHANNEL_KEY in message) throw new InvalidMessage(`A message must not have a member ${CHANNEL_KEY}`);
    return Buffer.concat([randomBytes(RANDOM_LENGTH), this.codec.encode(message)]);
  }

  /** Decodes a payload. Returns null if it is malformed (counted). */
  decode(payload: Buffer): Addressed | null {
    const message = this.codec.decode(payload.subarray(RANDOM_LENGTH));
    if (message === null) return null;
    const { [CHANNEL_KEY]: channels, ...rest } = message;
    return { channels: names(channels), message: rest };
  }
}

/** A message that is encoded except for the last value, `__asgi_channel__`, which differs from reader to reader. */
class PreparedMessage {
  private readonly head: Uint8Array;

  constructor(
    encoded: Uint8Array,
    private readonly codec: PayloadCodec,
  ) {
    this.head = encoded.subarray(0, -1);
  }

  /** Returns the payload for one key. `channels`: a full name for a send, a list of names for a group send. */
  addressedTo(channels: string | readonly string[]): Buffer {
    const bytes = Buffer.concat([this.head, encodeValue(channels)]);
    return Buffer.concat([randomBytes(RANDOM_LENGTH), this.codec.seal(bytes)]);
  }
}

function names(channels: unknown): readonly string[] {
  if (typeof channels === 'string') return [channels];
  return Array.isArray(channels) ? channels.filter((name) => typeof name === 'string') : [];
}
