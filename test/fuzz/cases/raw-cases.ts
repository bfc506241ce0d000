import fc from 'fast-check';
import type { RawCase } from './cases.js';

const LINES = [
  'GET / HTTP/1.1',
  'GET http://[/api/orders/ HTTP/1.1',
  'GET //api/orders HTTP/1.1',
  'POST /api/auth/login HTTP/1.1',
  'GET /api/notifications/stream/ HTTP/1.1',
  'GET /ws/health/ HTTP/1.1',
  'GET http://[/ws/health/ HTTP/1.1',
  'OPTIONS * HTTP/1.1',
  'CONNECT x:1 HTTP/1.1',
  'GET /api/asyncapi.json HTTP/1.1',
  'GET / HTTP/0.9',
  'PRI * HTTP/2.0',
  '\x16\x03\x01',
  'GET /\x7f HTTP/1.1',
  'GET /é HTTP/1.1',
];
const FIELDS = [
  'Host: x',
  'Host: [',
  'Host:',
  'Content-Length: 5',
  'Content-Length: -1',
  'Content-Length: 5\r\nContent-Length: 6',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: x',
  'Upgrade: websocket',
  'Upgrade: h2c',
  'Connection: Upgrade',
  'Connection: close',
  'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
  'Sec-WebSocket-Key: x',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Version: 99',
  'Sec-WebSocket-Protocol: bearer., ,tidings.v1',
  'Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=99',
  'Expect: 100-continue',
  'Content-Type: application/json',
  'X: \0',
  ': x',
  'Origin: http://[',
  'Cookie: access_token="',
];

/** Requests that an HTTP client would not send. */
export const rawCases: fc.Arbitrary<RawCase> = fc
  .record({
    line: fc.constantFrom(...LINES),
    fields: fc.subarray(FIELDS, { maxLength: 7 }),
    rest: fc.constantFrom('', '{}', '0\r\n\r\n', 'zz\r\n', '\x81\x85aaaabbbbb', '\x88\x80aaaa', '\xff\xff'),
  })
  .map(({ line, fields, rest }) => ({ kind: 'raw', text: `${[line, ...fields].join('\r\n')}\r\n\r\n${rest}` }));
