import { STATUS_CODES } from 'node:http';
import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { PROBLEM_JSON } from './problem-details.js';
import { ProblemDetailsFilter } from './problem-details.filter.js';

/** For the answer to be read: a connection that is destroyed while bytes arrive is reset, and the answer may be lost. */
const LINGER_MS = 500;

/** What Node's parser refuses before express sees a request. */
const CLIENT_ERRORS: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** Makes every error of an HTTP request a problem (RFC 9457), including what is no HTTP at all. Call it before `init`. */
export function setUpHttpErrors(app: NestExpressApplication): void {
  app.useGlobalFilters(new ProblemDetailsFilter());
  answerClientErrors(app.getHttpServer());
}

function answerClientErrors(server: Server): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const status = CLIENT_ERRORS[error.code ?? ''] ?? 400;
    const title = STATUS_CODES[status] ?? '';
    const body = JSON.stringify({ type: 'about:blank', title, status, detail: 'This is no HTTP request we can read.' });
    const head = `HTTP/1.1 ${status} ${title}\r\nContent-Type: ${PROBLEM_JSON}\r\nContent-Length: ${body.length}`;
    socket.end(`${head}\r\nConnection: close\r\n\r\n${body}`);
    // The server's half is closed; without this the client could keep its own half open for ever.
    setTimeout(() => socket.destroy(), LINGER_MS).unref();
  });
}
