import { rest } from './rest.js';
import type { RestAnswer } from './rest.js';

/** The CORS headers of an answer by name, without their common prefix. */
export function corsOf({ headers }: RestAnswer<unknown>): Record<string, string> {
  const prefix = 'access-control-';
  const found = [...headers].filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(found.map(([name, value]) => [name.slice(prefix.length), value]));
}

/** The preflight request that a browser sends before a request of a page of another origin. */
export function preflight(url: string, path: string, origin: string, method = 'POST'): Promise<RestAnswer<unknown>> {
  const headers = {
    origin,
    'access-control-request-method': method,
    'access-control-request-headers': 'authorization,content-type,idempotency-key',
  };
  return rest(url, `OPTIONS ${path}`, { headers });
}
