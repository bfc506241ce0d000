import { parseExact, stringifyExact } from '../../../src/exact-json/exact-json.js';
/** An answer of the REST API. Specs name the members of the body that they expect: `rest<{ count: number }>(...)`. */
export interface RestAnswer<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

export interface RestOptions {
  /** Sent as `Authorization: Bearer`. */
  readonly token?: string;
  /** Sent as JSON; a string is sent unchanged. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends one request: `rest(stack.url, 'POST /api/orders/', { token, body })`. Returns answers of any status; no status causes an error. */
export async function rest<T = unknown>(url: string, line: string, options: RestOptions = {}): Promise<RestAnswer<T>> {
  const [method = '', path = ''] = line.split(' ');
  const { token, body } = options;
  const headers: Record<string, string> = {
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...(body !== undefined && { 'content-type': 'application/json' }),
    ...options.headers,
  };
  const payload = body === undefined || typeof body === 'string' ? body : stringifyExact(body);
  const response = await fetch(new URL(path, url), {
    method,
    headers,
    ...(payload !== undefined && { body: payload }),
  });
  const text = await response.text();
  const isJson = /\bjson\b/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, headers: response.headers, body: (isJson ? parseExact(text) : text) as T };
}

/**
 * Like `rest`, for steps that are not the subject of the story: throws unless the request succeeds, and returns the
 * body.
 */
export async function must<T = unknown>(url: string, line: string, options: RestOptions = {}): Promise<T> {
  const answer = await rest<T>(url, line, options);
  if (answer.status >= 300) throw new Error(`${line} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}
