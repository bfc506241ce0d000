import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { expect } from '@jest/globals';
import { sharedRedisUrl } from '../../support/servers/shared-servers.js';
import type { SocketClient } from '../../support/clients/socket-client.js';
import { startStack } from '../../support/stack.js';
import type { Overrides, Stack, StackKind } from '../../support/stack.js';
import { DjangoProject } from './django-project.js';
import type { DjangoOptions, Wire } from './django-project.js';

/** A Django project and Tidings on one Redis, with the same secret. Tidings creates users from Django's tokens. */
export interface Neighbours {
  readonly django: DjangoProject;
  readonly stack: Stack;
  readonly redisUrl: string;
  readonly prefix: string;
  stop(): Promise<void>;
}

export interface NeighbourOptions {
  /** Default: `servers`. */
  readonly kind?: StackKind;
  /** Default: that of this jest run. */
  readonly redisUrl?: string;
  /** Settings of Tidings. */
  readonly tidings?: Overrides;
  /** CONFIG of the channel layer in Django. */
  readonly config?: DjangoOptions['config'];
}

const SECRET = 'a SECRET_KEY of Django, at least 32 bytes';

export async function startNeighbours(wire: Wire, options: NeighbourOptions = {}): Promise<Neighbours> {
  const { kind = 'servers', redisUrl = await sharedRedisUrl(), tidings, config } = options;
  const prefix = `django-${randomBytes(6).toString('hex')}`;
  const shared = { REDIS_URL: redisUrl, CHANNEL_WIRE: wire, CHANNEL_PREFIX: prefix };
  const trust = { JWT_SECRET: SECRET, JWT_PROVISION_USERS: 'true' };
  const [django, stack] = await Promise.all([
    DjangoProject.start({ redisUrl, wire, secret: SECRET, config: { prefix, ...config } }),
    startStack({ ...shared, ...trust, ...tidings }, kind),
  ]);
  const stop = async (): Promise<void> => {
    await Promise.all([django.stop(), stack.stop()]);
  };
  return { django, stack, redisUrl, prefix, stop };
}

/** Checks that all messages to these sockets were expected, and that none of the sockets is closed. */
export async function expectQuiet(...sockets: readonly SocketClient[]): Promise<void> {
  for (const socket of sockets) {
    await socket.expectNothing();
    expect(socket.raw.readyState).toBe(socket.raw.OPEN);
  }
}

/**
 * Channels closes a client with 1011 if its consumer fails. Call this before sending the message that makes it fail.
 */
export async function endsWithItsConsumer(socket: SocketClient): Promise<void> {
  const [code] = (await once(socket.raw, 'close')) as [number];
  expect(code).toBe(1011);
}
