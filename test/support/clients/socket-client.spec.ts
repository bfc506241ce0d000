import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { expectHandshakeError, open, settleSockets } from './socket-client.js';

describe('the socket client', () => {
  let server: WebSocketServer;
  let url: string;
  let onConnection: (socket: WebSocket) => void;

  beforeEach(async () => {
    server = new WebSocketServer({
      port: 0,
      host: '127.0.0.1',
      verifyClient: ({ req }: { req: IncomingMessage }) => req.headers.origin !== 'http://evil',
    });
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    server.on('connection', (socket) => {
      onConnection(socket);
    });
  });
  afterEach(() => server.close());

  it('reads messages in order', async () => {
    onConnection = (socket) => {
      socket.send('{"type":"a","n":1}');
      socket.send('{"type":"b","n":2}');
    };
    const socket = await open(url);
    await socket.expectMessage('a');
    await socket.expectMessage({ type: 'b', n: 2 });
    await socket.expectNothing();
  });

  it('accepts messages in any order if none is guaranteed', async () => {
    onConnection = (socket) => {
      socket.send('{"type":"a"}');
      socket.send('{"type":"b"}');
    };
    const socket = await open(url);
    expect(await socket.expectMessages('b', { type: 'a' })).toEqual([{ type: 'b' }, { type: 'a' }]);
  });

  it('fails on an unexpected message, and on an additional one', async () => {
    onConnection = (socket) => {
      socket.send('{"type":"a"}');
      socket.send('{"type":"extra"}');
    };
    const socket = await open(url);
    await expect(socket.expectMessage('b')).rejects.toThrow('"type": "b"');
    await expect(socket.expectNothing()).rejects.toThrow('extra');
    await expect(settleSockets()).rejects.toThrow('extra');
  });

  it('expects the disconnect frame before a close', async () => {
    onConnection = (socket) => {
      socket.send('{"type":"disconnect","code":4001}');
      socket.close(4001);
    };
    expect(await (await open(url)).expectClose(4001)).toMatchObject({ code: 4001 });
    onConnection = (socket) => {
      socket.close(4001);
    };
    await expect((await open(url)).expectClose(4001)).rejects.toThrow('closed with 4001');
  });

  it('returns the status of a rejected upgrade', async () => {
    onConnection = () => undefined;
    await expectHandshakeError(url, 401, { origin: 'http://evil' });
    await expect(expectHandshakeError(url, 401, { origin: 'http://good' })).rejects.toThrow('101');
  });
});
