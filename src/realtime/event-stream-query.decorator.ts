import { applyDecorators } from '@nestjs/common';
import { ApiQuery } from '@nestjs/swagger';
import { QueryNames } from '../input/route-input.js';

/** Declares the query parameters of a route that answers with `EventStreams`. */
export function EventStreamQuery(): MethodDecorator {
  return applyDecorators(
    QueryNames('token', 'since'),
    ApiQuery({ name: 'token', type: String, required: false, description: 'A token of realtime/token/' }),
    ApiQuery({ name: 'since', type: String, required: false, description: 'A position: the stream resumes after it' }),
  );
}
