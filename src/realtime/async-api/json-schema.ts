import type { Type } from '@nestjs/common';
import { generateSchema } from '@nestjs/swagger';

/** JSON Schema draft 7, as AsyncAPI uses it: the keywords that our classes need. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly allOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly examples?: readonly unknown[];
  readonly description?: string;
  readonly [word: string]: unknown;
}

const REFERENCE = '#/components/schemas/';

/** The classes of a document as JSON Schemas, by class name. */
export class SchemaSet {
  readonly schemas: Record<string, JsonSchema> = {};

  /** Adds a class and the classes it refers to. Returns a reference to the class. */
  add(type: Type): JsonSchema {
    for (const [name, schema] of Object.entries(generateSchema(type).schemas))
      this.schemas[name] = toJsonSchema(schema as JsonSchema);
    return { $ref: `${REFERENCE}${type.name}` };
  }

  /** Returns the schema that a reference points to. Any other schema is returned as it is. */
  resolve(schema: JsonSchema): JsonSchema {
    return schema.$ref === undefined ? schema : (this.schemas[schema.$ref.slice(REFERENCE.length)] ?? {});
  }

  /**
   * Builds an example from the examples of the properties. Optional properties without an example are omitted. Throws if a
   * required property has no example.
   */
  example(given: JsonSchema): unknown {
    const schema = this.resolve(given);
    if (schema.examples) return schema.examples[0];
    if (schema.enum) return schema.enum[0];
    if (schema.anyOf?.[0]) return this.example(schema.anyOf[0]);
    if (schema.items) return [this.example(schema.items)];
    if (schema.properties || schema.allOf) return this.exampleObject(schema);
    throw new Error(`no example for ${JSON.stringify(given)}`);
  }

  private exampleObject({ properties = {}, required = [], allOf = [] }: JsonSchema): object {
    const shown = Object.entries(properties).filter(([name, { examples }]) => required.includes(name) || examples);
    const own = Object.fromEntries(shown.map(([name, schema]) => [name, this.example(schema)]));
    return Object.assign({}, own, ...allOf.map((part) => this.example(part))) as object;
  }
}

/** Converts from the OpenAPI 3.0 dialect of @nestjs/swagger: `nullable` and `example` are not keywords of JSON Schema. */
function toJsonSchema({ nullable, example, ...schema }: JsonSchema): JsonSchema {
  const { properties, items, additionalProperties, allOf, oneOf, anyOf } = schema;
  const converted = {
    ...schema,
    ...(properties && { properties: mapValues(properties) }),
    ...(items && { items: toJsonSchema(items) }),
    ...(typeof additionalProperties === 'object' && { additionalProperties: toJsonSchema(additionalProperties) }),
    ...(allOf && { allOf: allOf.map(toJsonSchema) }),
    ...(oneOf && { oneOf: oneOf.map(toJsonSchema) }),
    ...(anyOf && { anyOf: anyOf.map(toJsonSchema) }),
    ...(example !== undefined && { examples: [example] }),
  };
  return nullable === true ? orNull(converted) : converted;
}

function mapValues(properties: Readonly<Record<string, JsonSchema>>): Record<string, JsonSchema> {
  return Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, toJsonSchema(schema)]));
}

function orNull(schema: JsonSchema): JsonSchema {
  // The schemas of `allOf` apply in addition to `type`, so a null `type` would not be enough.
  if (typeof schema.type !== 'string' || schema.allOf) return { anyOf: [schema, { type: 'null' }] };
  return { ...schema, type: [schema.type, 'null'], ...(schema.enum && { enum: [...schema.enum, null] }) };
}
