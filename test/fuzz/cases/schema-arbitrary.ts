import fc from 'fast-check';
import { hostileString, hostileValue } from './hostile-values.js';
import { mutated, mutation } from './mutation.js';
import { referenceFor, someTime } from './references.js';

/** The keywords of JSON Schema and OpenAPI 3.0 that our documents use. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly additionalProperties?: boolean | Schema;
  readonly allOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly minItems?: number;
  readonly example?: unknown;
  readonly examples?: readonly unknown[];
  readonly default?: unknown;
  readonly nullable?: boolean;
}

/** Constant, so that a seed always gives the same values. */
const SOME_DAY = Date.UTC(2027, 0, 1);
const someDays = fc.integer({ min: -86_400_000, max: 86_400_000 }).map((ms) => new Date(SOME_DAY + ms).toISOString());

export type Schemas = Readonly<Record<string, Schema>>;

/** Values for a schema: valid, almost valid, and arbitrary. */
export class SchemaArbitraries {
  /** `instead`: additional values for an enumeration of this name. */
  constructor(
    private readonly schemas: Schemas,
    private readonly instead: Readonly<Record<string, string>> = {},
  ) {}

  /** Mostly valid values, often with one error, sometimes arbitrary ones. */
  any(schema: Schema, name = ''): fc.Arbitrary<unknown> {
    const valid = this.valid(schema, name);
    return fc.oneof(
      { weight: 10, arbitrary: valid },
      { weight: 8, arbitrary: fc.tuple(valid, mutation).map(([value, change]) => mutated(value, change)) },
      { weight: 1, arbitrary: hostileValue },
    );
  }

  valid(given: Schema, name = '', depth = 0): fc.Arbitrary<unknown> {
    const schema = this.resolve(given);
    if (depth > 6) return fc.constant(null);
    if (schema.nullable) return fc.option(this.valid({ ...schema, nullable: false }, name, depth), { freq: 4 });
    const reference = referenceFor(name);
    if (reference && schema.type === 'string')
      return fc.oneof(
        { weight: 9, arbitrary: reference },
        { weight: schema.example === undefined ? 0 : 3, arbitrary: examplesOf(schema, '') },
        { weight: 1, arbitrary: hostileString },
      );
    if (schema.enum)
      return fc.oneof(fc.constantFrom(...schema.enum), fc.constant(this.instead[name] ?? schema.enum[0]));
    const alternatives = schema.oneOf ?? schema.anyOf;
    if (alternatives)
      return fc.oneof(
        ...(schema.example === undefined ? [] : [{ weight: 3, arbitrary: fc.constant(schema.example) }]),
        ...alternatives.map((one) => ({ weight: 1, arbitrary: this.valid(one, name, depth + 1) })),
      );
    if (schema.allOf)
      return fc
        .tuple(...schema.allOf.map((one) => this.valid(one, name, depth + 1)), this.object(schema, depth))
        .map((parts) => Object.assign({}, ...parts) as unknown);
    if (Array.isArray(schema.type))
      return fc.oneof(...schema.type.map((type: string) => this.valid({ ...schema, type }, name, depth)));
    return this.typed(schema, name, depth);
  }

  private resolve(schema: Schema): Schema {
    if (schema.$ref === undefined) return schema;
    return this.resolve(this.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {});
  }

  private typed(schema: Schema, name: string, depth: number): fc.Arbitrary<unknown> {
    switch (schema.type) {
      case 'string':
        return text(schema);
      case 'integer':
        return fc.oneof(
          examplesOf(schema, 1),
          fc.integer({ min: schema.minimum ?? -10, max: schema.maximum ?? 10_000 }),
        );
      case 'number':
        return numbers(schema);
      case 'boolean':
        return fc.boolean();
      case 'array': {
        const maxLength = Math.min(schema.maxItems ?? 4, 4);
        return fc.array(this.valid(schema.items ?? {}, name, depth + 1), {
          minLength: Math.min(schema.minItems ?? 1, maxLength),
          maxLength,
        });
      }
      case 'null':
        return fc.constant(null);
      default:
        return (schema.properties ?? schema.type === 'object') ? this.object(schema, depth) : hostileValue;
    }
  }

  private object(
    { properties = {}, required = [], additionalProperties, ...rest }: Schema,
    depth: number,
  ): fc.Arbitrary<object> {
    const members = Object.fromEntries(
      Object.entries(properties).map(([key, one]) => [key, this.valid(one, key, depth + 1)]),
    );
    const known = fc.record(members, {
      requiredKeys: required.filter((key) => key in members),
    }) as fc.Arbitrary<object>;
    if (Object.keys(properties).length > 0 || typeof additionalProperties !== 'object') {
      return typeof rest.example === 'object' && rest.example ? fc.oneof(known, fc.constant(rest.example)) : known;
    }
    return fc.dictionary(
      fc.oneof(
        { weight: 1, arbitrary: hostileString },
        { weight: 8, arbitrary: fc.constantFrom('order_update', 'chat', 'offers') },
      ),
      this.valid(additionalProperties, '', depth + 1),
      { maxKeys: 3 },
    );
  }
}

function examplesOf(schema: Schema, fallback: unknown): fc.Arbitrary<unknown> {
  return fc.constantFrom(schema.example ?? schema.examples?.[0] ?? schema.default ?? fallback);
}

/** Mostly ordinary numbers: integers and amounts. */
function numbers(schema: Schema): fc.Arbitrary<unknown> {
  const { minimum = -1_000, maximum = 1_000 } = schema;
  const whole = fc.integer({ min: Math.ceil(minimum), max: Math.floor(Math.min(maximum, 1e6)) });
  return fc.oneof(
    { weight: 4, arbitrary: examplesOf(schema, 1) },
    { weight: 3, arbitrary: whole },
    { weight: 2, arbitrary: whole.map((amount) => amount / 100).filter((amount) => amount >= minimum) },
    { weight: 1, arbitrary: fc.double({ min: minimum, max: maximum, noNaN: true }) },
  );
}

function text(schema: Schema): fc.Arbitrary<unknown> {
  if (schema.format === 'date-time')
    return fc.oneof({ weight: 4, arbitrary: someTime }, { weight: 1, arbitrary: someDays });
  const { minLength = 0, maxLength = 30 } = schema;
  const free = fc.string({
    unit: 'grapheme',
    minLength: Math.min(minLength, 40),
    maxLength: Math.max(Math.min(maxLength, 40), minLength),
  });
  return fc.oneof({ weight: 8, arbitrary: examplesOf(schema, 'text') }, { weight: 1, arbitrary: free });
}
