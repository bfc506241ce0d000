import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { plainProblem, PROBLEM_JSON } from '../../errors/answers/problem-details.js';

/** Answers an upgrade request with an HTTP error as problem+json (RFC 9457), and ends the connection. */
export function rejectUpgrade(socket: Duplex, status: number, detail: string, retryAfterSeconds?: number): void {
  const body = plainProblem(status, detail);
  const headers = [
    `HTTP/1.1 ${String(status)} ${STATUS_CODES[status] ?? ''}`,
    'Connection: close',
    `Content-Type: ${PROBLEM_JSON}`,
    `Content-Length: ${String(Buffer.byteLength(body))}`,
    ...(retryAfterSeconds === undefined ? [] : [`Retry-After: ${String(retryAfterSeconds)}`]),
  ];
  socket.once('finish', () => socket.destroy());
  socket.end(`${headers.join('\r\n')}\r\n\r\n${body}`);
}
