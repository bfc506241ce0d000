import type { Outcome } from './delivery-provider.js';

/** Nobody's answer is worth waiting for longer; the next attempt asks again. */
const TIMEOUT_MS = 15_000;
/** Of an answer no more than this is read: what we look for stands at its start. */
const MAX_ANSWER_BYTES = 64 * 1024;

type Failed = Extract<Outcome, { status: 'failed' }>;

/** A provider did not do it. Inside the room it is thrown; `deliver` answers with its outcome. */
export class ProviderFailure extends Error {
  constructor(readonly outcome: Failed) {
    super(outcome.error);
    this.name = 'ProviderFailure';
  }
}

/** Worth another attempt, after `retryAfterMs` where the provider said so. */
export function retryLater(error: string, retryAfterMs?: number): Failed {
  return { status: 'failed', error, retry: true, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

/** Another attempt would end the same. */
export function giveUp(error: string): Failed {
  return { status: 'failed', error, retry: false };
}

export interface ProviderAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Its first 64 KiB. */
  readonly text: string;
}

export interface ProviderRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | URLSearchParams;
}

/** POSTs to a provider's server. Any status is an answer; throws ProviderFailure (retry) when none comes within 15 seconds. */
export async function askProvider(url: string, { headers, body }: ProviderRequest): Promise<ProviderAnswer> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers,
      body,
      // Followed, a redirect would carry the message, and our keys, to somebody the operator has not named.
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return { status: response.status, headers: response.headers, text: await startOf(response) };
  } catch (error) {
    throw new ProviderFailure(retryLater(`no answer from ${new URL(url).host}: ${reasonOf(error)}`));
  }
}

/** What Retry-After asks for, in milliseconds: seconds or a date. Undefined without one. */
export function retryAfterMs({ headers }: ProviderAnswer, now = Date.now()): number | undefined {
  const value = headers.get('retry-after')?.trim();
  if (value === undefined || value === '') return undefined;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** An answer's JSON; an empty object for what is none. */
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

/** fetch says "fetch failed" and hides why in the cause. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as { message?: string; cause?: { code?: string; message?: string } };
  return cause?.code ?? cause?.message ?? message ?? String(error);
}
