import { MalformedMessage } from '../interface/errors.js';
import { Fernet } from './fernet.js';
import { decodeMessage, encodeMessage } from './message-codec.js';
import type { Message } from '../interface/message.js';
import type { ChannelLayerStatistics } from '../interface/statistics.js';

export interface PayloadCodecOptions {
  readonly encryptionKeys: readonly string[];
  /** Seconds after which an encrypted payload is rejected. Default: never. */
  readonly timeToLiveSeconds?: number;
  readonly now: () => number;
  readonly warn: (text: string) => void;
}

/** Converts messages to payloads and back: msgpack or, if there are keys, its Fernet token. */
export class PayloadCodec {
  private readonly fernet: Fernet | null;
  private readonly warned = new Set<string>();

  constructor(
    private readonly options: PayloadCodecOptions,
    private readonly statistics: ChannelLayerStatistics,
  ) {
    this.fernet = options.encryptionKeys.length > 0 ? new Fernet(options.encryptionKeys, options.now) : null;
  }

  /** Throws InvalidMessage. */
  encode(message: Message): Buffer {
    return this.seal(encodeMessage(message));
  }

  /** Returns the payload for msgpack bytes. */
  seal(bytes: Uint8Array): Buffer {
    return this.fernet ? this.fernet.encrypt(bytes) : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Returns the message, or null if the payload is malformed. That is counted, with one warning for each reason. */
  decode(payload: Uint8Array): Message | null {
    try {
      return decodeMessage(this.fernet ? this.fernet.decrypt(payload, this.options.timeToLiveSeconds) : payload);
    } catch (error) {
      if (!(error instanceof MalformedMessage)) throw error;
      this.statistics.malformed++;
      this.warnOnce(error.message);
      return null;
    }
  }

  private warnOnce(reason: string): void {
    // The text after a colon differs from message to message.
    const kind = reason.replace(/:.*/s, '');
    if (this.warned.has(kind)) return;
    this.warned.add(kind);
    const hint = this.fernet ? ' (encryption keys are set, so unencrypted messages are rejected)' : '';
    this.options.warn(
      `Dropped a message from Redis: ${reason}${hint}. Further messages of this kind are counted without a log line`,
    );
  }
}
