import { createHash } from 'node:crypto';

const EPOCH_BYTES = 5;
const SCOPE_BYTES = 4;
const HEADER_BYTES = EPOCH_BYTES + SCOPE_BYTES;
const POSITION_BYTES = 6;

/** The number of characters of one stream's position: 6 bytes are exactly 8 characters of base64url. */
export const POSITION_CHARACTERS = 8;

/**
 * The `position` that clients keep. It is opaque and of fixed width: base64url of
 *
 *     epoch (5 bytes) | hash of the stream names (4 bytes) | position of each stream (6 bytes, big endian)
 *
 * A position gives no access: the streams of a socket are determined by its path and principal alone. The hash
 * detects positions of other streams, and the epoch detects positions of another log.
 */
export class PositionCodec {
  private readonly epoch: Buffer;

  constructor(epoch: string) {
    this.epoch = createHash('sha256').update(epoch).digest().subarray(0, EPOCH_BYTES);
  }

  /** The first part of every position of these streams, 12 characters. */
  header(streams: readonly string[]): string {
    const scope = createHash('sha256').update(streams.join('\n')).digest().subarray(0, SCOPE_BYTES);
    return Buffer.concat([this.epoch, scope]).toString('base64url');
  }

  encode(streams: readonly string[], positions: readonly number[]): string {
    return this.header(streams) + positions.map(encodePosition).join('');
  }

  /** Returns the position of each stream, or null if the text is not a position of these streams in this log. */
  decode(text: string, streams: readonly string[]): number[] | null {
    const header = this.header(streams);
    const expectedLength = header.length + streams.length * POSITION_CHARACTERS;
    if (text.length !== expectedLength || !text.startsWith(header) || !/^[\w-]+$/.test(text)) return null;
    const bytes = Buffer.from(text, 'base64url');
    return streams.map((_, index) => bytes.readUIntBE(HEADER_BYTES + index * POSITION_BYTES, POSITION_BYTES));
  }
}

const scratch = Buffer.alloc(POSITION_BYTES);

/** One stream's position as 8 characters of base64url. */
export function encodePosition(position: number): string {
  scratch.writeUIntBE(position, 0, POSITION_BYTES);
  return scratch.toString('base64url');
}
