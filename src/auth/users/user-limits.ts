/** Maximum number of characters of an e-mail address (RFC 5321). */
export const MAX_EMAIL_LENGTH = 254;
/** Maximum number of characters of a user's name. */
export const MAX_USER_NAME_LENGTH = 100;
