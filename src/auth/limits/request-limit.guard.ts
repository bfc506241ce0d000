import { Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import type { Actor } from '../principal/actor.js';
import { RequestLimits } from './request-limits.js';

/** Global, after JwtAuthGuard. Counts a request for its user or API key. Counts a request with a token on a public route for its address. */
@Injectable()
export class RequestLimitGuard implements CanActivate {
  constructor(private readonly limits: RequestLimits) {}

  canActivate(context: ExecutionContext): boolean {
    if (context.getType() !== 'http') return true;
    const request = context.switchToHttp().getRequest<Request & { user?: Actor }>();
    if (request.user) this.limits.countActor(request.user);
    // Requests without a token were already counted before their body was read.
    else if (!this.limits.isAnonymous(request)) this.limits.countAddress(request);
    return true;
  }
}
