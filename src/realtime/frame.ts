import { Sender } from 'ws';

const TEXT = 0x1;
const PING = 0x9;
const PONG = 0xa;

/** One unmasked, unfragmented, uncompressed WebSocket frame (RFC 6455 section 5.2) in one buffer. */
function frame(opcode: number, payload: Buffer): Buffer {
  return Buffer.concat(Sender.frame(payload, { fin: true, rsv1: false, opcode, mask: false, readOnly: true }));
}

/** A text frame of a JSON text. */
export function textFrame(json: string): Buffer {
  return frame(TEXT, Buffer.from(json));
}

/** A pong frame that gives a ping's payload back (at most 125 bytes). */
export function pongFrame(payload: Buffer): Buffer {
  return frame(PONG, payload);
}

export const PING_FRAME: Buffer = frame(PING, Buffer.alloc(0));

const POSITION_MEMBER = ',"position":"';
/** What follows the position in the text. */
const END_LENGTH = '"}'.length;

/** A text frame of a JSON object with `position` as its last member, so that the position can be exchanged in the bytes. */
export function positionedFrame(json: string, position: string): Buffer {
  const separator = json === '{}' ? POSITION_MEMBER.slice(1) : POSITION_MEMBER;
  return textFrame(`${json.slice(0, -1)}${separator}${position}"}`);
}

/** A copy of a frame of `positionedFrame` with another position of the same width. */
export function withPosition(original: Buffer, position: string): Buffer {
  const copy = Buffer.allocUnsafe(original.length);
  original.copy(copy);
  copy.write(position, original.length - END_LENGTH - position.length, 'latin1');
  return copy;
}
