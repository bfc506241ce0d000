import { Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ServiceError } from '../../errors/error/service-error.js';
import type { ApiKeyActor } from './actor.js';
import { API_KEY_SCOPE } from './api-key-scope.decorator.js';
import type { AuthenticatedRequest } from './authenticated-request.js';
import { noApiKeys } from './no-api-keys.js';
import type { Principal, Role } from './principal.js';
import { ROLES_ALLOWED } from './roles.decorator.js';
import type { Scope } from './scopes.js';
import { unauthenticated } from './unauthenticated.js';

/**
 * Global, after `JwtAuthGuard`. Checks the role of a user (`@Roles`) or the scope of an API key (`@ApiKeyScope`). A route without a
 * scope rejects API keys. Ignores sockets: `open` of each gateway checks their access.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    if (context.getType() !== 'http') return true;
    const { user: actor } = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const places = [context.getHandler(), context.getClass()];
    if (actor?.kind === 'api_key') {
      requireScope(actor, this.reflector.getAllAndOverride<Scope | undefined>(API_KEY_SCOPE, places));
    } else {
      requireRole(actor, this.reflector.getAllAndOverride<readonly Role[] | undefined>(ROLES_ALLOWED, places));
    }
    return true;
  }
}

function requireScope({ scopes }: ApiKeyActor, scope: Scope | undefined): void {
  if (scope === undefined) throw noApiKeys();
  if (!scopes.includes(scope)) throw new ServiceError('forbidden', `This API key does not have the scope ${scope}.`);
}

function requireRole(principal: Principal | undefined, roles: readonly Role[] | undefined): void {
  if (!roles) return;
  if (!principal) throw unauthenticated('This requires a signed-in user.');
  if (!roles.includes(principal.role))
    throw new ServiceError('forbidden', `This endpoint requires the role ${roles.join(' or ')}.`);
}
