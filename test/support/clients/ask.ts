import type { Person } from '../people.js';
import { rest } from './rest.js';
import type { RestAnswer } from './rest.js';
import type { Stack } from '../stack.js';

/** What specs read of `application/problem+json`. */
export interface Problem {
  readonly status: number;
  readonly errors?: { readonly pointer: string }[];
}

/** What specs read of a page of a list. */
export interface Page<T> {
  readonly results: T[];
  readonly next_cursor: string | null;
}

/** One request of somebody; any status is an answer. */
export type Ask = <T = unknown>(
  line: string,
  person: Person,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
) => Promise<RestAnswer<T>>;

/** Asks the stack the spec has at the time. */
export function askOf(stack: () => Stack): Ask {
  return (line, person, body, headers) => rest(stack().url, line, { token: person.accessToken, body, headers });
}

/** The same request of several people, one after the other: what each is answered. */
export async function statusCodes(
  ask: Ask,
  line: string,
  people: readonly Person[],
  body?: unknown,
): Promise<number[]> {
  const codes: number[] = [];
  for (const person of people) codes.push((await ask(line, person, body)).status);
  return codes;
}
