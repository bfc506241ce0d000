import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import type { Request } from 'express';
import passport from 'passport';
import { ExtractJwt } from 'passport-jwt';
import { addressKey } from '../../client-address/address-key.js';
import type { Actor } from '../principal/actor.js';
import { unauthenticated } from '../principal/unauthenticated.js';
import { bearerToken, cookieToken } from '../tokens/request-token.js';
import { TokenAuthenticator } from '../tokens/token-authenticator.js';

const tokenOf = ExtractJwt.fromExtractors<Request>([
  ({ headers }) => bearerToken(headers),
  ({ headers }) => cookieToken(headers),
]);

/**
 * Authenticates requests by the token in their header or cookie. This strategy uses only the extractors of
 * passport-jwt, because the verifier of passport-jwt supports neither EdDSA nor key sets. `TokenAuthenticator` verifies
 * the tokens of HTTP and WebSocket.
 */
@Injectable()
export class JwtStrategy extends passport.Strategy implements OnApplicationShutdown {
  /** passport's registry is global to the process, and one process may run several applications (tests with two nodes). */
  override readonly name = `jwt-${randomUUID()}`;

  constructor(private readonly tokens: TokenAuthenticator) {
    super();
    passport.use(this);
  }

  override authenticate(request: Request): void {
    const token = tokenOf(request);
    if (!token) {
      this.error(unauthenticated('A token is missing: send "Authorization: Bearer <access_token>".'));
      return;
    }
    // API keys belong to programs, which have no cookies.
    const isFromHeader = bearerToken(request.headers) !== null;
    const actor: Promise<Actor> = isFromHeader
      ? this.tokens.authenticateRequest(token)
      : this.tokens.authenticate(token, 'http');
    actor.then(
      (found) => {
        this.success({ ...found, address: addressKey(request.ip ?? '') });
      },
      (error: unknown) => {
        this.error(error);
      },
    );
  }

  /** Not in an earlier hook, because requests are authenticated until the HTTP server has closed. */
  onApplicationShutdown(): void {
    passport.unuse(this.name);
  }
}
