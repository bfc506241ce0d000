import { constants, inflateRawSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { deflatedFrame, deflatedPositionedFrame, withDeflatedPosition } from './deflated-frame.js';

/** The text of a server's frame as a client reads it (RFC 6455 section 5.2, RFC 7692 section 7.2.2). */
function read(frame: Buffer): { compressed: boolean; text: string } {
  const short = (frame[1] ?? 0) & 0x7f;
  const payload = frame.subarray(short === 126 ? 4 : short === 127 ? 10 : 2);
  if (frame[0] === 0x81) return { compressed: false, text: payload.toString() };
  expect(frame[0]).toBe(0xc1);
  const whole = Buffer.concat([payload, Buffer.from([0, 0, 0xff, 0xff])]);
  return { compressed: true, text: inflateRawSync(whole, { finishFlush: constants.Z_SYNC_FLUSH }).toString() };
}

const long = JSON.stringify({ type: 'notification', text: 'schön 🎉 "}'.repeat(300) });
const short = JSON.stringify({ type: 'notification', text: 'kurz' });

describe('compressed frames', () => {
  it('are smaller and have the same content', () => {
    const frame = deflatedFrame(long);
    expect(read(frame)).toEqual({ compressed: true, text: long });
    expect(frame.length).toBeLessThan(long.length / 10);
  });

  it('are not created for short messages', () => {
    expect(read(deflatedFrame(short))).toEqual({ compressed: false, text: short });
    expect(read(deflatedPositionedFrame(short, 'AAAA')).compressed).toBe(false);
  });

  it.each([
    ['long', long],
    ['short', short],
  ])('carry a position that can be replaced in the bytes of a %s message', (_length, json) => {
    const first = deflatedPositionedFrame(json, 'AAAAAAAAAAAA');
    const second = withDeflatedPosition(first, 'BBBBBBBBBBBB');
    expect(JSON.parse(read(first).text)).toEqual({ ...JSON.parse(json), position: 'AAAAAAAAAAAA' });
    expect(JSON.parse(read(second).text)).toEqual({ ...JSON.parse(json), position: 'BBBBBBBBBBBB' });
  });
});
