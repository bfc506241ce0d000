/** An error of drizzle. Its message and stack contain the parameters, which may be e-mail addresses or password hashes. */
interface QueryError {
  readonly query: string;
  readonly stack?: string;
  readonly cause?: unknown;
}

/** The error in a form that may be logged. For a failed query: the statement and the database's message without the parameters. */
export function loggable(error: unknown): unknown {
  if (!isQueryError(error)) return error;
  const { query, cause, stack = '' } = error;
  const reason =
    typeof cause === 'object' && cause !== null && 'message' in cause ? String(cause.message) : 'no reason given';
  const safe = new Error(`${reason} (${query})`);
  const frames = stack.split('\n').filter((line) => /^ {4}at .*:\d+:\d+\)?$/.test(line));
  safe.stack = [`Error: ${safe.message}`, ...frames].join('\n');
  return safe;
}

function isQueryError(error: unknown): error is QueryError {
  return typeof error === 'object' && error !== null && 'params' in error && 'query' in error;
}
