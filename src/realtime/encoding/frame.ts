const FINAL = 0x80;
const TEXT = 0x1;
const PING = 0x9;
const PONG = 0xa;

/** Lengths above are written in 16 bits, then in 64 (RFC 6455 section 5.2). */
const LARGEST_SHORT = 125;
const LARGEST_16_BIT = 0xffff;

/** One unmasked, unfragmented frame (RFC 6455 section 5.2) with room for its payload, and where that begins. */
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

/** A frame of a payload in parts; the first byte's lower seven bits are its opcode and reserved bits. */
export function frameOf(opcode: number, parts: readonly Buffer[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const { frame, start } = emptyFrame(opcode, length);
  let at = start;
  for (const part of parts) at += part.copy(frame, at);
  return frame;
}

/** A text frame of a JSON text. Written in one go: `Sender.frame` of `ws` makes three buffers of it. */
export function textFrame(json: string): Buffer {
  const { frame, start } = emptyFrame(TEXT, Buffer.byteLength(json));
  frame.write(json, start);
  return frame;
}

/** A pong frame that gives a ping's payload back (at most 125 bytes). */
export function pongFrame(payload: Buffer): Buffer {
  return frameOf(PONG, [payload]);
}

export const PING_FRAME: Buffer = frameOf(PING, []);

const POSITION_MEMBER = ',"position":"';
/** What follows the position in the text. */
const END_LENGTH = '"}'.length;

/** A text frame of a JSON object with `position` as its last member, so that the position can be exchanged in the bytes. */
export function positionedFrame(json: string, position: string): Buffer {
  const separator = json === '{}' ? POSITION_MEMBER.slice(1) : POSITION_MEMBER;
  return textFrame(`${json.slice(0, -1)}${separator}${position}"}`);
}

/**
 * A copy of a frame of `positionedFrame` with another position of the same width. `trailer`: bytes of the frame that follow
 * the text.
 */
export function withPosition(original: Buffer, position: string, trailer = 0): Buffer {
  const copy = Buffer.allocUnsafe(original.length);
  original.copy(copy);
  copy.write(position, original.length - trailer - END_LENGTH - position.length, 'latin1');
  return copy;
}
