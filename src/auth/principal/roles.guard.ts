import { Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ServiceError } from '../../errors/service-error.js';
import type { AuthenticatedRequest } from './authenticated-request.js';
import type { Role } from './principal.js';
import { ROLES_ALLOWED } from './roles.decorator.js';
import { unauthenticated } from './unauthenticated.js';

/** Global, after `JwtAuthGuard`. Ignores sockets: `open` of each gateway checks their access. */
@Injectable()
export class RolesGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    if (context.getType() !== 'http') return true;
    const places = [context.getHandler(), context.getClass()];
    const roles = this.reflector.getAllAndOverride<readonly Role[] | undefined>(ROLES_ALLOWED, places);
    if (!roles) return true;
    const { user } = context.switchToHttp().getRequest<AuthenticatedRequest>();
    if (!user) throw unauthenticated('This requires a signed-in user.');
    if (!roles.includes(user.role))
      throw new ServiceError('forbidden', `This endpoint requires the role ${roles.join(' or ')}.`);
    return true;
  }
}
