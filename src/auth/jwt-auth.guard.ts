import { Injectable } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import type { Request } from 'express';
import { ServiceError } from '../errors/service-error.js';
import { JwtStrategy } from './jwt.strategy.js';
import { PUBLIC } from './public.decorator.js';
import { isCookieOnly } from './request-token.js';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Global: every HTTP route wants a token unless it is `@Public()`. Sockets pass: their handshake has already been judged. */
@Injectable()
export class JwtAuthGuard extends AuthGuard() {
  constructor(
    strategy: JwtStrategy,
    private readonly reflector: Reflector,
  ) {
    super({ defaultStrategy: strategy.name });
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const places = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean | undefined>(PUBLIC, places)) return true;
    this.refuseForgery(context.switchToHttp().getRequest<Request>());
    return (await super.canActivate(context)) as boolean;
  }

  /** A form on another site makes the browser send our cookie along; `Sec-Fetch-Site` tells. */
  private refuseForgery(request: Request): void {
    if (SAFE_METHODS.has(request.method) || request.headers['sec-fetch-site'] !== 'cross-site') return;
    if (isCookieOnly(request)) {
      throw new ServiceError('forbidden', 'A request from another site needs an Authorization header, not a cookie.');
    }
  }
}
