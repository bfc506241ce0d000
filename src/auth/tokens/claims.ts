import type { JWTPayload } from 'jose';

/** The claims of a token whose signature and times have been verified. */
export interface VerifiedClaims extends JWTPayload {
  readonly exp: number;
}

/** What our own tokens say. `sid` marks them: tokens of others signed with the same JWT_SECRET (Django simplejwt) have none. */
export interface OwnClaims extends VerifiedClaims {
  readonly sub: string;
  /** Null in a WebSocket token that was given out for an outside issuer's token. */
  readonly sid: string | null;
  /** `access` or `websocket`; any other value is some other kind of token. */
  readonly token_type: string;
}

/** Seconds by which clocks may differ. */
export const CLOCK_TOLERANCE = 5;
