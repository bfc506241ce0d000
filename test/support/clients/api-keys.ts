import type { Scope } from '../../../src/auth/principal/scopes.js';
import type { Person } from '../people.js';
import type { Stack } from '../stack.js';
import { must } from './rest.js';

export interface ApiKey {
  readonly id: string;
  readonly prefix: string;
  readonly name: string;
  /** The whole key, to be sent as the token. */
  readonly key: string;
}

/** Creates an API key with these scopes. `more`: further members of the request. */
export function createApiKey(
  { url }: Pick<Stack, 'url'>,
  { accessToken: token }: Person,
  scopes: readonly Scope[],
  more: Readonly<Record<string, unknown>> = {},
): Promise<ApiKey> {
  return must(url, 'POST /api/api-keys/', { token, body: { name: 'Web shop', scopes, ...more } });
}
