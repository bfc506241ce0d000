import type { JWTPayload } from 'jose';

/** The claims of a token whose signature and times have been verified. */
export interface VerifiedClaims extends JWTPayload {
  readonly exp: number;
}

/** The claims of this service's tokens. Tokens that others (Django simplejwt) sign with the same JWT_SECRET have no `sid`. */
export interface OwnClaims extends VerifiedClaims {
  readonly sub: string;
  /** Null in a WebSocket token that was issued for an outside issuer's token. */
  readonly sid: string | null;
  /** `access` or `websocket`; any other value is another kind of token. */
  readonly token_type: string;
}

/** Permitted clock difference in seconds. */
export const CLOCK_TOLERANCE = 5;
