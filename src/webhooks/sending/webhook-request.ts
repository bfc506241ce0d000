import { request as httpRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { WebhookAddresses } from './webhook-addresses.js';

const TIMEOUT_MS = 15_000;

export interface WebhookPost {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The status of an answer, or why there was none. */
export type WebhookAnswer =
  | { readonly status: number; readonly retryAfterMs: number | null; readonly error: null }
  | { readonly status: null; readonly error: string };

/**
 * Sends a POST request. Does not follow redirects, and reads only the head of the answer. The answer must begin within 15 seconds.
 * `fetch` is not used, because it accepts no name resolution, and the addresses of a name must be checked for each connection.
 */
export function postWebhook(
  addresses: WebhookAddresses,
  { url: text, headers, body }: WebhookPost,
): Promise<WebhookAnswer> {
  const problem = addresses.problemOf(text);
  if (problem !== null) return Promise.resolve({ status: null, error: `the URL ${problem}` });
  const url = new URL(text);
  const open = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    // A new connection, because nobody has checked the address of one that is kept open.
    const options = { method: 'POST', headers, signal, lookup: addresses.lookupFor(url), agent: false } as const;
    const sent = open(url, options, (answer) => {
      resolve({ status: answer.statusCode ?? 0, retryAfterMs: retryAfterMs(answer), error: null });
      answer.destroy();
    });
    sent.on('error', (error: NodeJS.ErrnoException) => {
      const reason = signal.aborted ? `no answer within ${TIMEOUT_MS / 1_000} seconds` : (error.code ?? error.message);
      resolve({ status: null, error: error.name === 'PrivateAddress' ? error.message : reason });
    });
    // No other event follows if the endpoint switches to another protocol.
    sent.on('close', () => {
      resolve({ status: null, error: 'no answer' });
    });
    sent.end(body);
  });
}

/** Retry-After in seconds; a date is ignored. */
function retryAfterMs({ headers }: IncomingMessage): number | null {
  const value = headers['retry-after']?.trim() ?? '';
  return /^\d{1,9}$/.test(value) ? Number(value) * 1_000 : null;
}
