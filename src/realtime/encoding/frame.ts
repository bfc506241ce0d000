const FINAL = 0x80;
const TEXT = 0x1;
const PING = 0x9;
const PONG = 0xa;

/** Greater lengths are written in 16 bits, then in 64 (RFC 6455 section 5.2). */
const LARGEST_SHORT = 125;
const LARGEST_16_BIT = 0xffff;

/** Allocates an unmasked, unfragmented frame (RFC 6455 section 5.2). `start` is the offset of its payload. */
function emptyFrame(opcode: number, length: number): { frame: Buffer; start: number } {
  const start = length <= LARGEST_SHORT ? 2 : length <= LARGEST_16_BIT ? 4 : 10;
  const frame = Buffer.allocUnsafe(start + length);
  frame[0] = FINAL | opcode;
  if (start === 2) {
    frame[1] = length;
  } else if (start === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeUIntBE(0, 2, 2);
    frame.writeUIntBE(length, 4, 6);
  }
  return { frame, start };
}

/** Builds a frame from the parts of its payload. `opcode` is the lower seven bits of the first byte: opcode and reserved bits. */
export function frameOf(opcode: number, parts: readonly Buffer[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const { frame, start } = emptyFrame(opcode, length);
  let at = start;
  for (const part of parts) at += part.copy(frame, at);
  return frame;
}

/** Encodes a JSON text as a text frame, in one buffer: `Sender.frame` of `ws` allocates three. */
export function textFrame(json: string): Buffer {
  const { frame, start } = emptyFrame(TEXT, Buffer.byteLength(json));
  frame.write(json, start);
  return frame;
}

/** A pong frame with the payload of the ping (at most 125 bytes). */
export function pongFrame(payload: Buffer): Buffer {
  return frameOf(PONG, [payload]);
}

export const PING_FRAME: Buffer = frameOf(PING, []);

const POSITION_MEMBER = ',"position":"';
/** The length of the text after the position. */
const END_LENGTH = '"}'.length;

/**
 * Encodes a JSON object as a text frame, with `position` as its last member, so that the position can be replaced in the bytes.
 */
export function positionedFrame(json: string, position: string): Buffer {
  const separator = json === '{}' ? POSITION_MEMBER.slice(1) : POSITION_MEMBER;
  return textFrame(`${json.slice(0, -1)}${separator}${position}"}`);
}

/**
 * Copies a frame made by `positionedFrame`, with another position of the same width. `trailer`: the number of bytes in the
 * frame after the text.
 */
export function withPosition(original: Buffer, position: string, trailer = 0): Buffer {
  const copy = Buffer.allocUnsafe(original.length);
  original.copy(copy);
  copy.write(position, original.length - trailer - END_LENGTH - position.length, 'latin1');
  return copy;
}
