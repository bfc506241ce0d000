/** The password of all demo accounts. It is published, so it is rejected as the password of a new account. */
export const DEMO_PASSWORD = 'tidings-demo';

/** The demo accounts. */
export const DEMO_EMAILS = ['admin@example.com', 'customer@example.com', 'partner@example.com'] as const;
