import { Catch, HttpException, Logger } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';
import { allowedMethods, pathOf } from './allowed-methods.js';
import { errorPage, PAGE_HEADERS, wantsPage } from './error-page.js';
import { loggable } from '../error/loggable.js';
import { problemDetails, problemHeaders } from './problem-details.js';
import { ServiceError } from '../error/service-error.js';
import { toServiceError } from '../error/to-service-error.js';

const NOT_FOUND = 404;

/** The global HTTP filter. Sends every error as `application/problem+json`, including errors of express and its parsers. */
@Catch()
export class ProblemDetailsFilter implements ExceptionFilter {
  private readonly logger = new Logger('HTTP');

  catch(exception: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<Request>();
    const response = http.getResponse<Response>();
    const error = this.wrongMethod(exception, request) ?? toServiceError(exception);
    this.log(error, exception, request);
    if (response.headersSent) {
      // The status has already been sent. Close the connection, so that the client notices the incomplete response.
      response.destroy();
      return;
    }
    // For metrics: the error code says more than the status.
    response.locals.errorCode = error.code;
    const headers = problemHeaders(error);
    if (this.wantsPage(request))
      response.writeHead(error.row.status, { ...headers, ...PAGE_HEADERS }).end(errorPage(error));
    else response.writeHead(error.row.status, headers).end(JSON.stringify(problemDetails(error)));
  }

  protected wantsPage(request: Request): boolean {
    return wantsPage(request);
  }

  /** Nest throws its own 404 if no route matches. For missing resources, the service throws ServiceErrors. */
  private wrongMethod(exception: unknown, request: Request): ServiceError | null {
    if (!(exception instanceof HttpException) || exception.getStatus() !== NOT_FOUND) return null;
    const methods = allowedMethods(request);
    if (methods.length === 0) return new ServiceError('not_found', `No resource at ${pathOf(request)}.`);
    const headers = { Allow: methods.join(', ') };
    return new ServiceError('method_not_allowed', `${pathOf(request)} supports ${headers.Allow}.`, { headers });
  }

  private log(error: ServiceError, exception: unknown, request: Request): void {
    const line = `${request.method} ${pathOf(request)}`;
    const cause = loggable(error.cause ?? exception);
    if (error.code === 'internal') this.logger.error(line, cause);
    if (error.code === 'unavailable' && error.cause !== undefined) this.logger.warn(`${line}: ${String(cause)}`);
  }
}
