import type { Outcome } from './delivery-provider.js';

/** Timeout of a request, in milliseconds. After a timeout, the next attempt sends the request again. */
const TIMEOUT_MS = 15_000;
/** Maximum number of bytes read from an answer. The required members are at its start. */
const MAX_ANSWER_BYTES = 64 * 1024;

type Failed = Extract<Outcome, { status: 'failed' }>;

/** A provider failed to send. Used inside this room only: `deliver` returns the outcome instead. */
export class ProviderFailure extends Error {
  constructor(readonly outcome: Failed) {
    super(outcome.error);
    this.name = 'ProviderFailure';
  }
}

/** A failure to retry, after `retryAfterMs` if the provider specified a delay. */
export function retryLater(error: string, retryAfterMs?: number): Failed {
  return { status: 'failed', error, retry: true, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

/** A failure that would occur again on another attempt. */
export function giveUp(error: string): Failed {
  return { status: 'failed', error, retry: false };
}

export interface ProviderAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** The first 64 KiB of the body. */
  readonly text: string;
}

export interface ProviderRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | URLSearchParams;
}

/**
 * Sends a POST request to a provider. Returns answers of any status. Throws ProviderFailure (retry) if there is no answer within
 * 15 seconds.
 */
export async function askProvider(url: string, { headers, body }: ProviderRequest): Promise<ProviderAnswer> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers,
      body,
      // Do not follow redirects: they could send the message and the credentials to a server that the operator has not
      // configured.
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return { status: response.status, headers: response.headers, text: await startOf(response) };
  } catch (error) {
    throw new ProviderFailure(retryLater(`no answer from ${new URL(url).host}: ${reasonOf(error)}`));
  }
}

/** The delay requested by Retry-After (seconds or a date), in milliseconds. Undefined without the header. */
export function retryAfterMs({ headers }: ProviderAnswer, now = Date.now()): number | undefined {
  const value = headers.get('retry-after')?.trim();
  if (value === undefined || value === '') return undefined;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** The JSON object of an answer; an empty object if the body is not a JSON object. */
export function jsonOf<T extends object>({ text }: ProviderAnswer): Partial<T> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

async function startOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
    size += chunk.byteLength;
    if (size >= MAX_ANSWER_BYTES) break;
  }
  return Buffer.concat(chunks).subarray(0, MAX_ANSWER_BYTES).toString('utf8');
}

/** The error of `fetch` is only "fetch failed". Its cause contains the reason. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as { message?: string; cause?: { code?: string; message?: string } };
  return cause?.code ?? cause?.message ?? message ?? String(error);
}
