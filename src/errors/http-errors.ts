import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import { trackAnswers } from './answers/open-answers.js';
import { plainProblem, PROBLEM_JSON } from './answers/problem-details.js';
import { ProblemDetailsFilter } from './answers/problem-details.filter.js';
import { ServiceError } from './error/service-error.js';
import { answerUnreadableRequests } from './answers/unreadable-requests.js';

const EXPECTATION_FAILED = 417;
const HOST = 'host';

/** Answers every error of an HTTP request with a problem (RFC 9457), also for data that is not HTTP. Call this before `init`. */
export function setUpHttpErrors(app: NestExpressApplication): void {
  app.useGlobalFilters(new ProblemDetailsFilter());
  app.use(requireHost);
  const server = app.getHttpServer();
  trackAnswers(server);
  answerUnreadableRequests(server);
  server.on('checkExpectation', (_request, response) => {
    response.writeHead(EXPECTATION_FAILED, { 'Content-Type': PROBLEM_JSON });
    response.end(plainProblem(EXPECTATION_FAILED, 'The only supported expectation is 100-continue.'));
  });
}

/** HTTP/1.1 requires exactly one Host header. Node's own check (`requireHostHeader`) would answer without a problem, and accepts several. */
function requireHost({ rawHeaders, httpVersion }: Request, _response: Response, next: NextFunction): void {
  const count = hostHeaders(rawHeaders);
  if (count === 1 || (count === 0 && httpVersion === '1.0')) next();
  else
    next(new ServiceError('invalid_message', `The request has ${count === 0 ? 'no' : 'more than one'} Host header.`));
}

/** `rawHeaders` contains names and values in turn. */
function hostHeaders(rawHeaders: readonly string[]): number {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (name.length === HOST.length && name.toLowerCase() === HOST) count += 1;
  }
  return count;
}
