import type { OpenAPIObject } from '@nestjs/swagger';
import { PROBLEM_JSON } from './problem-details.js';

const TEXT = { type: 'string' } as const;

const PROBLEM = {
  type: 'object',
  description: 'RFC 9457. `type` is `urn:tidings:error:` and a code that clients can branch on.',
  required: ['type', 'title', 'status', 'detail'],
  properties: {
    type: { ...TEXT, example: 'urn:tidings:error:invalid_message' },
    title: { ...TEXT, example: 'Invalid request' },
    status: { type: 'integer', minimum: 400, maximum: 599, example: 400 },
    detail: { ...TEXT, example: '#/title must be a string' },
    errors: {
      type: 'array',
      description: 'The invalid fields, if any',
      items: {
        type: 'object',
        required: ['pointer', 'detail'],
        properties: {
          pointer: { ...TEXT, description: 'JSON pointer as a URI fragment (RFC 6901)', example: '#/title' },
          detail: { ...TEXT, example: 'must be a string' },
        },
      },
    },
  },
} as const;

/** Documents in OpenAPI that every operation answers errors with a problem. */
export function documentProblems(document: OpenAPIObject): OpenAPIObject {
  const { components = {} } = document;
  document.components = { ...components, schemas: { ...components.schemas, Problem: PROBLEM as never } };
  const content = { [PROBLEM_JSON]: { schema: { $ref: '#/components/schemas/Problem' } } };
  for (const { get, post, put, patch, delete: remove } of Object.values(document.paths)) {
    for (const operation of [get, post, put, patch, remove]) {
      if (operation) operation.responses.default ??= { description: 'Every error', content };
    }
  }
  return document;
}
