import { createServer } from 'node:http';
import type { IncomingHttpHeaders, Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that an outside server received. */
export interface PeerRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface PeerAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; absent: no body. */
  readonly body?: unknown;
}

/** No answer: the connection breaks. */
export const HANG_UP = 'hang up';

export type Answer = PeerAnswer | typeof HANG_UP;
type Handler = (request: PeerRequest) => Promise<Answer> | Answer;

/** A request that violates the protocol. It is answered with 400 and remembered. */
export class Violation extends Error {}

export function insist(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Violation(what);
}

/** An outside HTTP server on a free port, with answers that a test can set, and a list of protocol violations. */
export class PeerServer {
  /** Protocol violations of requests. A story must end without violations. */
  readonly violations: string[] = [];
  private readonly planned: Answer[] = [];

  private constructor(private readonly server: Server) {}

  static async start(handle: Handler): Promise<PeerServer> {
    const server = createServer();
    const peer = new PeerServer(server);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method = '', url: path = '', headers } = request;
        void peer.answer({ method, path, headers, body: Buffer.concat(chunks) }, handle).then((answer) => {
          if (answer === HANG_UP) return request.socket.destroy();
          const body = answer.body === undefined ? '' : JSON.stringify(answer.body);
          response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers }).end(body);
          return undefined;
        });
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return peer;
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.server.address() as AddressInfo).port)}`;
  }

  /** Answers the next requests, even valid ones, with these answers, one after the other, and does not process them. */
  plan(...answers: Answer[]): void {
    this.planned.push(...answers);
  }

  /** Returns the answer that the test has set. The handler calls this after it has validated the request. */
  nextPlanned(): Answer | undefined {
    return this.planned.shift();
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private async answer(request: PeerRequest, handle: Handler): Promise<Answer> {
    try {
      return await handle(request);
    } catch (error) {
      this.violations.push(error instanceof Error ? error.message : String(error));
      return { status: 400, body: { message: String(error) } };
    }
  }
}
