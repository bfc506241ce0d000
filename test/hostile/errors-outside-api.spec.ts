import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { rest } from '../support/clients/rest.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

describe('errors outside /api', () => {
  it.each([
    ['GET /nothing', 404, undefined],
    ['GET /ws/health/', 404, undefined],
    ['POST /nothing', 404, {}],
    ['POST /', 404, '{"broken'],
    ['POST /health/live', 405, {}],
    ['DELETE /metrics', 405, undefined],
    ['GET /%', 404, undefined],
    ['GET /%ff', 404, undefined],
    ['GET /..%2f..%2fetc%2fpasswd', 404, undefined],
    ['GET /api', 404, undefined],
    ['GET /apiary', 404, undefined],
  ])('are problem documents: %s, %i', async (line, status, body) => {
    const answer = await rest(stack.url, line, { body });
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect([line, answer.status]).toEqual([line, status]);
    expect(answer.body).toMatchObject({ status: answer.status, title: expect.any(String) });
  });

  it('are pages if a browser asks for one, without HTML from the address', async () => {
    const accept = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
    const page = await rest<string>(stack.url, 'GET /nothing<script>', { headers: { accept } });
    expect([page.status, page.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
    expect(page.body).toContain('<h1>Not found</h1>');
    expect(page.body).not.toContain('<script>');
    const api = await rest(stack.url, 'GET /api/nothing', { headers: { accept } });
    expect([api.status, api.headers.get('content-type')]).toEqual([404, 'application/problem+json']);
  });
});
