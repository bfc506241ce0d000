/** Of all demo accounts. It is published, so it is refused as anybody's own password. */
export const DEMO_PASSWORD = 'tidings-demo';

/** The demo accounts. */
export const DEMO_EMAILS = ['admin@example.com', 'customer@example.com', 'partner@example.com'] as const;
