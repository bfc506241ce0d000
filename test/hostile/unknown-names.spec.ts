import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { rest } from '../support/clients/rest.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';

interface Schema {
  readonly $ref?: string;
  readonly additionalProperties?: unknown;
}

interface Operation {
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

interface Problem {
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
}

/** Links in e-mails and health probes accept any query. */
const OPEN = /^\/(health|metrics)|\/unsubscribe\/|\/(confirm-email|password-reset)\/link\//;
const NO_ID = '00000000-0000-7000-8000-000000000000';

let stack: Stack;
let document: Document;
let tokens: string[];

beforeAll(async () => {
  stack = await startStack();
  document = (await rest<Document>(stack.url, 'GET /api/openapi.json')).body;
  const people = [await stack.people.customer(), await stack.people.partner(), await stack.people.admin()];
  tokens = people.map(({ accessToken }) => accessToken);
});
afterAll(() => stack.stop());

function operations(): { line: string; operation: Operation }[] {
  return Object.entries(document.paths)
    .filter(([path]) => !OPEN.test(path))
    .flatMap(([path, byMethod]) =>
      Object.entries(byMethod).map(([method, operation]) => ({
        line: `${method.toUpperCase()} ${path.replaceAll(/\{\w+\}/g, NO_ID)}`,
        operation,
      })),
    );
}

/** The first pointer of the answer, for a person who may use the route. */
async function pointerOf(line: string, body?: object): Promise<string | undefined> {
  for (const token of tokens) {
    const answer = await rest<Problem>(stack.url, line, { token, ...(body && { body }) });
    if (answer.status === 400) return answer.body.errors?.[0]?.pointer;
  }
  return undefined;
}

describe('every documented route', () => {
  it('rejects an unknown query parameter', async () => {
    const taken: string[] = [];
    for (const { line } of operations()) {
      if ((await pointerOf(`${line}?nonsense=1`)) !== '#/nonsense') taken.push(line);
    }
    expect(taken).toEqual([]);
  });

  it('rejects an unknown member of its body', async () => {
    const taken: string[] = [];
    for (const { line } of operations().filter((one) => !one.line.startsWith('GET '))) {
      if ((await pointerOf(line, { nonsense: 1 })) !== '#/nonsense') taken.push(line);
    }
    expect(taken).toEqual([]);
  });

  it('documents that its body has no other members', () => {
    const bodies = operations().flatMap(({ line, operation }) =>
      Object.values(operation.requestBody?.content ?? {}).map(({ schema }) => ({ line, schema })),
    );
    expect(bodies.length).toBeGreaterThan(5);
    for (const { schema } of bodies) {
      const name = schema.$ref?.split('/').at(-1) ?? '';
      expect([name, document.components.schemas[name]?.additionalProperties]).toEqual([name, false]);
    }
    expect(document.components.schemas.OrderItemDto?.additionalProperties).toBe(false);
    expect(document.components.schemas.QuietHoursDto?.additionalProperties).toBe(false);
  });
});

describe('a misspelled name', () => {
  it.each([
    ['POST /api/notifications/', { sendAt: 'now' }, '#/sendAt', 'send_at'],
    ['PUT /api/notifications/preferences/', { digests: 'daily' }, '#/digests', 'digest'],
    ['POST /api/orders/', { items: [{ qty: 1, unitPrice: 2 }] }, '#/items/0/unitPrice', 'unit_price'],
  ])('of %s is rejected with the name that was meant', async (line, body, pointer, meant) => {
    const answers = await Promise.all(tokens.map((token) => rest<Problem>(stack.url, line, { token, body })));
    const errors = answers.flatMap((answer) => answer.body.errors ?? []);
    expect(errors).toContainEqual({ pointer, detail: `is unknown; did you mean ${meant}?` });
  });

  it('is rejected in the query of a list', async () => {
    const answer = await rest<Problem>(stack.url, 'GET /api/devices/?status=pending', { token: tokens[0] ?? '' });
    expect(answer).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '#/status', detail: 'is unknown; known: limit, cursor' }] },
    });
  });
});
