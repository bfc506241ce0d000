/** What drizzle throws: message and stack hold the parameters, which may be anybody's e-mail address or password hash. */
interface QueryError {
  readonly query: string;
  readonly stack?: string;
  readonly cause?: unknown;
}

/** The error as it may go to a log: of a failed query the statement and what the database said, not the parameters. */
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
