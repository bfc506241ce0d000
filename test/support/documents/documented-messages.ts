import { expect } from '@jest/globals';
import { Ajv } from 'ajv';
import type { ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import type { AsyncApiDocument } from '../../../src/realtime/async-api/async-api.js';
import type { JsonSchema } from '../../../src/realtime/async-api/json-schema.js';
import type { Expected, Frame, SocketClient } from '../clients/socket-client.js';

/** The messages that `/api/asyncapi.json` describes, for comparison with received ones. */
export class DocumentedMessages {
  /** The first received message of each kind, by its key in the document. */
  readonly received = new Map<string, Frame>();
  private readonly ajv = new Ajv({ allErrors: true, allowUnionTypes: true });

  constructor(private readonly document: AsyncApiDocument) {
    formats.default(this.ajv);
    // Not a keyword of JSON Schema: the target of the references.
    this.ajv.addKeyword('components');
  }

  /** The document of a running service. */
  static async of(url: string): Promise<DocumentedMessages> {
    const answer = await fetch(`${url}/api/asyncapi.json`);
    return new DocumentedMessages((await answer.json()) as AsyncApiDocument);
  }

  /** The types of a channel's messages whose keys start like this: `client.`, `server.`. */
  typesOf(channel: string, direction: string): string[] {
    const keys = Object.keys(this.document.channels[channel]?.messages ?? {}).filter((key) =>
      key.startsWith(direction),
    );
    return keys.map((key) => this.document.components.messages[key]?.name ?? key).sort();
  }

  /** A schema together with the schemas it refers to. */
  compiled(schema: JsonSchema): ValidateFunction {
    return this.ajv.compile({ allOf: [schema], components: { schemas: this.document.components.schemas } });
  }

  /** Validates the payload of the channel's message of that type. */
  expectDocumented(channel: string, frame: Frame): void {
    const { messages } = this.document.components;
    const key = Object.keys(this.document.channels[channel]?.messages ?? {}).find(
      (one) => one.startsWith('server.') && messages[one]?.name === frame.type,
    );
    const validate = this.compiled(messages[key ?? '']?.payload ?? { not: {} });
    validate(frame);
    expect({ frame, errors: validate.errors }).toEqual({ frame, errors: null });
    if (key !== undefined && !this.received.has(key)) this.received.set(key, frame);
  }

  /** The keys of all messages that the server sends. */
  get serverKeys(): string[] {
    return Object.keys(this.document.components.messages).filter((key) => key.startsWith('server.'));
  }

  /** Returns a function that takes the messages of a socket: the next one must be the expected one, as documented. */
  on(channel: string, socket: SocketClient): (expected: Expected) => Promise<void> {
    return async (expected) => this.expectDocumented(channel, await socket.expectMessage(expected));
  }
}
