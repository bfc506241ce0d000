import fc from 'fast-check';
import { ACTORS } from './cases.js';
import type { HttpCase } from './cases.js';
import { extraHeaders } from './hostile-headers.js';
import { hostileString, hostileValue, jsonText } from './hostile-values.js';
import { kindOf, reference, referenceFor } from './references.js';
import { SchemaArbitraries } from './schema-arbitrary.js';
import type { Schema, Schemas } from './schema-arbitrary.js';

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header' | 'cookie';
  readonly required?: boolean;
  readonly schema?: Schema;
}

export interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> }>
  >;
}

export interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Schemas };
}

/** These hash passwords, or end the session that other cases use. */
const RARE = /\/auth\/(register|login|logout)/;
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];
/** Routes that are served but not documented. */
const UNDOCUMENTED = [
  '/',
  '/health/live',
  '/health/ready',
  '/metrics',
  '/api/openapi.json',
  '/api/asyncapi.json',
  '/api/docs',
];

const SEGMENTS = [
  '%',
  '%zz',
  '%00',
  '%ff',
  '%ed%a0%80',
  '%2e%2e',
  '%2F',
  '%0d%0a',
  ';',
  "a'b",
  '*',
  '~',
  ':id',
  '{id}',
  '(',
  'x'.repeat(300),
];
const BODIES = [
  '',
  '{',
  '[]',
  'null',
  '"text"',
  '1',
  '{"a":1}{}',
  '{"a":}',
  '\ufeff{}',
  '{"a":"\\ud800"}',
  'a=b',
  '\0',
];
const TYPES = [
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/json; charset=utf-16',
  'x',
  '',
];
const percentEncoded = (text: string): string => {
  try {
    return encodeURIComponent(text);
  } catch {
    return '%ED%A0%80';
  }
};

/** Requests to every operation of the document. */
export function httpCases(document: OpenApiDocument): fc.Arbitrary<HttpCase> {
  const schemas = new SchemaArbitraries(document.components.schemas);
  const documented = Object.entries(document.paths).flatMap(([template, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({
      weight: RARE.test(template) ? 1 : 20,
      arbitrary: requests(schemas, template, method.toUpperCase(), operation),
    })),
  );
  const others = UNDOCUMENTED.map((path) => ({
    weight: 2,
    arbitrary: requests(schemas, path, 'GET', { responses: {} }),
  }));
  const withMethod = fc
    .tuple(fc.oneof(...documented), fc.constantFrom(...METHODS))
    .map(([one, method]) => ({ ...one, method }));
  return fc.oneof({ weight: 30, arbitrary: fc.oneof(...documented, ...others) }, { weight: 1, arbitrary: withMethod });
}

/** `own`: the replacement for the first id of the path. Absent: a thing of the same kind. */
export function requests(
  schemas: SchemaArbitraries,
  template: string,
  method: string,
  operation: Operation,
  own?: string,
): fc.Arbitrary<HttpCase> {
  const { parameters = [], requestBody } = operation;
  const schema = requestBody?.content['application/json']?.schema;
  const query = parameters.filter((one) => one.in === 'query');
  return fc
    .record({
      actor: fc.oneof(
        { weight: 9, arbitrary: fc.constantFrom('customer', 'partner', 'admin', 'program') },
        { weight: 2, arbitrary: fc.constantFrom(...ACTORS) },
      ),
      path: paths(template, own),
      query: fc.oneof(
        { weight: query.length > 0 ? 4 : 1, arbitrary: queries(schemas, query) },
        { weight: 4, arbitrary: fc.constant('') },
      ),
      headers: fc.oneof({ weight: 5, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: extraHeaders }),
      body: schema ? bodies(schemas.any(schema)) : onceIn(20, bodies(hostileValue)),
      type: fc.oneof(
        { weight: 30, arbitrary: fc.constant('application/json') },
        { weight: 1, arbitrary: fc.constantFrom(...TYPES) },
      ),
    })
    .map(({ actor, path, query: search, headers, body, type }) => ({
      kind: 'http',
      actor,
      method,
      template,
      path: path + search,
      body,
      headers: body === null ? headers : { 'content-type': type, ...headers },
    }));
}

/** Null in all other cases. */
function onceIn<T>(cases: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> {
  return fc.oneof({ weight: cases - 1, arbitrary: fc.constant(null) }, { weight: 1, arbitrary });
}

function bodies(values: fc.Arbitrary<unknown>): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 40, arbitrary: values.map(jsonText) },
    { weight: 1, arbitrary: fc.constantFrom(...BODIES) },
  );
}

function paths(template: string, given?: string): fc.Arbitrary<string> {
  const parts = template.split(/(\{\w+\})/).map((part, index, all): fc.Arbitrary<string> => {
    if (!part.startsWith('{')) return fc.constant(part);
    if (given !== undefined && index === 1) return fc.constant(given);
    const own = part === '{token}' ? reference('tokens') : reference(kindOf(all.slice(0, index).join('')));
    return fc.oneof(
      { weight: 18, arbitrary: own },
      // An empty segment would change the path to another operation.
      { weight: 1, arbitrary: hostileString.map((text) => percentEncoded(text) || '%20') },
      { weight: 1, arbitrary: fc.constantFrom(...SEGMENTS) },
    );
  });
  const ends = fc.constantFrom(...Array<string>(10).fill(''), ...Array<string>(10).fill('/'), '//');
  return fc.tuple(fc.tuple(...parts), ends).map(([all, end]) => all.join('').replace(/\/$/, '') + end || '/');
}

function queries(schemas: SchemaArbitraries, parameters: readonly Parameter[]): fc.Arbitrary<string> {
  const pairs = parameters.map(({ name, schema = {} }) =>
    onceIn(
      2,
      fc
        .oneof(
          { weight: 5, arbitrary: referenceFor(name) ?? schemas.valid(schema, name).map(String) },
          { weight: 1, arbitrary: hostileString },
        )
        .map((value) => `${name}=${value.startsWith('«') ? value : percentEncoded(value)}`),
    ),
  );
  const unknown = onceIn(
    10,
    hostileString.map((name) => `${percentEncoded(name)}=1`),
  );
  const nested = onceIn(
    12,
    fc.constantFrom('limit[]=1', 'limit=1&limit=2', 'cursor[a]=b', 'a'.repeat(3_000), '%', '&&=&', 'token=x'),
  );
  return fc.tuple(...pairs, unknown, nested).map((all) => {
    const given = all.filter((one) => one !== null);
    return given.length === 0 ? '' : `?${given.join('&')}`;
  });
}
