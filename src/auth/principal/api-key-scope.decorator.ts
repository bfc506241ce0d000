import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension, ApiSecurity } from '@nestjs/swagger';
import type { Scope } from './scopes.js';

export const API_KEY_SCOPE = Symbol('scope for API keys');
/** The name of the security scheme of API keys in OpenAPI, and of the member of an operation that names its scope. */
export const API_KEY_SECURITY = 'api_key';
export const SCOPE_EXTENSION = 'x-api-key-scope';

/**
 * Opens a route to API keys with this scope. All other routes reject API keys. For users, `@Roles` decides. A handler receives the
 * caller with `@CurrentActor()`.
 */
export const ApiKeyScope = (scope: Scope): MethodDecorator =>
  applyDecorators(
    SetMetadata(API_KEY_SCOPE, scope),
    ApiSecurity(API_KEY_SECURITY),
    ApiExtension(SCOPE_EXTENSION, scope),
  );
