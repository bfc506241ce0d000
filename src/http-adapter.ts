import { ExpressAdapter } from '@nestjs/platform-express';
import type { Express } from 'express';
import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import type { OutgoingHttpHeader, OutgoingHttpHeaders, ServerOptions } from 'node:http';
import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises';
import { serverDeadlines } from './http-deadlines.js';
import type { HttpDeadlines } from './http-deadlines.js';

/** A server that nobody has asked for so long is closed. */
const QUIET_MS = 250;
/** Counted from the start of the shutdown; longer than most load balancers take to see that readiness is 503. */
const LINGER_MS = 5_000;
const LOOK_MS = 25;

/**
 * Express on a server that creates requests and responses with Express's prototypes already set. Otherwise Express changes the
 * prototype of each, for which V8 makes hidden classes that live until the next full collection: twice the CPU time of a small request.
 *
 * From the start of a shutdown every answer ends its connection (`Connection: close`). The server goes on accepting until no
 * request has arrived for 250 ms, at most for 5 seconds: a load balancer that still sends requests here loses none.
 */
export class HttpAdapter extends ExpressAdapter {
  private readonly ending: Ending = { began: null, lastRequest: 0 };

  constructor(private readonly deadlines: HttpDeadlines) {
    super();
  }

  override initHttpServer(): void {
    const app = this.getInstance<Express>();
    this.httpServer = createServer({ ...serverOptions(app, this.ending), ...serverDeadlines(this.deadlines) }, app);
  }

  /** Without the prefix: Nest would leave paths outside `/api` to Express, which answers with HTML. */
  override setNotFoundHandler(...[handler]: Parameters<ExpressAdapter['setNotFoundHandler']>): void {
    super.setNotFoundHandler(handler);
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
    while (!isQuiet() && Date.now() - began < LINGER_MS) await wait(LOOK_MS);
    // Connections that the kernel has accepted and we have not are reset by closing: take them first.
    await nextTurn();
  }
}

interface Ending {
  /** Milliseconds since 1970; null: not yet. */
  began: number | null;
  /** When a request last arrived after that. */
  lastRequest: number;
}

function serverOptions(app: Express, ending: Ending): ServerOptions {
  class ExpressRequest extends IncomingMessage {}
  class ExpressResponse<Request extends IncomingMessage> extends ServerResponse<Request> {
    // Node gives options too, which its types do not know.
    constructor(...given: [Request]) {
      super(...given);
      if (ending.began !== null) ending.lastRequest = Date.now();
    }

    /** Here and not in a middleware: requests that came before the shutdown are answered in it. */
    override writeHead(status: number, ...rest: HeadArguments): this {
      if (ending.began !== null) this.shouldKeepAlive = false;
      return super.writeHead(status, ...(rest as []));
    }
  }
  Object.setPrototypeOf(ExpressRequest.prototype, app.request);
  Object.setPrototypeOf(ExpressResponse.prototype, app.response);
  app.request = ExpressRequest.prototype as typeof app.request;
  app.response = ExpressResponse.prototype as typeof app.response;
  return { IncomingMessage: ExpressRequest, ServerResponse: ExpressResponse };
}

type HeadArguments = [
  string?: string | OutgoingHttpHeaders | OutgoingHttpHeader[],
  headers?: OutgoingHttpHeaders | OutgoingHttpHeader[],
];
