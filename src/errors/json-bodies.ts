import { json } from 'express';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { allowedMethods } from './allowed-methods.js';
import { ServiceError } from './service-error.js';

/** Levels of arrays and objects in a body. Code that walks a body is recursive; nobody means more than this. */
const DEEPEST = 64;

/** Reads JSON bodies of up to `limit` bytes; other bodies are 415, nested ones without end 400. In this order. */
export function jsonBodies(limit: number): readonly RequestHandler[] {
  return [refuseOtherBodies, json({ limit, type: isJson }), refuseDeepBodies];
}

function isJson(request: { readonly headers: { readonly 'content-type'?: string } }): boolean {
  return /^application\/([\w.-]+\+)?json\s*(;|$)/i.test(request.headers['content-type'] ?? '');
}

function hasBody({ headers }: Request): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function refuseOtherBodies(request: Request, _response: Response, next: NextFunction): void {
  // Where nothing takes the request anyway, 404 or 405 is the better answer.
  if (!hasBody(request) || isJson(request) || !allowedMethods(request).includes(request.method)) next();
  else next(new ServiceError('unsupported_media_type', 'The body must be application/json.'));
}

function refuseDeepBodies(request: Request, _response: Response, next: NextFunction): void {
  if (isWithin(request.body, DEEPEST)) next();
  else next(new ServiceError('invalid_message', `The body is nested deeper than ${DEEPEST} levels.`));
}

function isWithin(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((member) => isWithin(member, levels - 1));
}
