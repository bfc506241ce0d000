import type { AsyncApiDocument } from '../src/realtime/async-api/async-api.js';
import type { JsonSchema } from '../src/realtime/async-api/json-schema.js';
import type { DocumentedMessage } from '../src/realtime/async-api/message-set.js';

const HEAD = `<!-- Generated from the AsyncAPI document by \`npm run generate\`. Do not edit. -->

# Messages

All messages of the WebSockets. Messages are JSON text with a \`type\`. A client ignores types and members that it does not know. A client may
add \`request_id\` to any message; the answer has the same \`request_id\`. [Write a client](write-a-client.md) describes when they are sent,
[Errors](errors.md) the codes, and [\`api/asyncapi.json\`](../api/asyncapi.json) has the schemas.

The examples of messages from the server were received by a test, \`test/infrastructure/documents/received-messages.spec.ts\`.
`;

interface Row {
  readonly name: string;
  readonly schema: JsonSchema;
  readonly isRequired: boolean;
}

/** The content of docs/messages.md. `received`: examples that a test has received, by the key of the message. */
export function messagePage(document: AsyncApiDocument, received: Readonly<Record<string, unknown>>): string {
  const parts = [
    part(document, received, 'Client to server', 'client.'),
    part(document, received, 'Server to client', 'server.'),
  ];
  return `${[HEAD.trimEnd(), ...parts].join('\n\n')}\n`;
}

type Received = Readonly<Record<string, unknown>>;

function part(document: AsyncApiDocument, received: Received, title: string, direction: string): string {
  const messages = Object.entries(document.components.messages)
    .filter(([key]) => key.startsWith(direction))
    .sort(([one], [other]) => (one < other ? -1 : 1));
  const sections = messages.map(([key, message]) => {
    const isOnly = messages.filter(([, { name }]) => name === message.name).length === 1;
    const example = received[key] ?? message.examples[0]?.payload;
    return section(document, message, { sockets: socketsOf(document, key), isOnly, example });
  });
  return [`## ${title}`, ...sections].join('\n\n');
}

interface Shown {
  readonly sockets: string;
  /** Whether this is the only message of its type. */
  readonly isOnly: boolean;
  readonly example: unknown;
}

function section(document: AsyncApiDocument, message: DocumentedMessage, { sockets, isOnly, example }: Shown): string {
  const { schemas } = document.components;
  const resolve: Resolve = (schema) =>
    schema.$ref === undefined ? schema : (schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {});
  const members = rowsOf(message.payload, resolve).filter(({ name }) => name !== 'type' && name !== 'request_id');
  return [
    `### \`${message.name}\`${isOnly ? '' : ` on ${sockets}`}`,
    message.description,
    isOnly ? `Sockets: ${sockets}.` : '',
    members.length > 0 ? table(members, resolve) : 'No further members.',
    `\`\`\`json\n${JSON.stringify(example, null, 2)}\n\`\`\``,
  ]
    .filter(Boolean)
    .join('\n\n');
}

function socketsOf(document: AsyncApiDocument, key: string): string {
  const sockets = Object.values(document.channels).filter(({ messages = {} }) => key in (messages as object));
  return sockets
    .map(({ address }) => `\`${address}\``)
    .sort()
    .join(', ');
}

type Resolve = (schema: JsonSchema) => JsonSchema;

/** The members of an object, including those of `allOf`. */
function rowsOf(schema: JsonSchema, resolve: Resolve): Row[] {
  const { properties = {}, required = [], allOf = [] } = resolve(schema);
  const own = Object.entries(properties).map(([name, member]) => ({
    name,
    schema: member,
    isRequired: required.includes(name),
  }));
  return [...own, ...allOf.flatMap((one) => rowsOf(one, resolve))];
}

function table(members: readonly Row[], resolve: Resolve): string {
  const lines = members.flatMap((member) => linesOf(member, '', resolve));
  return ['| member | type | meaning |', '| --- | --- | --- |', ...lines].join('\n');
}

/** The line of a member, followed by the lines of its own members or of the members of its list elements. */
function linesOf({ name, schema, isRequired }: Row, prefix: string, resolve: Resolve): string[] {
  const path = `${prefix}${name}`;
  const meaning = schema.description ?? resolve(inner(schema)).description ?? '';
  const type = isRequired ? typeOf(schema, resolve) : `${typeOf(schema, resolve)}, optional`;
  const line = `| \`${path}\` | ${type} | ${meaning.replaceAll('|', '\\|').replaceAll('\n', ' ')} |`;
  const item = inner(schema.items ?? schema);
  const nested = rowsOf(item, resolve);
  return [line, ...nested.flatMap((row) => linesOf(row, schema.items ? `${path}[].` : `${path}.`, resolve))];
}

/** The schema without the wrapper that makes it nullable or gives it a separate description. */
function inner(schema: JsonSchema): JsonSchema {
  const [only] = schema.anyOf ?? schema.allOf ?? [];
  return only ? inner(only) : schema;
}

function typeOf(schema: JsonSchema, resolve: Resolve): string {
  const choices = schema.anyOf ?? schema.oneOf;
  // Number, text, boolean, object, list and null.
  if (choices && choices.length >= 5) return 'any JSON';
  if (choices) return choices.map((choice) => typeOf(choice, resolve)).join(' or ');
  const { type, enum: values, format, items } = resolve(inner(schema));
  if (values)
    return values
      .map((value) => (value === null ? 'null' : `\`${JSON.stringify(value).replaceAll('"', '')}\``))
      .join(', ');
  if (items) return `list of ${typeOf(items, resolve)}`;
  const name = [type ?? 'any JSON'].flat().join(' or ');
  return typeof format === 'string' ? `${name} (${format})` : name;
}
