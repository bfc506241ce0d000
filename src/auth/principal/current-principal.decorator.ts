import { createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import type { AuthenticatedRequest } from './authenticated-request.js';
import type { Principal } from './principal.js';
import { unauthenticated } from './unauthenticated.js';

/** The signed-in principal of an HTTP request. Throws unauthenticated on a `@Public()` route, so do not use it there. */
export const CurrentPrincipal = createParamDecorator((_data: unknown, context: ExecutionContext): Principal => {
  const { user } = context.switchToHttp().getRequest<AuthenticatedRequest>();
  if (!user) throw unauthenticated('This requires a signed-in user.');
  return user;
});
