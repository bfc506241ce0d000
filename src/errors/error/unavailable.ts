/** Node's error codes for failed connections, and SQLSTATEs for temporary failures: connection lost, shutting down, deadlock, lock. */
const CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  '57P01',
  '57P02',
  '57P03',
  '40001',
  '40P01',
  '55P03',
]);
/** SQLSTATE classes: connection exception, insufficient resources (disk full, too many connections). */
const CLASSES = /^(08|53)[0-9A-Z]{3}$/;
/** Errors of pg without a code. */
const PG_MESSAGES = [
  'timeout exceeded when trying to connect',
  'Connection terminated',
  'Client has encountered a connection error',
  'Client was closed',
  'Query read timeout',
  'Cannot use a pool after calling end on the pool',
];

/** Whether the error means that the database or another server is unavailable, not that this service has a bug. Checks all causes. */
export function isUnavailable(error: unknown): boolean {
  let cause = error;
  for (let depth = 0; depth < 10 && isErrorLike(cause); depth++, cause = cause.cause) {
    const { code, message } = cause;
    if (typeof code === 'string' && (CODES.has(code) || CLASSES.test(code))) return true;
    if (PG_MESSAGES.some((start) => message.startsWith(start))) return true;
  }
  return false;
}

/** Not `instanceof Error`, because under jest, Node's own errors come from another realm. */
function isErrorLike(value: unknown): value is NodeJS.ErrnoException {
  return typeof value === 'object' && value !== null && 'message' in value && typeof value.message === 'string';
}
