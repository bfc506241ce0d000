/** What an API key may do. A scope permits exactly the routes that declare it with `@ApiKeyScope`; none includes another. */
export const SCOPES = [
  'notifications:send',
  'notifications:read',
  'orders:write',
  'orders:read',
  'users:write',
  'users:read',
  'audit:read',
] as const;
export type Scope = (typeof SCOPES)[number];
