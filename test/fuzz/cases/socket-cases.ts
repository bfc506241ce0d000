import fc from 'fast-check';
import { ACTORS, BINARY } from './cases.js';
import type { SocketCase } from './cases.js';
import { hostileString, hostileValue, jsonText, rawJson } from './hostile-values.js';
import { reference } from './references.js';
import { SchemaArbitraries } from './schema-arbitrary.js';
import type { Schema, Schemas } from './schema-arbitrary.js';

export interface AsyncApiDocument {
  readonly channels: Readonly<
    Record<string, { readonly address: string; readonly messages: Readonly<Record<string, unknown>> }>
  >;
  readonly components: {
    readonly messages: Readonly<Record<string, { readonly name: string; readonly payload: Schema }>>;
    readonly schemas: Schemas;
  };
}

const KIND_OF_PARAMETER: Readonly<Record<string, string>> = { user_id: 'users', order_id: 'orders', token: 'tokens' };
const TEXTS = [
  '',
  ' ',
  'null',
  '[]',
  '1',
  '"ping"',
  '{',
  '{}',
  '{"type":1}',
  '{"type":"ping"}{}',
  '{"type":"__proto__"}',
  '{"type":"constructor"}',
  '\ufeff{"type":"ping"}',
];
const QUERIES = [
  '',
  '',
  '',
  '?since=«position:0»',
  '?since=«position:3»',
  '?since=x',
  '?since=%00',
  `?since=${'A'.repeat(28)}`,
  '?since=a&since=b',
  '?%',
  '?token=',
];

/** Sockets on every channel of the document. */
export function socketCases(document: AsyncApiDocument): fc.Arbitrary<SocketCase> {
  const schemas = new SchemaArbitraries(document.components.schemas);
  return fc.oneof(
    ...Object.entries(document.channels).map(([channel, { address, messages }]) => {
      const keys = Object.keys(messages).filter((key) => key.startsWith('client.'));
      const known = keys.map((key) => messageOf(schemas, document.components.messages[key]));
      return fc.record({
        kind: fc.constant('socket' as const),
        channel: fc.constant(channel),
        actor: fc.oneof(
          { weight: 9, arbitrary: fc.constantFrom('customer', 'partner', 'admin') },
          { weight: 2, arbitrary: fc.constantFrom(...ACTORS) },
        ),
        path: fc.tuple(pathOf(address), fc.constantFrom(...QUERIES)).map(([path, query]) => path + query),
        frames: fc.array(frames(known), { minLength: 1, maxLength: 30, size: 'max' }),
      });
    }),
  );
}

function messageOf(
  schemas: SchemaArbitraries,
  message: { readonly name: string; readonly payload: Schema } | undefined,
): fc.Arbitrary<unknown> {
  const requestId = fc.option(
    fc.oneof(fc.constantFrom<unknown>('a', 1, rawJson('1e400'), 'x'.repeat(300)), hostileValue),
    { freq: 2, nil: undefined },
  );
  const type = message?.name ?? 'ping';
  return fc.tuple(schemas.any(message?.payload ?? {}), requestId).map(([value, id]) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return { type, ...value, ...(id !== undefined && { request_id: id }) };
  });
}

function frames(known: readonly fc.Arbitrary<unknown>[]): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 40, arbitrary: fc.oneof(...known).map(jsonText) },
    { weight: 2, arbitrary: hostileValue.map(jsonText) },
    { weight: 2, arbitrary: fc.tuple(hostileString, hostileValue).map(([type, data]) => jsonText({ type, data })) },
    { weight: 2, arbitrary: fc.constantFrom(...TEXTS) },
    {
      weight: 1,
      arbitrary: fc.uint8Array({ maxLength: 20 }).map((bytes) => BINARY + Buffer.from(bytes).toString('base64')),
    },
  );
}

function pathOf(address: string): fc.Arbitrary<string> {
  const parts = address.split(/(\{\w+\})/).map((part): fc.Arbitrary<string> => {
    if (!part.startsWith('{')) return fc.constant(part);
    const own = reference(KIND_OF_PARAMETER[part.slice(1, -1)] ?? part);
    return fc.oneof(
      { weight: 12, arbitrary: own },
      { weight: 1, arbitrary: fc.constantFrom('%00', '%', '%ff', '..', 'x', 'x'.repeat(300), '%20', '%2F') },
    );
  });
  return fc.tuple(...parts).map((all) => all.join(''));
}
