import type { Type } from '@nestjs/common';
import { SchemaSet } from './json-schema.js';
import type { JsonSchema } from './json-schema.js';
import { ClientRequest } from '../gateway/realtime.messages.js';

/** A Message Object of AsyncAPI. */
export interface DocumentedMessage {
  /** The `type`. */
  readonly name: string;
  readonly description?: string;
  readonly payload: JsonSchema;
  readonly examples: readonly { readonly payload: unknown }[];
}

/** The messages of a document, each listed once, by a key such as `server.pong`. */
export class MessageSet {
  readonly byKey: Record<string, DocumentedMessage> = {};
  readonly schemas = new SchemaSet();

  /** Adds a client message and returns its key. `body` is null if the message has no members of its own. */
  addClientMessage(channel: string, type: string, body: Type | null): string {
    const classes = [ClientRequest, ...(body ? [body] : [])];
    const payload = {
      type: 'object',
      properties: { type: { type: 'string', enum: [type] } },
      required: ['type'],
      allOf: classes.map((one) => this.schemas.add(one)),
    };
    return this.add(`client.${type}`, channel, this.describe(type, payload, body ? payload.allOf[1] : undefined));
  }

  /** Adds a server message with the members of these classes and returns its key. The first class declares the `type`. */
  addServerMessage(channel: string, classes: readonly [Type, ...Type[]]): string {
    const references = classes.map((one) => this.schemas.add(one));
    const [first = {}] = references;
    const type = this.schemas.resolve(first).properties?.type?.enum?.[0];
    if (typeof type !== 'string')
      throw new Error(`the property type of ${classes[0].name} is not an enum of one string`);
    const payload = references.length === 1 ? first : { allOf: references };
    return this.add(`server.${type}`, channel, this.describe(type, payload, first));
  }

  private describe(type: string, payload: JsonSchema, described: JsonSchema | undefined): DocumentedMessage {
    const description = described && this.schemas.resolve(described).description;
    const examples = [{ payload: this.schemas.example(payload) }];
    return { name: type, ...(description !== undefined && { description }), payload, examples };
  }

  /** Channels share a message that is the same for all. A message that differs gets the channel's name as part of its key. */
  private add(key: string, channel: string, message: DocumentedMessage): string {
    const known = this.byKey[key];
    if (known && JSON.stringify(known) !== JSON.stringify(message))
      return this.add(`${key}.${channel}`, channel, message);
    this.byKey[key] = message;
    return key;
  }
}
