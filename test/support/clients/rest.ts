import { parseExact, stringifyExact } from '../../../src/exact-json/exact-json.js';
/** An answer of the REST interface; specs say what they expect the body to be: `rest<{ count: number }>(...)`. */
export interface RestAnswer<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

export interface RestOptions {
  /** Sent as `Authorization: Bearer`. */
  readonly token?: string;
  /** Sent as JSON; a string goes out as it is. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One request: `rest(stack.url, 'POST /api/orders/', { token, body })`. Any status is an answer; none throws. */
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

/** As `rest`, for steps that are not what the story is about: throws unless the answer is a success, gives its body. */
export async function must<T = unknown>(url: string, line: string, options: RestOptions = {}): Promise<T> {
  const answer = await rest<T>(url, line, options);
  if (answer.status >= 300) throw new Error(`${line} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}
