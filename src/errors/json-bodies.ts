import { json, urlencoded } from 'express';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { allowedMethods, pathOf } from './allowed-methods.js';
import { ServiceError } from './service-error.js';

/** Levels of arrays and objects in a body. Code that walks a body is recursive; nobody means more than this. */
const DEEPEST = 64;

/** What other services call us back with is short. */
const FORM_LIMIT_BYTES = 64 * 1024;

/**
 * Reads JSON bodies of up to `limit` bytes, and on paths that one of `forms` matches HTML forms too: a form in a URL's encoding
 * into an object, the multipart kind not at all. Other bodies are 415, nested ones without end 400.
 */
export function jsonBodies(limit: number, forms: readonly RegExp[] = []): readonly RequestHandler[] {
  const isTakenForm = (request: Request): boolean =>
    isForm(request) && forms.some((path) => path.test(pathOf(request)));
  const readForm = urlencoded({ extended: false, limit: FORM_LIMIT_BYTES });
  return [
    (request, response, next) => {
      if (isTakenForm(request)) readForm(request, response, next);
      else refuseOtherBodies(request, response, next);
    },
    json({ limit, type: isJson }),
    refuseDeepBodies,
  ];
}

function isJson(request: { readonly headers: { readonly 'content-type'?: string } }): boolean {
  return /^application\/([\w.-]+\+)?json\s*(;|$)/i.test(request.headers['content-type'] ?? '');
}

function hasBody({ headers }: Request): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function isForm({ headers }: Request): boolean {
  return /^(application\/x-www-form-urlencoded|multipart\/form-data)\s*(;|$)/i.test(headers['content-type'] ?? '');
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
