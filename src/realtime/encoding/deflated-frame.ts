import { constants, deflateRawSync } from 'node:zlib';
import { positionedFrame, textFrame, withPosition, frameOf } from './frame.js';

/** Messages of fewer bytes are not compressed, because that would cost more than it saves. */
const THRESHOLD = 1024;

/** The text opcode, with the bit that marks a compressed message in permessage-deflate (RFC 7692 section 6). */
const COMPRESSED_TEXT = 0x41;
const COMPRESSED_BIT = 0x40;

/** The number of bytes at the end of a sync flush, which are removed from each compressed message (RFC 7692 section 7.2.1). */
const FLUSH_TAIL = 4;
/** Type and padding of an empty stored block (RFC 1951 section 3.2.4). The rest of the block is the part that is removed. */
const EMPTY_BLOCK = Buffer.from([0]);
const STORED_HEADER = 5;

/**
 * Encodes a JSON text as a text frame, compressed from 1,024 bytes on. No compression context is kept, so the same bytes can be
 * sent to every socket.
 */
export function deflatedFrame(json: string): Buffer {
  if (Buffer.byteLength(json) < THRESHOLD) return textFrame(json);
  const flushed = deflate(json);
  return frameOf(COMPRESSED_TEXT, [flushed.subarray(0, flushed.length - FLUSH_TAIL)]);
}

/**
 * Like `positionedFrame`, but compressed. The position and the text after it are in an uncompressed (stored) block at
 * the end, so that the position can be replaced in the bytes. So a broadcast, whose position differs from user to user,
 * is compressed once.
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

/** Copies a frame made by `deflatedPositionedFrame`, with another position of the same width. */
export function withDeflatedPosition(original: Buffer, position: string): Buffer {
  const isCompressed = ((original[0] ?? 0) & COMPRESSED_BIT) !== 0;
  return withPosition(original, position, isCompressed ? EMPTY_BLOCK.length : 0);
}

/** The result ends on a byte boundary, with the empty stored block of a sync flush. */
function deflate(text: string): Buffer {
  return deflateRawSync(text, { finishFlush: constants.Z_SYNC_FLUSH });
}
