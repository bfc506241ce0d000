import type { Type } from '@nestjs/common';
import { AUTHENTICATION, channelNotes, INTRODUCTION, QUERY, SECURITY_SCHEMES } from './async-api-texts.js';
import type { RealtimeGateway } from '../gateway/gateway.js';
import type { JsonSchema } from './json-schema.js';
import { clientMessageClasses, serverMessageClasses } from './message-classes.js';
import { MessageSet } from './message-set.js';
import type { DocumentedMessage } from './message-set.js';
import type { ServedGateway } from '../gateway/served-gateway.js';

/** The parts of an AsyncAPI 3.0 document that this service reads. */
export interface AsyncApiDocument {
  readonly asyncapi: '3.0.0';
  readonly channels: Readonly<Record<string, { readonly address: string; readonly [member: string]: unknown }>>;
  readonly components: {
    readonly messages: Readonly<Record<string, DocumentedMessage>>;
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly [member: string]: unknown;
  };
  readonly [member: string]: unknown;
}

export interface AsyncApiOptions {
  readonly version: string;
  /** The base URL of the sockets. */
  readonly server: URL;
}

/** Describes every gateway as a channel, with the messages of both directions. */
export function asyncApiDocument(gateways: readonly ServedGateway[], options: AsyncApiOptions): AsyncApiDocument {
  const messages = new MessageSet();
  const described = gateways.map((gateway) => {
    const name = channelName(gateway.instance);
    const further = gateways.flatMap(({ instance }) => instance.documentation?.sendsTo?.[name] ?? []);
    return describe(gateway, further, messages);
  });
  return {
    asyncapi: '3.0.0',
    info: { title: 'Tidings over WebSocket', version: options.version, description: INTRODUCTION },
    defaultContentType: 'application/json',
    servers: { tidings: serverObject(options.server) },
    channels: Object.fromEntries(described.map(({ name, channel }) => [name, channel])),
    operations: Object.assign({}, ...described.map(({ operations }) => operations)) as object,
    components: {
      securitySchemes: SECURITY_SCHEMES,
      messages: messages.byKey,
      schemas: messages.schemas.schemas,
    },
  };
}

function serverObject({ protocol, host, pathname }: URL): object {
  const path = pathname.replace(/\/$/, '');
  return { host, protocol: protocol.replace(':', ''), ...(path !== '' && { pathname: path }) };
}

interface DescribedGateway {
  readonly name: string;
  readonly channel: AsyncApiDocument['channels'][string];
  readonly operations: Readonly<Record<string, object>>;
}

function describe(gateway: ServedGateway, further: readonly Type[], messages: MessageSet): DescribedGateway {
  const { instance, address } = gateway;
  const name = channelName(instance);
  const received = clientMessageClasses(instance).map(({ type, body }) => messages.addClientMessage(name, type, body));
  const sent = serverMessageClasses(instance, further).map((classes) => messages.addServerMessage(name, classes));
  const secured = instance.authentication === 'none' ? {} : { security: AUTHENTICATION };
  return {
    name,
    channel: {
      address,
      ...about(instance),
      messages: Object.fromEntries([...received, ...sent].map((key) => [key, reference('components/messages', key)])),
    },
    operations: {
      [`${name}.receive`]: { ...operation('receive', name, received), ...secured },
      [`${name}.send`]: { ...operation('send', name, sent), ...secured },
    },
  };
}

function about({ documentation, endpoint, authentication }: RealtimeGateway): object {
  const description = documentation?.description ?? endpoint?.description;
  const parameters = Object.entries(documentation?.parameters ?? {}).map(([key, is]) => [key, { description: is }]);
  return {
    description: [description && `${description}.`, ...channelNotes(authentication)].filter(Boolean).join(' '),
    ...(parameters.length > 0 && { parameters: Object.fromEntries(parameters) as object }),
    ...(authentication !== 'none' && { bindings: { ws: { method: 'GET', query: QUERY, bindingVersion: '0.1.0' } } }),
  };
}

function operation(action: 'send' | 'receive', name: string, keys: readonly string[]): object {
  return {
    action,
    summary: action === 'receive' ? 'Messages that clients send' : 'Messages that clients receive',
    channel: reference('channels', name),
    messages: keys.map((key) => reference(`channels/${name}/messages`, key)),
  };
}

const reference = (place: string, key: string): object => ({ $ref: `#/${place}/${key}` });

/** The endpoint name in `realtime/info`, or a name made from the class: `NoticeBoardGateway` is `notice_board`. */
function channelName(gateway: RealtimeGateway): string {
  const byClass = gateway.constructor.name.replace(/Gateway$/, '').replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_');
  return gateway.endpoint?.name ?? byClass.toLowerCase();
}
