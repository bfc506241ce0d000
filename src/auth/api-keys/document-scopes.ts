import type { OpenAPIObject } from '@nestjs/swagger';
import { SCOPE_EXTENSION } from '../principal/api-key-scope.decorator.js';

/**
 * Adds to the description of each operation in OpenAPI which scope an API key needs. (In OpenAPI 3.0, only OAuth and OpenID
 * Connect can list scopes in `security`.)
 */
export function documentScopes(document: OpenAPIObject): OpenAPIObject {
  for (const { get, post, put, patch, delete: remove } of Object.values(document.paths)) {
    for (const operation of [get, post, put, patch, remove]) {
      const scope = operation && (operation as unknown as Readonly<Record<string, unknown>>)[SCOPE_EXTENSION];
      if (!operation || typeof scope !== 'string') continue;
      operation.description = [operation.description, `API keys need the scope \`${scope}\`.`]
        .filter(Boolean)
        .join(' ');
    }
  }
  return document;
}
