import fc from 'fast-check';
import { hostileString, hostileValue } from './hostile-values.js';
import { referenceFor } from './references.js';

/** The words of JSON Schema and OpenAPI 3.0 that our documents use. */
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

/** The same in every run, so that a seed gives the same values. */
const SOME_DAY = Date.UTC(2027, 0, 1);

export type Schemas = Readonly<Record<string, Schema>>;

/** Values for a schema: as documented, almost as documented, and anything. */
export class SchemaArbitraries {
  constructor(private readonly schemas: Schemas) {}

  /** Mostly valid, often with one thing wrong, sometimes nonsense. */
  any(schema: Schema, name = ''): fc.Arbitrary<unknown> {
    const valid = this.valid(schema, name);
    return fc.oneof(
      { weight: 8, arbitrary: valid },
      { weight: 10, arbitrary: fc.tuple(valid, mutation).map(([value, change]) => mutated(value, change)) },
      { weight: 1, arbitrary: hostileValue },
    );
  }

  valid(given: Schema, name = '', depth = 0): fc.Arbitrary<unknown> {
    const schema = this.resolve(given);
    if (depth > 6) return fc.constant(null);
    if (schema.nullable) return fc.option(this.valid({ ...schema, nullable: false }, name, depth), { freq: 4 });
    const reference = referenceFor(name);
    if (reference && schema.type === 'string')
      return fc.oneof({ weight: 9, arbitrary: reference }, { weight: 1, arbitrary: hostileString });
    if (schema.enum) return fc.constantFrom(...schema.enum);
    const alternatives = schema.oneOf ?? schema.anyOf;
    if (alternatives) return fc.oneof(...alternatives.map((one) => this.valid(one, name, depth + 1)));
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
        return fc.oneof(
          examplesOf(schema, 1),
          fc.double({ min: schema.minimum ?? -1_000, max: schema.maximum ?? 1_000, noNaN: true }),
        );
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
      fc.oneof(hostileString, fc.constantFrom('order_update', 'chat', 'offers')),
      this.valid(additionalProperties, '', depth + 1),
      { maxKeys: 3 },
    );
  }
}

function examplesOf(schema: Schema, fallback: unknown): fc.Arbitrary<unknown> {
  return fc.constantFrom(schema.example ?? schema.examples?.[0] ?? schema.default ?? fallback);
}

function text(schema: Schema): fc.Arbitrary<unknown> {
  if (schema.format === 'date-time')
    return fc.integer({ min: -86_400_000, max: 86_400_000 }).map((ms) => new Date(SOME_DAY + ms).toISOString());
  const { minLength = 0, maxLength = 30 } = schema;
  const free = fc.string({
    unit: 'grapheme',
    minLength: Math.min(minLength, 40),
    maxLength: Math.max(Math.min(maxLength, 40), minLength),
  });
  return fc.oneof({ weight: 3, arbitrary: examplesOf(schema, 'text') }, { weight: 1, arbitrary: free });
}

interface Mutation {
  readonly place: number;
  readonly kind: 'replace' | 'remove' | 'add' | 'wrap';
  readonly name: string;
  readonly value: unknown;
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  place: fc.nat({ max: 1_000 }),
  kind: fc.constantFrom('replace', 'replace', 'replace', 'remove', 'add', 'wrap'),
  name: hostileString,
  value: hostileValue,
});

interface Place {
  readonly parent: Record<string, unknown>;
  readonly key: string;
}

function mutated(given: unknown, { place, kind, name, value }: Mutation): unknown {
  const root: Record<string, unknown> = { root: structuredClone(given) };
  const places: Place[] = [];
  collect(root, places);
  const chosen = places[place % places.length];
  if (!chosen) return given;
  const { parent, key } = chosen;
  const old = parent[key];
  if (kind === 'remove') Reflect.deleteProperty(parent, key);
  else if (kind === 'wrap') parent[key] = place % 2 === 0 ? [old] : { [key]: old };
  else if (kind === 'add' && typeof old === 'object' && old !== null && !Array.isArray(old)) define(old, name, value);
  else parent[key] = value;
  return root.root;
}

function collect(parent: Record<string, unknown>, places: Place[]): void {
  for (const [key, value] of Object.entries(parent)) {
    places.push({ parent, key });
    if (typeof value === 'object' && value !== null) collect(value as Record<string, unknown>, places);
  }
}

/** A member of this name, `__proto__` included. */
function define(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
}
