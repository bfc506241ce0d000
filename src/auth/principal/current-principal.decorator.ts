import { createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import type { AuthenticatedRequest } from './authenticated-request.js';
import type { Principal } from './principal.js';
import { unauthenticated } from './unauthenticated.js';

/** The signed-in principal of an HTTP request. Not for `@Public()` routes: there it answers 401. */
export const CurrentPrincipal = createParamDecorator((_data: unknown, context: ExecutionContext): Principal => {
  const { user } = context.switchToHttp().getRequest<AuthenticatedRequest>();
  if (!user) throw unauthenticated('This needs a signed-in user.');
  return user;
});
