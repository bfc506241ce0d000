import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { rest } from '../support/clients/rest.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';

interface Schema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
  readonly example?: unknown;
  readonly nullable?: boolean;
}

interface Operation {
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

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

function resolved(schema: Schema): Schema {
  return schema.$ref === undefined ? schema : (document.components.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {});
}

/** A body as in the document, with the required members. */
function exampleOf(given: Schema): unknown {
  const { example, enum: values, items, properties, required = [] } = resolved(given);
  if (example !== undefined) return example;
  if (values) return values[0];
  if (items) return [exampleOf(items)];
  return Object.fromEntries(
    Object.entries(properties ?? {})
      .filter(([name]) => required.includes(name))
      .map(([name, schema]) => [name, exampleOf(schema)]),
  );
}

interface Body {
  readonly line: string;
  readonly example: object;
  readonly optional: readonly string[];
}

function bodies(): Body[] {
  return Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, { requestBody }]) => {
      const schema = requestBody?.content['application/json']?.schema;
      if (!schema) return [];
      const { properties = {}, required = [] } = resolved(schema);
      const optional = Object.keys(properties).filter((name) => !required.includes(name));
      const line = `${method.toUpperCase()} ${path.replaceAll(/\{\w+\}/g, NO_ID)}`;
      return [{ line, example: exampleOf(schema) as object, optional }];
    }),
  );
}

it('null for any optional member causes no server error', async () => {
  const answers: [string, number][] = [];
  for (const { line, example, optional } of bodies()) {
    for (const name of optional) {
      for (const token of tokens) {
        const { status } = await rest(stack.url, line, { token, body: { ...example, [name]: null } });
        answers.push([`${line} ${name}`, status]);
      }
    }
  }
  expect(answers.filter(([, status]) => status >= 500)).toEqual([]);
  expect(answers.filter(([, status]) => status < 300).length).toBeGreaterThan(20);
});
