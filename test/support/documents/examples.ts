import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';

const FILE = join(import.meta.dirname, '../../docs/examples.json');

/**
 * Messages that clients received in a test, by the key of the message, its close code, or its error code. The pages in
 * docs show them.
 */
export interface Examples {
  readonly messages: Readonly<Record<string, unknown>>;
  readonly closes: Readonly<Record<string, unknown>>;
  readonly problems: Readonly<Record<string, unknown>>;
}

/**
 * Expects that the received messages have the members of the examples in docs/messages.md and docs/errors.md. With
 * RECORD_EXAMPLES=1, the received messages become the new examples; run `npm run generate` afterwards.
 */
export function expectExamples(received: Examples): void {
  if (process.env.RECORD_EXAMPLES === '1') writeFileSync(FILE, `${JSON.stringify(sorted(received), null, 2)}\n`);
  const examples = JSON.parse(readFileSync(FILE, 'utf8')) as Examples;
  expect(shapeOf(received)).toEqual(shapeOf(examples));
}

/** The value with type names in place of strings and numbers, and only the first element of each list. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf);
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, shapeOf(member)]));
}

function sorted(examples: Examples): Examples {
  const sort = (members: Readonly<Record<string, unknown>>): Record<string, unknown> =>
    Object.fromEntries(Object.entries(members).sort(([one], [other]) => (one < other ? -1 : 1)));
  return { messages: sort(examples.messages), closes: sort(examples.closes), problems: sort(examples.problems) };
}
