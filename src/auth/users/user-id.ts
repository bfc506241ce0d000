/** 1 to 255 characters, none of them a control character, whitespace or an unpaired surrogate. */
const USER_ID = /^[^\s\p{Cc}\p{Z}\p{Cs}]{1,255}$/u;

/** Whether the text can be the id of a user, ours or an outside issuer's (`auth0|64b7`, `f:9c2:jane@example.com`). */
export function isUserId(value: unknown): value is string {
  return typeof value === 'string' && USER_ID.test(value);
}
