import { ExpressAdapter } from '@nestjs/platform-express';
import type { Express, Response } from 'express';
import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import type { OutgoingHttpHeader, OutgoingHttpHeaders, ServerOptions } from 'node:http';
import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises';
import { openAnswers } from '../errors/open-answers.js';
import { stringifyExact } from '../exact-json/exact-json.js';
import { serverDeadlines } from './http-deadlines.js';
import type { HttpDeadlines } from './http-deadlines.js';

/** A server that nobody has asked for so long is closed. */
const QUIET_MS = 250;
/** Counted from the start of the shutdown; longer than most load balancers take to see that readiness is 503. */
const LONGEST_LINGER_MS = 6_000;
/** Of the time to linger, the part in which everything is answered as usual. */
const USUAL_PART = 2 / 3;
const LOOK_MS = 25;
const FAST_TURN_MS = 1;
const MOST_TURNS = 1_000;
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Express on a server that creates requests and responses with Express's prototypes already set. Otherwise Express changes the
 * prototype of each, for which V8 makes hidden classes that live until the next full collection: twice the CPU time of a small request.
 *
 * From the start of a shutdown every answer ends its connection (`Connection: close`). The server goes on accepting until no
 * request has arrived for 250 ms, at most for 6 seconds: a load balancer that still sends requests here loses none. In the last
 * 2 seconds reading requests get 503 (`refuses`): a proxy without health checks, such as nginx, then asks another node.
 */
export class HttpAdapter extends ExpressAdapter {
  private readonly ending: Ending = { began: null, lastRequest: 0 };
  private readonly lingerMs: number;

  /** `drainTimeout` in seconds: at most half of it is spent on waiting for the last request. Absent: no bound of its own. */
  constructor(private readonly settings: HttpDeadlines & { readonly drainTimeout?: number }) {
    super();
    this.lingerMs = Math.min(LONGEST_LINGER_MS, (settings.drainTimeout ?? Infinity) * 500);
  }

  /** Whether a request with this method is to be answered 503. Only those that a proxy may send to another node. */
  refuses(method: string): boolean {
    const { began } = this.ending;
    return began !== null && Date.now() - began > this.lingerMs * USUAL_PART && SAFE_METHODS.has(method);
  }

  override initHttpServer(): void {
    const app = this.getInstance<Express>();
    this.httpServer = createServer({ ...serverOptions(app, this.ending), ...serverDeadlines(this.settings) }, app);
  }

  /** Without the prefix: Nest would leave paths outside `/api` to Express, which answers with HTML. */
  override setNotFoundHandler(...[handler]: Parameters<ExpressAdapter['setNotFoundHandler']>): void {
    super.setNotFoundHandler(handler);
  }

  /** As Express answers, and with all digits of the 64-bit integers that `JSON.stringify` refuses. */
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
    const isQuiet = (): boolean => Date.now() - this.ending.lastRequest >= QUIET_MS;
    let wasDelayed = false;
    while ((wasDelayed || !isQuiet()) && Date.now() - began < this.lingerMs) {
      const looked = Date.now();
      await wait(LOOK_MS);
      // Connections that the kernel has accepted and we have not are reset by closing: take them first.
      await nextTurn();
      // On a busy machine the process may have been paused: silence then proves nothing.
      wasDelayed = Date.now() - looked > 2 * LOOK_MS;
    }
    await fastTurn();
  }
}

/** Resolves after a turn of the event loop that took no time, as far as there is one: nothing waits to be accepted then. */
async function fastTurn(): Promise<void> {
  for (let turn = 0; turn < MOST_TURNS; turn += 1) {
    const began = performance.now();
    await nextTurn();
    if (performance.now() - began < FAST_TURN_MS) return;
  }
}

interface Ending {
  /** Milliseconds since 1970; null: not yet. */
  began: number | null;
  /** When a request last arrived after that. */
  lastRequest: number;
}

function serverOptions(app: Express, ending: Ending): ServerOptions {
  class ExpressRequest extends IncomingMessage {
    offersUpgrade = false;

    /**
     * Whether the connection leaves HTTP with this request; Node asks before anything else does. Only for WebSockets: clients that
     * offer HTTP/2 (`Upgrade: h2c`) with an ordinary request are answered. And not while earlier requests are being
     * answered: their answers would be sent in between the frames.
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
    // Node gives options too, which its types do not know.
    constructor(...given: [Request]) {
      super(...given);
      if (ending.began !== null) ending.lastRequest = Date.now();
    }

    /** Here and not in a middleware: requests that came before the shutdown are answered in it. */
    override writeHead(status: number, ...rest: HeadArguments): this {
      // Node drops the bytes that follow an offer to upgrade in the same packet: the next request could begin in their middle.
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
