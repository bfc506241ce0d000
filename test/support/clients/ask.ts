import type { Person } from '../people.js';
import { rest } from './rest.js';
import type { RestAnswer } from './rest.js';
import type { Stack } from '../stack.js';

/** The members of `application/problem+json` that specs read. */
export interface Problem {
  readonly status: number;
  readonly errors?: { readonly pointer: string }[];
}

/** The members of a page of a list that specs read. */
export interface Page<T> {
  readonly results: T[];
  readonly next_cursor: string | null;
}

/** Sends one request of a user. Any status is an answer. */
export type Ask = <T = unknown>(
  line: string,
  person: Person,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
) => Promise<RestAnswer<T>>;

/** Sends the request to the current stack of the spec. */
export function askOf(stack: () => Stack): Ask {
  return (line, person, body, headers) => rest(stack().url, line, { token: person.accessToken, body, headers });
}

/** Sends the same request for several people, one after the other. Returns their answers. */
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
