import { Injectable } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import type { Request } from 'express';
import { ServiceError } from '../../errors/error/service-error.js';
import { JwtStrategy } from './jwt.strategy.js';
import { Origins } from '../origin/origins.js';
import { PUBLIC } from '../principal/public.decorator.js';
import { bearerToken, cookieToken } from '../tokens/request-token.js';
import { RequestLimits } from '../limits/request-limits.js';
import { SIGNS_IN } from '../sign-in/signs-in.decorator.js';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Global: every HTTP route requires a token unless it is `@Public()`. Ignores sockets: their handshake has already been checked. */
@Injectable()
export class JwtAuthGuard extends AuthGuard() {
  constructor(
    strategy: JwtStrategy,
    private readonly reflector: Reflector,
    private readonly origins: Origins,
    private readonly limits: RequestLimits,
  ) {
    super({ defaultStrategy: strategy.name });
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const request = context.switchToHttp().getRequest<Request>();
    if (this.isMarked(SIGNS_IN, context)) this.refuseForeignLogin(request);
    if (this.isMarked(PUBLIC, context)) return true;
    this.refuseForgery(request);
    try {
      return (await super.canActivate(context)) as boolean;
    } catch (error) {
      if (!this.limits.isAnonymous(request)) this.limits.countAddress(request);
      throw error;
    }
  }

  private isMarked(mark: symbol, context: ExecutionContext): boolean {
    const places = [context.getHandler(), context.getClass()];
    return this.reflector.getAllAndOverride<boolean | undefined>(mark, places) === true;
  }

  /** Prevents cross-site request forgery (CSRF): a cookie alone does not authenticate a request that another site may have sent. */
  private refuseForgery({ headers, method }: Request): void {
    if (bearerToken(headers) !== null || cookieToken(headers) === null) return;
    if (headers.origin === undefined && SAFE_METHODS.has(method)) return;
    if (!this.origins.allowsCookie(headers)) {
      throw new ServiceError(
        'forbidden',
        'A cookie authenticates only requests with an Origin that ALLOWED_HOSTS allows; send an Authorization header instead.',
      );
    }
  }

  private refuseForeignLogin({ headers }: Request): void {
    if (this.origins.allowsAnonymous(headers)) return;
    throw new ServiceError('forbidden', 'ALLOWED_HOSTS does not allow pages of this origin to sign in here.');
  }
}
