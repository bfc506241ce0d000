import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import type { Request } from 'express';
import passport from 'passport';
import { Strategy } from 'passport-jwt';
import { bearerToken, cookieToken } from '../tokens/request-token.js';
import { TokenAuthenticator } from '../tokens/token-authenticator.js';
import { unauthenticated } from '../principal/unauthenticated.js';

const notHere = (): never => {
  throw new Error('Tokens are verified by TokenAuthenticator.');
};

const tokenOf = ({ headers }: Request): string | null => bearerToken(headers) ?? cookieToken(headers);

/**
 * Extracts the token with passport-jwt and reports the result to passport. passport-jwt's own verifier is bypassed: it supports
 * neither EdDSA nor key sets, and `TokenAuthenticator` verifies tokens for HTTP and WebSocket alike.
 */
@Injectable()
export class JwtStrategy extends Strategy implements OnApplicationShutdown {
  constructor(private readonly tokens: TokenAuthenticator) {
    super({ jwtFromRequest: tokenOf, secretOrKeyProvider: notHere }, notHere);
    // passport's registry is global to the process, and one process may run several applications (tests with two nodes).
    this.name = `jwt-${randomUUID()}`;
    passport.use(this);
  }

  override authenticate(request: Request): void {
    const token = tokenOf(request);
    if (!token) {
      this.error(unauthenticated('A token is missing: send "Authorization: Bearer <access_token>".'));
      return;
    }
    this.tokens.authenticate(token, 'http').then(
      (principal) => {
        this.success(principal);
      },
      (error: unknown) => {
        this.error(error as Error);
      },
    );
  }

  /** Not in an earlier hook, because requests are authenticated until the HTTP server has closed. */
  onApplicationShutdown(): void {
    passport.unuse(this.name);
  }
}
