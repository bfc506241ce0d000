import { describe, expect, it } from '@jest/globals';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Origins } from '../../auth/origin/origins.js';
import type { SocketSettings } from '../../config/sections/socket-settings.js';
import type { Settings } from '../../config/settings.js';
import { ServiceError } from '../../errors/error/service-error.js';
import type { Connection } from '../connection/connection.js';
import { ConnectionRegistry } from '../connection/connection-registry.js';
import { RealtimeStatus } from '../connection/realtime-status.js';
import type { RealtimeGateway } from '../gateway/gateway.js';
import { EntryRules } from './entry-rules.js';

const COOKIE = { cookie: 'access_token=a.b.c' };
const OURS = { origin: 'https://app.example.com' };
const FOREIGN = { origin: 'https://evil.test' };

/** A node and the requests that it receives. */
class Node {
  readonly connections = new ConnectionRegistry();
  readonly status = new RealtimeStatus(this.connections);
  readonly rules: EntryRules;

  constructor(sockets: Partial<SocketSettings> = {}) {
    const limits = { maxSockets: 0, maxSocketsPerAddress: 0, maxAnonymousSockets: 0, maxAnonymousSocketsPerAddress: 0 };
    const settings = {
      process: { trustProxy: false },
      auth: { allowedHosts: ['app.example.com'] },
      sockets: { ...limits, ...sockets },
    } as unknown as Settings;
    this.rules = new EntryRules(settings, this.status, this.connections, new Origins(settings));
  }

  /** Returns null if the request is accepted, otherwise the error. Accepted requests stay open. */
  request(
    headers: IncomingHttpHeaders = {},
    { authentication = 'required', alwaysHasOrigin = true } = {},
  ): ServiceError | null {
    const request = { headers, socket: { remoteAddress: '192.0.2.1' } } as IncomingMessage;
    const gateway = { authentication } as RealtimeGateway;
    try {
      const { visitor } = this.rules.check({ request, query: new URLSearchParams(), gateway, alwaysHasOrigin });
      this.connections.add({} as Connection, visitor);
      return null;
    } catch (error) {
      if (error instanceof ServiceError) return error;
      throw error;
    }
  }
}

describe('the rules for requests to open a connection', () => {
  it('reject every request while the node is draining, with different, short retry times', () => {
    const node = new Node();
    expect(node.request()).toBeNull();
    node.status.draining = true;
    const errors = Array.from({ length: 200 }, () => node.request());
    expect(new Set(errors.map((error) => error?.code))).toEqual(new Set(['unavailable']));
    expect([...new Set(errors.map((error) => error?.retryAfterSeconds))].sort()).toEqual([1, 2, 3, 4, 5]);
  });

  it('limit the connections of the node, and those without a token', () => {
    const full = new Node({ maxSockets: 2 });
    const authentication = 'optional';
    expect([1, 2, 3].map(() => full.request()?.code)).toEqual([undefined, undefined, 'unavailable']);
    const crowded = new Node({ maxAnonymousSockets: 1 });
    expect([1, 2].map(() => crowded.request({}, { authentication })?.code)).toEqual([undefined, 'unavailable']);
    expect(crowded.request({ authorization: 'Bearer a.b.c' }, { authentication })).toBeNull();
  });

  it('limit the connections of an address', () => {
    const node = new Node({ maxSocketsPerAddress: 1 });
    expect([1, 2].map(() => node.request()?.code)).toEqual([undefined, 'too_many_connections']);
  });

  it('limit the handshakes in progress until they end, successfully or not', async () => {
    const node = new Node();
    const ends: (() => void)[] = [];
    const isFull = (): boolean => node.request()?.code === 'unavailable';
    const handshakes = Array.from({ length: 2_000 }, (_, n) => {
      const handshake = new Promise<void>((resolve, reject) => {
        ends.push(n % 2 === 0 ? resolve : () => reject(new Error('no')));
      });
      expect(isFull()).toBe(false);
      return node.rules.during(handshake);
    });
    expect(isFull()).toBe(true);
    for (const end of ends) end();
    await Promise.allSettled(handshakes);
    expect(isFull()).toBe(false);
  });

  it.each([
    ['WebSocket', OURS, true],
    ['WebSocket', FOREIGN, false],
    ['WebSocket', {}, true],
    ['WebSocket', { ...COOKIE, ...OURS }, true],
    ['WebSocket', { ...COOKIE, ...FOREIGN }, false],
    ['WebSocket', COOKIE, false],
    ['event stream', OURS, true],
    ['event stream', FOREIGN, false],
    ['event stream', COOKIE, true],
    ['event stream', { ...COOKIE, ...FOREIGN }, false],
    ['event stream', { ...COOKIE, 'sec-fetch-site': 'cross-site' }, false],
  ] as const)('check the origin of a %s: %j', (transport, headers, isAllowed) => {
    const error = new Node().request(headers, { alwaysHasOrigin: transport === 'WebSocket' });
    expect(error?.code).toBe(isAllowed ? undefined : 'forbidden');
  });

  it('require no origin with a cookie if no token is read', () => {
    expect(new Node().request(COOKIE, { authentication: 'none' })).toBeNull();
  });
});
