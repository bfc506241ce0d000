import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { webSocketToken } from '../lib/people.js';

/** Sends bytes on a raw socket. Returns the first answer, or how the connection ended. */
async function speak({ port }, bytes, wait = 3_000) {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  let answer = Buffer.alloc(0);
  socket.on('data', (data) => {
    answer = Buffer.concat([answer, data]).subarray(0, 65_536);
  });
  socket.write(bytes);
  const timer = setTimeout(() => socket.destroy(), wait);
  await once(socket, 'close');
  clearTimeout(timer);
  return answer;
}

const status = (answer) => String(answer.subarray(0, 12)).replace('HTTP/1.1 ', 'HTTP ').trim() || 'cut';

/** Sends frames on an established socket, then a close frame, so that the service always answers last. */
const frames = (make) => async (target, index) => {
  const key = randomBytes(16).toString('base64');
  const path = `/ws/notifications/?token=${webSocketToken(index % 2)}`;
  const head = `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`;
  const answer = await speak(
    target,
    Buffer.concat([Buffer.from(head), ...[make(index)].flat(), frame(8, Buffer.from([3, 232]))]),
  );
  const close = answer.lastIndexOf(Buffer.from([0x88]));
  return status(answer) === 'HTTP 101' && close >= 0 && answer.length - close < 128
    ? `closed ${answer.readUInt16BE(close + 2)}`
    : status(answer);
};

function frame(opcode, payload, { masked = true, fin = true, rsv = 0, claimed = payload.length } = {}) {
  const head = [(fin ? 0x80 : 0) | rsv | opcode];
  const mask = masked ? 0x80 : 0;
  if (claimed < 126) head.push(mask | claimed);
  else if (claimed < 65_536) head.push(mask | 126, claimed >> 8, claimed & 255);
  else head.push(mask | 127, 0, 0, 0, 0, ...[24, 16, 8, 0].map((shift) => (claimed >>> shift) & 255));
  return Buffer.concat([Buffer.from(head), masked ? Buffer.alloc(4) : Buffer.alloc(0), payload]);
}

const text = (value) => frame(1, Buffer.from(value));
const deep = '['.repeat(30_000);

/** Messages that a client may send on an open socket. Each function returns how the service answered. */
export const FRAMES = {
  noJson: frames(() => text('{"type":')),
  noType: frames(() => text('{}')),
  unknownType: frames((index) => text(`{"type":"x${index}"}`)),
  hugeType: frames(() => text(JSON.stringify({ type: 'x'.repeat(60_000) }))),
  deepJson: frames(() => text(deep)),
  prototype: frames(() => text('{"type":"ping","__proto__":{"x":1},"constructor":{"prototype":{}}}')),
  handlerNames: frames(() => ['constructor', '__proto__', 'toString'].map((type) => text(JSON.stringify({ type })))),
  wrongFields: frames(() => text('{"type":"mark_read","notification_id":{"$ne":1}}')),
  hugeNumber: frames(() => text(`{"type":"ping","timestamp":${'9'.repeat(5_000)}}`)),
  halfSurrogate: frames(() => text('{"type":"ping","timestamp":"\\ud800"}')),
  binary: frames(() => frame(2, randomBytes(1_000))),
  invalidUtf8: frames(() => frame(1, Buffer.from([0xff, 0xfe, 0xfd]))),
  unmasked: frames(() => frame(1, Buffer.from('{}'), { masked: false })),
  reservedBits: frames(() => frame(1, Buffer.from('{}'), { rsv: 0x70 })),
  reservedOpcode: frames(() => frame(5, Buffer.from('{}'))),
  fragmentedPing: frames(() => frame(9, Buffer.from('x'), { fin: false })),
  longPing: frames(() => frame(9, randomBytes(300))),
  tooBig: frames(() => frame(1, Buffer.alloc(10), { claimed: 2 ** 31 })),
  neverEnding: frames(() => [
    frame(1, Buffer.from('{'), { fin: false }),
    ...Array.from({ length: 50 }, () => frame(0, Buffer.alloc(2_000, 97), { fin: false })),
  ]),
  continuation: frames(() => frame(0, Buffer.from('x'))),
  flood: frames(() => Array.from({ length: 400 }, () => text('{"type":"ping"}'))),
  badToken: async (target, index) =>
    status(await speak(target, upgrade(`/ws/notifications/?token=${'e'.repeat(index % 3_000)}`), 1_500)),
};

function upgrade(path, extra = '') {
  return `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n${extra}\r\n`;
}

const raw = (make) => async (target, index) => status(await speak(target, make(index)));
const posted = (body, type = 'application/json') =>
  raw(
    () =>
      `POST /api/auth/login HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );

/** Input that is sent instead of a request or a handshake. */
export const REQUESTS = {
  garbage: raw(() => Buffer.concat([randomBytes(500), Buffer.from('\r\n\r\n')])),
  noHttp: raw(() => 'HELLO\r\n\r\n'),
  hugeHeader: raw(() => `GET / HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(40_000)}\r\n\r\n`),
  doubleLength: raw(
    () => 'POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello',
  ),
  smuggled: raw(
    () =>
      'POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  ),
  badPath: raw(() => 'GET /api/orders/%00%ff/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'),
  climbing: raw(() => 'GET /../../../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'),
  otherUpgrade: raw(() => 'GET /ws/notifications/ HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n'),
  noKey: raw(() => 'GET /ws/notifications/ HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'),
  unknownPath: raw((index) => upgrade(`/ws/${index}`)),
  badOrigin: raw(() => upgrade('/ws/notifications/', 'Origin: https://evil.example\r\n')),
  badPercent: raw(() => upgrade('/ws/orders/%E0%A4%A/')),
  noJson: posted('{"email":'),
  deepJson: posted(deep),
  notAnObject: posted('[1,2,3]'),
  objectForText: posted('{"email":{"a":1},"password":["x"]}'),
  hugeBody: posted(JSON.stringify({ email: 'x'.repeat(300_000) })),
  otherType: posted('a=b', 'application/x-www-form-urlencoded'),
  wrongMethod: raw(() => 'DELETE /api/auth/login HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'),
};
