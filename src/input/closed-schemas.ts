import type { OpenAPIObject } from '@nestjs/swagger';

/** The members of a schema object that are used here. */
interface Schema {
  $ref?: string;
  type?: string;
  properties?: Readonly<Record<string, Schema>>;
  items?: Schema;
  allOf?: readonly Schema[];
  additionalProperties?: unknown;
}

const REFERENCE = '#/components/schemas/';

/** Documents in OpenAPI that request bodies, and objects in them, have only the documented members. */
export function closeRequestBodies(document: OpenAPIObject): OpenAPIObject {
  const schemas = (document.components?.schemas ?? {}) as Record<string, Schema>;
  for (const path of Object.values(document.paths)) {
    for (const operation of [path.post, path.put, path.patch, path.delete]) {
      const body = operation?.requestBody;
      if (!body || !('content' in body)) continue;
      for (const { schema } of Object.values(body.content)) close(schema as Schema | undefined, schemas);
    }
  }
  return document;
}

function close(schema: Schema | undefined, schemas: Readonly<Record<string, Schema>>): void {
  if (!schema) return;
  if (schema.$ref !== undefined) {
    close(schemas[schema.$ref.slice(REFERENCE.length)], schemas);
    return;
  }
  // A closed schema has been visited before.
  if (schema.properties && schema.additionalProperties === undefined) {
    schema.additionalProperties = false;
    for (const member of Object.values(schema.properties)) close(member, schemas);
  }
  for (const part of schema.allOf ?? []) close(part, schemas);
  close(schema.items, schemas);
}
