import { createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import type { Actor } from './actor.js';
import type { AuthenticatedRequest } from './authenticated-request.js';
import { noApiKeys } from './no-api-keys.js';
import type { Principal } from './principal.js';
import { unauthenticated } from './unauthenticated.js';

/**
 * The signed-in user of an HTTP request. Throws forbidden for an API key, and unauthenticated on a `@Public()` route, so do not use
 * it there.
 */
export const CurrentPrincipal = createParamDecorator((_data: unknown, context: ExecutionContext): Principal => {
  const actor = actorOf(context);
  if (actor.kind === 'api_key') throw noApiKeys();
  return actor;
});

/** The user or the API key that sent an HTTP request, for routes with `@ApiKeyScope`. Throws unauthenticated on a `@Public()` route. */
export const CurrentActor = createParamDecorator((_data: unknown, context: ExecutionContext): Actor =>
  actorOf(context),
);

function actorOf(context: ExecutionContext): Actor {
  const { user } = context.switchToHttp().getRequest<AuthenticatedRequest>();
  if (!user) throw unauthenticated('This requires a signed-in user.');
  return user;
}
