/** 1 to 255 characters without control characters, whitespace and unpaired surrogates. */
const USER_ID = /^[^\s\p{Cc}\p{Z}\p{Cs}]{1,255}$/u;

/** Whether the text is a possible user id, of this service or of an outside issuer (`auth0|64b7`, `f:9c2:jane@example.com`). */
export function isUserId(value: unknown): value is string {
  return typeof value === 'string' && USER_ID.test(value);
}
