import { Catch } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { loggable } from '../error/loggable.js';
import { toServiceError } from '../error/to-service-error.js';

/** The part of the engine's Connection that is used here. */
interface Failing {
  fail(error: unknown): void;
}

/** Add `@UseFilters(WebSocketErrorFilter)` to each gateway, because global filters do not apply to gateways. Sends an `error` frame. */
@Catch()
export class WebSocketErrorFilter implements ExceptionFilter {
  catch(exception: unknown, host: ArgumentsHost): void {
    const error = toServiceError(exception);
    // Unexpected errors are passed on unchanged: the connection logs them and does not show them to the client.
    host
      .switchToWs()
      .getClient<Failing>()
      .fail(error.code === 'internal' ? loggable(exception) : error);
  }
}
