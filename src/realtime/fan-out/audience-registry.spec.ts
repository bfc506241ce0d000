import { describe, expect, it } from '@jest/globals';
import type { GroupListener } from '../../channel-layer/interface/channel-layer.js';
import { MemoryChannelLayer } from '../../channel-layer/memory/memory-channel-layer.js';
import { PositionCodec } from '../../streams/position/position-codec.js';
import type { LogEpoch } from '../../streams/position/log-epoch.js';
import { GroupSubscriptions } from '../../streams/bus/group-subscriptions.js';
import { StreamFollower } from '../../streams/follow/stream-follower.js';
import type { StreamPositions } from '../../streams/follow/stream-positions.js';
import type { StreamReader } from '../../streams/follow/stream-reader.js';
import { StreamStatistics } from '../../streams/follow/stream-statistics.js';
import { AudienceRegistry } from './audience-registry.js';
import type { CatchUp } from './catch-up.js';
import { ClientMessages } from './client-messages.js';
import type { Connection } from '../connection/connection.js';
import { WEB_SOCKET_ENCODING } from '../encoding/encoding.js';
import { FanOut } from './fan-out.js';
import { HeldMessages } from './held-messages.js';

const OPENING = { streams: ['user_1', 'notifications'], groups: ['user_1_notifications'] };

/** A channel layer and a log that can be unavailable. */
class Backends extends MemoryChannelLayer {
  databaseIsAway = false;
  redisIsAway = false;

  readonly reader = {
    extent: () =>
      this.databaseIsAway
        ? Promise.reject(new Error('the database is away'))
        : Promise.resolve({ head: 0, trimmed: 0 }),
  } as unknown as StreamReader;

  readonly joined = new Set<string>();

  override listen(groups: readonly string[], listener: GroupListener): Promise<void> {
    if (this.redisIsAway) return Promise.reject(new Error('Redis is away'));
    for (const group of groups) this.joined.add(group);
    return super.listen(groups, listener);
  }

  override unlisten(groups: readonly string[], listener: GroupListener): Promise<void> {
    for (const group of groups) this.joined.delete(group);
    return super.unlisten(groups, listener);
  }
}

class TestConnection {
  readonly encoding = WEB_SOCKET_ENCODING;
  readonly gateway = { path: '/test' };
  groups: readonly string[] = [];
  place = -1;
  isLive = false;
  private readonly callbacks: (() => void)[] = [];

  onceClosed(callback: () => void): void {
    this.callbacks.push(callback);
  }

  close(): void {
    for (const callback of this.callbacks.splice(0)) callback();
  }
}

function start(): {
  backends: Backends;
  fanOut: FanOut;
  join: () => { connection: TestConnection; joined: Promise<boolean> };
} {
  const backends = new Backends();
  const positions = { codec: new PositionCodec('epoch') } as StreamPositions;
  const epoch = { tag: 'epoch' } as LogEpoch;
  const subscriptions = new GroupSubscriptions(backends);
  const follower = new StreamFollower(backends, subscriptions, backends.reader, new StreamStatistics(), epoch);
  const fanOut = new FanOut(new HeldMessages(), new ClientMessages());
  const audiences = new AudienceRegistry(follower, subscriptions, positions, fanOut, {} as CatchUp);
  const join = (): { connection: TestConnection; joined: Promise<boolean> } => {
    const connection = new TestConnection();
    const joining = audiences.join(connection as unknown as Connection, OPENING);
    const joined = joining.then(
      () => true,
      () => false,
    );
    return { connection, joined };
  };
  return { backends, fanOut, join };
}

describe('joining an audience', () => {
  it.each(['databaseIsAway', 'redisIsAway'] as const)(
    'works again as soon as the outage is over: %s',
    async (outage) => {
      const { backends, fanOut, join } = start();
      backends[outage] = true;
      const first = join();
      expect(await first.joined).toBe(false);
      backends[outage] = false;
      // The audience that failed is still closing.
      const second = join();
      expect(await second.joined).toBe(true);
      first.connection.close();
      expect(fanOut.hasAudience('user_1')).toBe(true);
      second.connection.close();
      await Promise.resolve();
      expect(fanOut.hasAudience('user_1')).toBe(false);
    },
  );

  it('fails for clients that connect during the outage, and leaves no group joined', async () => {
    const { backends, fanOut, join } = start();
    backends.databaseIsAway = true;
    const tries = [join(), join(), join()];
    expect(await Promise.all(tries.map(({ joined }) => joined))).toEqual([false, false, false]);
    for (const { connection } of tries) connection.close();
    expect(fanOut.hasAudience('user_1')).toBe(false);
    expect([...backends.joined]).toEqual([]);
  });
});
