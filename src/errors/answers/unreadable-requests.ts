import { once } from 'node:events';
import { STATUS_CODES } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { openAnswers } from './open-answers.js';
import { plainProblem, PROBLEM_JSON } from './problem-details.js';

/** Time for the client to read the response. Destroying a connection while data arrives resets it, and the response may be lost. */
const LINGER_MS = 500;

interface Refusal {
  readonly status: number;
  readonly detail: string;
}

/** Responses to errors of Node's HTTP parser, which occur before express gets a request, by error code. */
const REFUSALS: Readonly<Record<string, Refusal>> = {
  HPE_HEADER_OVERFLOW: { status: 431, detail: 'The header of the request is larger than 16 KiB.' },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: { status: 413, detail: 'The extensions of a chunk of the body are too large.' },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, detail: 'The request did not arrive in time.' },
};
const NO_HTTP: Refusal = { status: 400, detail: 'This is not an HTTP request that the service can read.' };

interface ParserError extends NodeJS.ErrnoException {
  /** The bytes that arrived last: a whole request, its end, or several requests. */
  readonly rawPacket?: Buffer;
}

/** Answers data that is not HTTP with a problem, after the responses to earlier requests of the same connection. */
export function answerUnreadableRequests(server: Server): void {
  const seen = new WeakSet<Duplex>();
  server.on('clientError', (error: ParserError, socket: Duplex) => {
    // The parser reports an error again for each further packet.
    if (seen.has(socket)) return;
    seen.add(socket);
    if (error.code === 'ECONNRESET') socket.destroy();
    else void answerInTurn(error, socket);
  });
}

async function answerInTurn(error: ParserError, socket: Duplex): Promise<void> {
  const answers = [...openAnswers(socket)];
  const last = answers.at(-1);
  // A request with a malformed body. It gets no other response, because its handler is waiting for the rest of the body.
  const own = last?.req.complete === false ? last : null;
  for (const earlier of answers) {
    if (earlier === own || socket.destroyed) continue;
    await Promise.race([once(earlier, 'close'), once(socket, 'close')]);
  }
  if (!socket.writable || own?.headersSent === true) socket.destroy();
  else refuse(socket, REFUSALS[error.code ?? ''] ?? NO_HTTP, mayHaveBody(error, own));
}

/** A response to HEAD has no body. The method is unknown if the request began in an earlier packet. */
function mayHaveBody({ code, rawPacket }: ParserError, own: ServerResponse | null): boolean {
  if (own) return own.req.method !== 'HEAD';
  if (code === 'HPE_INVALID_METHOD') return true;
  const text = rawPacket?.toString('latin1') ?? '';
  return /^\s*[A-Z-]+ /.test(text) && !text.includes('HEAD ');
}

function refuse(socket: Duplex, { status, detail }: Refusal, withBody: boolean): void {
  const body = plainProblem(status, detail);
  const head = [`HTTP/1.1 ${String(status)} ${STATUS_CODES[status] ?? ''}`, 'Connection: close'];
  if (withBody) head.push(`Content-Type: ${PROBLEM_JSON}`, `Content-Length: ${String(body.length)}`);
  socket.end(`${head.join('\r\n')}\r\n\r\n${withBody ? body : ''}`);
  // The server has closed its side. Without the timeout, the client could keep its own side open forever.
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}
