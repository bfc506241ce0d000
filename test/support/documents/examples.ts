import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';

const FILE = join(import.meta.dirname, '../../docs/examples.json');

/** Messages that clients received in a test, by the key of its message, its close code, or its error code. The pages of docs show it. */
export interface Examples {
  readonly messages: Readonly<Record<string, unknown>>;
  readonly closes: Readonly<Record<string, unknown>>;
  readonly problems: Readonly<Record<string, unknown>>;
}

/**
 * Expects that what a test received has the members of the examples that docs/messages.md and docs/errors.md show. With
 * RECORD_EXAMPLES=1 it becomes the new examples instead; run `npm run generate` after that.
 */
export function expectExamples(received: Examples): void {
  if (process.env.RECORD_EXAMPLES === '1') writeFileSync(FILE, `${JSON.stringify(sorted(received), null, 2)}\n`);
  const examples = JSON.parse(readFileSync(FILE, 'utf8')) as Examples;
  expect(shapeOf(received)).toEqual(shapeOf(examples));
}

/** The value with the names of types in place of all texts and numbers, and the first element alone of each list. */
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
