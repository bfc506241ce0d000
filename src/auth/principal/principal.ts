export const ROLES = ['customer', 'partner', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Who is on the other end, the same for HTTP and WebSocket. Built by `TokenAuthenticator`, never by hand. */
export interface Principal {
  readonly userId: string;
  readonly email: string | null;
  readonly name: string;
  readonly role: Role;
  /** BCP 47; null: the user has chosen none. */
  readonly language: string | null;
  /** Our own session, or null for a token of an outside issuer. */
  readonly sessionId: string | null;
  /** When the token ends, in milliseconds since 1970. */
  readonly expiresAt: number;
}
