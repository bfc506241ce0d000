import { describe, expect, it } from '@jest/globals';
import type { Connection } from '../connection/connection.js';
import { WEB_SOCKET_ENCODING } from '../encoding/encoding.js';
import type { ServedGateway } from '../gateway/served-gateway.js';
import { PositionCodec } from '../../streams/position/position-codec.js';
import { Audience } from './audience.js';
import { ClientMessages } from './client-messages.js';
import { FanOut } from './fan-out.js';
import { HeldMessages } from './held-messages.js';

/** A socket that is still reading the log, and the texts written to it. */
class ReadingConnection {
  readonly written: string[] = [];
  readonly encoding = WEB_SOCKET_ENCODING;
  readonly isLive = false;
  place = -1;
  readonly outbound = { write: (frame: Buffer) => this.written.push(frame.toString('utf8', 2)) > 0 };
}

describe('ephemeral messages for a socket that is reading the log', () => {
  it('replace each other if the gateway permits it, however their type is spelled', () => {
    const gateway = {
      path: '/weather',
      instance: {
        latestOnly: new Set(['wind_speed']),
        toClientMessage: ({ type, n }: { readonly type: string; readonly n?: unknown }) => ({ type, n }),
      },
    } as unknown as ServedGateway;
    const held = new HeldMessages();
    const fanOut = new FanOut(held, new ClientMessages());
    const heard = { streams: ['weather'], groups: [], language: null };
    const slow = { startSlow: () => undefined };
    const audience = new Audience(gateway, WEB_SOCKET_ENCODING, heard, new PositionCodec('epoch'), slow);
    const connection = new ReadingConnection();
    audience.add(connection as unknown as Connection);
    fanOut.add(audience);

    fanOut.queueEphemeral('weather', { type: 'wind_speed', n: 1 });
    fanOut.queueEphemeral('weather', { type: 'thunder', n: 2 });
    fanOut.queueEphemeral('weather', { type: 'wind.speed', n: 3 });
    fanOut.queueEphemeral('weather', { type: 'thunder', n: 4 });
    held.release(connection as unknown as Connection);

    expect(connection.written).toEqual([
      '{"type":"thunder","n":2}',
      '{"type":"wind_speed","n":3}',
      '{"type":"thunder","n":4}',
    ]);
  });
});
