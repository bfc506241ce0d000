import { Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import type { FieldError } from '../errors/error/service-error.js';
import { LONGEST_NAME, inputProblems, MOST_ERRORS, unknownDetail } from './shape/input-problems.js';
import { pointerTo } from './shape/json-pointer.js';
import { readBody } from './request-body.js';
import { routeInput } from './route-input.js';
import { invalidInput } from './input-validation.pipe.js';

/**
 * The last global guard. Reads the body after the other guards have accepted the request, so that bodies of unauthorised clients
 * cost nothing. Rejects query parameters and body members that the route does not declare.
 */
@Injectable()
export class InputGuard implements CanActivate {
  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const request = context.switchToHttp().getRequest<Request>();
    const input = routeInput(context);
    if (input.queryNames) refuse(queryProblems(request.query, input.queryNames));
    const body = await readBody(request, input);
    if (input.body !== 'any') refuse(inputProblems(body, input.body, { refuseUnknown: true }));
    request.body = body;
    return true;
  }
}

function queryProblems(query: Request['query'], known: readonly string[]): FieldError[] {
  return Object.entries(query)
    .filter(([name, value]) => !known.includes(name) || typeof value !== 'string')
    .slice(0, MOST_ERRORS)
    .map(([name]) => ({
      pointer: pointerTo('#', name.slice(0, LONGEST_NAME)),
      detail: known.includes(name) ? 'must not be given more than once' : unknownDetail(name, known),
    }));
}

function refuse(errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalidInput(errors);
}
