import { Ajv } from 'ajv';
import type { ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import type { Finding, HttpCase } from '../cases/cases.js';
import type { OpenApiDocument } from '../cases/http-cases.js';
import { parsed } from './parsed.js';
import type { AsyncApiDocument } from '../cases/socket-cases.js';

interface Problem {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

const STREAMS: Readonly<Record<string, string>> = {
  '/api/notifications/stream': 'notifications',
  '/api/orders/{id}/stream': 'order_tracking',
  '/api/partners/me/stream': 'partner',
};

interface Answer {
  readonly status: number;
  readonly headers: { readonly 'content-type'?: string };
  readonly text: string;
}

/** Compares answers and frames with the documents of the service. */
export class DocumentChecks {
  private readonly ajv = new Ajv({ strict: false, allowUnionTypes: true });
  private readonly compiled = new Map<string, ValidateFunction | null>();

  constructor(
    private readonly openApi: OpenApiDocument,
    private readonly asyncApi: AsyncApiDocument,
  ) {
    formats.default(this.ajv);
  }

  http(name: string, { method, template, headers: given }: HttpCase, answer: Answer): Finding[] {
    const { status, headers, text } = answer;
    const type = headers['content-type'] ?? '';
    if (status === 499 || method === 'HEAD') return [];
    const operation = this.openApi.paths[template]?.[method.toLowerCase()];
    const hasErrorPages = !template.startsWith('/api/') || operation?.responses.default?.content?.['text/html'];
    if (status >= 400 && type.startsWith('text/html') && hasErrorPages) return [];
    if (status >= 400) return this.problem(name, { status, type, text });
    if (status === 304 && given['if-none-match'] !== undefined) return [];
    if (!operation) return [];
    if (type.startsWith('text/event-stream')) return this.event(name, template, text);
    const documented = operation.responses[String(status)];
    if (!documented) return [undocumented(name, `status ${String(status)}`, text)];
    if (type.startsWith('text/csv') && documented.content?.['text/csv']) return [];
    const schema = documented.content?.['application/json']?.schema;
    if (!schema) return [];
    return this.wrong(
      `${name} ${String(status)}`,
      { allOf: [schema], components: this.openApi.components },
      parsed(text),
    );
  }

  private problem(name: string, { status, type, text }: Problem): Finding[] {
    const problem = parsed(text) as { status?: unknown } | undefined;
    if (type !== 'application/problem+json' || problem?.status !== status)
      return [undocumented(name, `${String(status)} as ${type}`, text)];
    return this.wrong(
      'problem',
      { $ref: '#/components/schemas/Problem', components: this.openApi.components },
      problem,
    );
  }

  /** The first event of a stream is a message of the corresponding socket. */
  private event(name: string, template: string, text: string): Finding[] {
    const channel = STREAMS[template];
    const data = /^data: (.*)$/m.exec(text)?.[1];
    if (channel === undefined || data === undefined) return [undocumented(name, 'a stream without events', text)];
    return this.frame(channel, parsed(data));
  }

  frame(channel: string, frame: unknown): Finding[] {
    const { type, code } = (frame ?? {}) as { type?: unknown; code?: unknown };
    if (type === 'error' && code === 'internal') {
      return [{ severity: 'server', signature: `${channel}: error internal`, detail: JSON.stringify(frame) }];
    }
    const { messages, schemas } = this.asyncApi.components;
    const key = Object.keys(this.asyncApi.channels[channel]?.messages ?? {}).find(
      (one) => one.startsWith('server.') && messages[one]?.name === type,
    );
    if (key === undefined) return [undocumented(channel, `message ${String(type)}`, JSON.stringify(frame))];
    const schema = { allOf: [messages[key]?.payload], components: { schemas } };
    return this.wrong(`${channel} ${String(type)}`, schema, frame);
  }

  private wrong(name: string, schema: object, value: unknown): Finding[] {
    const validate = this.compile(name, schema);
    if (!validate || validate(value)) return [];
    const [first] = validate.errors ?? [];
    const what = `${(first?.instancePath ?? '').replace(/\d+/g, 'n')} ${first?.message ?? ''}`;
    return [undocumented(name, what, JSON.stringify(value))];
  }

  private compile(name: string, schema: object): ValidateFunction | null {
    let validate = this.compiled.get(name);
    if (validate === undefined) {
      validate = this.ajv.compile(withNull(schema) as object);
      this.compiled.set(name, validate);
    }
    return validate;
  }
}

/** Converts `nullable` of OpenAPI 3.0, which JSON Schema does not support, also next to `$ref` and `enum`. */
function withNull(schema: unknown): unknown {
  if (typeof schema !== 'object' || schema === null) return schema;
  if (Array.isArray(schema)) return schema.map(withNull);
  const { nullable, ...rest } = schema as { nullable?: unknown };
  const inner = Object.fromEntries(Object.entries(rest).map(([word, value]) => [word, withNull(value)]));
  return nullable === true ? { anyOf: [inner, { type: 'null' }] } : inner;
}

function undocumented(name: string, what: string, text: string): Finding {
  return { severity: 'document', signature: `${name}: ${what}`, detail: text.slice(0, 500) };
}
