import { ExpressAdapter } from '@nestjs/platform-express';
import type { Express, Response } from 'express';
import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import type { OutgoingHttpHeader, OutgoingHttpHeaders, ServerOptions } from 'node:http';
import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises';
import { openAnswers } from '../errors/answers/open-answers.js';
import { stringifyExact } from '../exact-json/exact-json.js';
import { serverDeadlines } from './http-deadlines.js';
import type { HttpDeadlines } from './http-deadlines.js';

/** The server is closed when no request has arrived for this long. */
const QUIET_MS = 250;
/** Maximum, from the start of the shutdown. Most load balancers need less time to notice the readiness status 503. */
const LONGEST_LINGER_MS = 6_000;
/** The fraction of the linger time in which all requests are answered normally. */
const USUAL_PART = 2 / 3;
const POLL_MS = 25;
const FAST_TURN_MS = 1;
const MOST_TURNS = 1_000;
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Express on a server that creates requests and responses with Express's prototypes already set. Otherwise Express changes the
 * prototype of each object, and V8 creates hidden classes that are only freed by a full collection: twice the CPU time of a small
 * request.
 *
 * From the start of a shutdown, every response closes its connection (`Connection: close`). After the sockets are closed, the server
 * accepts requests until none has arrived for 250 ms, for at most 6 seconds from the start, so a load balancer that still sends
 * requests to this node loses none. In the last 2 seconds, read requests get 503 (`refuses`): a proxy without health checks, such as
 * nginx, then retries them on another node.
 */
export class HttpAdapter extends ExpressAdapter {
  private readonly ending: Ending = { began: null, lastRequest: 0 };
  private readonly lingerMs: number;

  /** `drainTimeout` in seconds: at most half of it is spent on waiting for the last request. Absent: no additional limit. */
  constructor(
    private readonly deadlines: HttpDeadlines,
    drainTimeout = Infinity,
  ) {
    super();
    this.lingerMs = Math.min(LONGEST_LINGER_MS, drainTimeout * 500);
  }

  /** Whether a request with this method gets 503. Only methods that a proxy may retry on another node. */
  refuses(method: string): boolean {
    const { began } = this.ending;
    return began !== null && Date.now() - began > this.lingerMs * USUAL_PART && SAFE_METHODS.has(method);
  }

  override initHttpServer(): void {
    const app = this.getInstance<Express>();
    this.httpServer = createServer({ ...serverOptions(app, this.ending), ...serverDeadlines(this.deadlines) }, app);
  }

  /** Drops the prefix. With it, Express would answer paths outside `/api`, with HTML instead of a problem. */
  override setNotFoundHandler(...[handler]: Parameters<ExpressAdapter['setNotFoundHandler']>): void {
    super.setNotFoundHandler(handler);
  }

  /**
   * Answers like Express, but also serialises 64-bit integers (bigint), which `JSON.stringify` rejects, with all
   * digits.
   */
  override reply(response: Response, body: unknown, statusCode?: number): unknown {
    try {
      return super.reply(response, body, statusCode) as unknown;
    } catch (error) {
      if (!(error instanceof TypeError) || response.headersSent) throw error;
      return response.type('json').send(stringifyExact(body));
    }
  }

  /** Called first in a shutdown, before any hook. */
  override beforeClose(): void {
    super.beforeClose();
    this.ending.began ??= Date.now();
  }

  override async close(): Promise<void> {
    await this.untilQuiet(this.ending.began ?? Date.now());
    await super.close();
  }

  private async untilQuiet(began: number): Promise<void> {
    // Clients whose sockets have just been closed are about to reconnect, so requests may follow although none has
    // arrived yet.
    const started = Date.now();
    const isQuiet = (): boolean => Date.now() - Math.max(started, this.ending.lastRequest) >= QUIET_MS;
    let wasDelayed = false;
    while ((wasDelayed || !isQuiet()) && Date.now() - began < this.lingerMs) {
      const looked = Date.now();
      await wait(POLL_MS);
      // Closing the server resets connections that the kernel has accepted but this process has not. Accept these first.
      await nextTurn();
      // On a busy machine the process may have been paused. Then a lack of requests proves nothing.
      wasDelayed = Date.now() - looked > 2 * POLL_MS;
    }
    await fastTurn();
  }
}

/**
 * Resolves after a turn of the event loop that took less than 1 ms: then no connection is waiting to be accepted. Stops after
 * MOST_TURNS.
 */
async function fastTurn(): Promise<void> {
  for (let turn = 0; turn < MOST_TURNS; turn += 1) {
    const began = performance.now();
    await nextTurn();
    if (performance.now() - began < FAST_TURN_MS) return;
  }
}

interface Ending {
  /** Milliseconds since 1970; null: the shutdown has not begun. */
  began: number | null;
  /** When the last request since then arrived. */
  lastRequest: number;
}

function serverOptions(app: Express, ending: Ending): ServerOptions {
  class ExpressRequest extends IncomingMessage {
    offersUpgrade = false;

    /**
     * Whether this request switches the connection to another protocol. Node reads this before any handler runs. Only WebSocket
     * handshakes switch; clients that offer HTTP/2 (`Upgrade: h2c`) in an ordinary request get an HTTP response. A handshake is not
     * accepted while earlier requests are being answered, because their responses would be sent between the frames.
     */
    get upgrade(): boolean {
      if (!this.offersUpgrade || this.method === 'CONNECT') return this.offersUpgrade;
      const isHandshake = this.method === 'GET' && this.headers.upgrade?.toLowerCase() === 'websocket';
      return isHandshake && openAnswers(this.socket).size === 0;
    }

    set upgrade(offers: boolean) {
      this.offersUpgrade = offers;
    }
  }
  class ExpressResponse<Request extends IncomingMessage & { offersUpgrade?: boolean }> extends ServerResponse<Request> {
    // Node also passes options, which its types do not declare.
    constructor(...given: [Request]) {
      super(...given);
      if (ending.began !== null) ending.lastRequest = Date.now();
    }

    /** Not in a middleware, because requests from before the shutdown are also answered during the shutdown. */
    override writeHead(status: number, ...rest: HeadArguments): this {
      // Node drops bytes that follow an upgrade offer in the same packet, so the next request might be incomplete.
      if (ending.began !== null || this.req.offersUpgrade === true) this.shouldKeepAlive = false;
      return super.writeHead(status, ...(rest as []));
    }
  }
  Object.setPrototypeOf(ExpressRequest.prototype, app.request);
  Object.setPrototypeOf(ExpressResponse.prototype, app.response);
  app.request = ExpressRequest.prototype as unknown as typeof app.request;
  app.response = ExpressResponse.prototype as typeof app.response;
  return { IncomingMessage: ExpressRequest, ServerResponse: ExpressResponse, requireHostHeader: false };
}

type HeadArguments = [
  string?: string | OutgoingHttpHeaders | OutgoingHttpHeader[],
  headers?: OutgoingHttpHeaders | OutgoingHttpHeader[],
];
