import type { Type } from '@nestjs/common';
import { MetadataScanner } from '@nestjs/core';
import { MESSAGE_MAPPING_METADATA, MESSAGE_METADATA, PARAM_ARGS_METADATA } from '@nestjs/websockets/constants.js';
import { WsParamtype } from '@nestjs/websockets/enums/ws-paramtype.enum.js';
import type { RealtimeGateway } from '../gateway/gateway.js';
import {
  AcceptedMessage,
  AuthenticatedMessage,
  AuthenticateMessage,
  ConnectionEstablishedMessage,
  DisconnectMessage,
  ErrorMessage,
  PingMessage,
  PongMessage,
} from '../gateway/realtime.messages.js';

/** A type of client message, and the class of its members; null if it has no members. */
export interface ClientMessageClass {
  readonly type: string;
  readonly body: Type | null;
}

/** The messages that clients of a gateway may send: those the engine handles, and those of the `@SubscribeMessage` methods. */
export function clientMessageClasses(gateway: RealtimeGateway): ClientMessageClass[] {
  const prototype = Object.getPrototypeOf(gateway) as Record<string, object>;
  const handlers = new MetadataScanner().getAllMethodNames(prototype).flatMap((name): ClientMessageClass[] => {
    const method = prototype[name];
    if (!method || !Reflect.getMetadata(MESSAGE_MAPPING_METADATA, method)) return [];
    const type = Reflect.getMetadata(MESSAGE_METADATA, method) as string;
    return [{ type, body: bodyOf(prototype, name) }];
  });
  return [
    { type: 'ping', body: PingMessage },
    ...(gateway.authentication === 'none' ? [] : [{ type: 'authenticate', body: AuthenticateMessage }]),
    ...handlers,
  ];
}

/**
 * The messages that a gateway may send, each as the classes whose members it has. `further`: messages that other gateways
 * cause.
 */
export function serverMessageClasses(
  { authentication, documentation }: RealtimeGateway,
  further: readonly Type[],
): [Type, ...Type[]][] {
  const { greeting, sends = [] } = documentation ?? {};
  const established: [Type, ...Type[]] = [ConnectionEstablishedMessage, ...(greeting ? [greeting] : [])];
  const others = [
    ...sends,
    ...further,
    ...(authentication === 'none' ? [] : [AuthenticatedMessage]),
    PongMessage,
    AcceptedMessage,
    ErrorMessage,
    DisconnectMessage,
  ];
  return [...(greeting === null ? [] : [established]), ...others.map((one): [Type] => [one])];
}

/** The class of the `@MessageBody()` parameter. */
function bodyOf(prototype: object, method: string): Type | null {
  const parameters = (Reflect.getMetadata(PARAM_ARGS_METADATA, prototype.constructor, method) ?? {}) as Readonly<
    Record<string, { readonly index: number }>
  >;
  const body = Object.entries(parameters).find(([key]) => key.startsWith(`${WsParamtype.PAYLOAD}:`));
  const types = Reflect.getMetadata('design:paramtypes', prototype, method) as readonly Type[] | undefined;
  return (body && types?.[body[1].index]) ?? null;
}
