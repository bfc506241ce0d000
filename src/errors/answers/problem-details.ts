import { STATUS_CODES } from 'node:http';
import type { FieldError, ServiceError } from '../error/service-error.js';

export const PROBLEM_JSON = 'application/problem+json';

/** The body of every error response (RFC 9457). */
export interface ProblemDetails {
  /** `urn:tidings:error:` and an error code, for clients to branch on. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** The invalid fields, if any. */
  readonly errors?: readonly FieldError[];
}

export function problemDetails(error: ServiceError): ProblemDetails {
  const { status, title } = error.row;
  const problem = { type: `urn:tidings:error:${error.code}`, title, status, detail: error.detail };
  return error.errors.length === 0 ? problem : { ...problem, errors: error.errors };
}

/** As JSON, for requests that are rejected before the filters can handle them. */
export function plainProblem(status: number, detail: string): string {
  return JSON.stringify({ type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail });
}

/** The headers of an error response. */
export function problemHeaders(error: ServiceError): Record<string, string> {
  const headers: Record<string, string> = { 'Content-Type': PROBLEM_JSON };
  const { status } = error.row;
  if (status === 401) headers['WWW-Authenticate'] = 'Bearer';
  const wait = error.retryAfterSeconds ?? (status === 429 || status === 503 ? 1 : undefined);
  if (wait !== undefined) headers['Retry-After'] = String(Math.max(1, Math.ceil(wait)));
  return { ...headers, ...error.headers };
}
