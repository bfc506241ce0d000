import { constants, deflateRawSync } from 'node:zlib';
import { positionedFrame, textFrame, withPosition, frameOf } from './frame.js';

/** Bytes of a message below which compressing it costs more than it saves. */
const THRESHOLD = 1024;

/** Text, with the bit by which permessage-deflate marks a compressed message (RFC 7692 section 6). */
const COMPRESSED_TEXT = 0x41;
const COMPRESSED_BIT = 0x40;

/** What a sync flush ends with, and each compressed message is sent without (RFC 7692 section 7.2.1). */
const FLUSH_TAIL = 4;
/** Type and padding of an empty stored block (RFC 1951 section 3.2.4), the rest of which is the tail that is not sent. */
const EMPTY_BLOCK = Buffer.from([0]);
const STORED_HEADER = 5;

/** A text frame of a JSON text, compressed when that is worth it. No context is kept: the bytes are good for every socket. */
export function deflatedFrame(json: string): Buffer {
  if (Buffer.byteLength(json) < THRESHOLD) return textFrame(json);
  const flushed = deflate(json);
  return frameOf(COMPRESSED_TEXT, [flushed.subarray(0, flushed.length - FLUSH_TAIL)]);
}

/**
 * As `positionedFrame`. The position and what follows it stand at the end in a stored block, uncompressed, so that it can be
 * exchanged in the bytes: a broadcast, whose position differs from user to user, is compressed once.
 */
export function deflatedPositionedFrame(json: string, position: string): Buffer {
  if (Buffer.byteLength(json) < THRESHOLD) return positionedFrame(json, position);
  const head = deflate(`${json.slice(0, -1)},"position":"`);
  const tail = Buffer.from(`${position}"}`, 'latin1');
  const header = Buffer.alloc(STORED_HEADER);
  header.writeUInt16LE(tail.length, 1);
  header.writeUInt16LE(~tail.length & 0xffff, 3);
  return frameOf(COMPRESSED_TEXT, [head, header, tail, EMPTY_BLOCK]);
}

/** A copy of a frame of `deflatedPositionedFrame` with another position of the same width. */
export function withDeflatedPosition(original: Buffer, position: string): Buffer {
  const isCompressed = ((original[0] ?? 0) & COMPRESSED_BIT) !== 0;
  return withPosition(original, position, isCompressed ? EMPTY_BLOCK.length : 0);
}

/** Ends on a whole byte, with the empty stored block of a sync flush. */
function deflate(text: string): Buffer {
  return deflateRawSync(text, { finishFlush: constants.Z_SYNC_FLUSH });
}
