import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createApiKey } from '../support/clients/api-keys.js';
import { rest } from '../support/clients/rest.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';

describe('the rate of API keys', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack({ API_KEY_RATE: '2', ADDRESS_REQUEST_RATE: '3', TRUST_PROXY: 'true' });
  });
  afterAll(() => stack.stop());

  /** Sends requests until one is answered with 429; returns the statuses before it. */
  const untilLimited = async (token: string, address: string, most: number): Promise<number[]> => {
    const statuses: number[] = [];
    while (statuses.length < most) {
      const headers = { 'x-forwarded-for': address };
      const answer = await rest(stack.url, 'GET /api/notifications/batches/?limit=1', { token, headers });
      if (answer.status === 429) {
        expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
        break;
      }
      statuses.push(answer.status);
    }
    return statuses;
  };

  it('is limited for each key, and wrong keys count for their address', async () => {
    const admin = await stack.people.admin();
    const [one, other] = [
      await createApiKey(stack, admin, ['notifications:read']),
      await createApiKey(stack, admin, ['notifications:read']),
    ];
    // Windows of ten seconds may change in between, so up to twice the limit is accepted.
    const accepted = await untilLimited(one.key, '192.0.2.1', 41);
    expect(new Set(accepted)).toEqual(new Set([200]));
    expect(accepted.length).toBeGreaterThanOrEqual(20);
    expect(accepted.length).toBeLessThanOrEqual(40);
    expect((await untilLimited(other.key, '192.0.2.1', 1)).length).toBe(1);

    const guesses = await untilLimited(`${other.key.slice(0, -1)}_`, '192.0.2.2', 61);
    expect(new Set(guesses)).toEqual(new Set([401]));
    expect(guesses.length).toBeLessThanOrEqual(60);
    expect((await untilLimited(other.key, '192.0.2.2', 1)).length).toBe(1);
  });
});
