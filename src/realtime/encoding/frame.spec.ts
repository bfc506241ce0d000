import { describe, expect, it } from '@jest/globals';
import { positionedFrame, textFrame, withPosition } from './frame.js';

/** The payload of an unmasked server frame (RFC 6455 section 5.2). */
function payloadOf(frame: Buffer): string {
  expect(frame[0]).toBe(0x81);
  const length = (frame[1] ?? 0) & 0x7f;
  if (length === 126) return frame.subarray(4, 4 + frame.readUInt16BE(2)).toString();
  if (length === 127) return frame.subarray(10, 10 + Number(frame.readBigUInt64BE(2))).toString();
  return frame.subarray(2, 2 + length).toString();
}

describe('frames', () => {
  it.each([0, 1, 125, 126, 127, 65_535, 65_536])('carry a text of %i bytes', (length) => {
    const text = 'x'.repeat(length);
    const frame = textFrame(text);
    expect(payloadOf(frame)).toBe(text);
    expect(frame.length).toBe(length + (length < 126 ? 2 : length < 65_536 ? 4 : 10));
  });

  it('contain the position last, and replace it in a copy', () => {
    const first = positionedFrame(JSON.stringify({ type: 'notification', text: 'schön "}' }), 'AAAAAAAAAAAA');
    const second = withPosition(first, 'BBBBBBBBBBBB');
    expect(JSON.parse(payloadOf(first))).toEqual({ type: 'notification', text: 'schön "}', position: 'AAAAAAAAAAAA' });
    expect(JSON.parse(payloadOf(second))).toEqual({ type: 'notification', text: 'schön "}', position: 'BBBBBBBBBBBB' });
  });
});
