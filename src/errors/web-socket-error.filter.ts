import { Catch } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { loggable } from './loggable.js';
import { toServiceError } from './to-service-error.js';

/** A socket that can be told of an error: the engine's Connection. */
interface Failing {
  fail(error: unknown): void;
}

/** Global filters don't reach gateways: each carries `@UseFilters(WebSocketErrorFilter)`. The answer is an `error` frame. */
@Catch()
export class WebSocketErrorFilter implements ExceptionFilter {
  catch(exception: unknown, host: ArgumentsHost): void {
    const error = toServiceError(exception);
    // What nobody foresaw goes on as it is: the connection logs it and tells the client nothing.
    host
      .switchToWs()
      .getClient<Failing>()
      .fail(error.code === 'internal' ? loggable(exception) : error);
  }
}
