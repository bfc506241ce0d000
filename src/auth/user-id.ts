const USER_ID = /^[A-Za-z0-9_.-]{1,64}$/;

/** Can this be the id of a user, ours or an outside issuer's? Also what may stand in the name of a group. */
export function isUserId(value: unknown): value is string {
  return typeof value === 'string' && USER_ID.test(value);
}
