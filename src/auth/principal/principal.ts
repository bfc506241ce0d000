export const ROLES = ['customer', 'partner', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** The authenticated user behind a request or a socket. Only `TokenAuthenticator` creates principals. */
export interface Principal {
  /** Distinguishes users from API keys, see `Actor`. */
  readonly kind: 'user';
  readonly userId: string;
  readonly email: string | null;
  readonly name: string;
  readonly role: Role;
  /** BCP 47. Null if the user has not chosen a language. */
  readonly language: string | null;
  /** The id of this service's session. Null for a token of an outside issuer. */
  readonly sessionId: string | null;
  /** When the token expires, in milliseconds since 1970. */
  readonly expiresAt: number;
  /** `addressKey` of the REST request. Absent on sockets. */
  readonly address?: string;
}
