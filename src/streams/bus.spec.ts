import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ChannelLayer } from '../channel-layer/interface/channel-layer.js';
import { createChannelLayer } from '../channel-layer/create-channel-layer.js';
import type { Message } from '../channel-layer/interface/message.js';
import { Bus } from './bus.js';
import type { LogEpoch } from './position/log-epoch.js';
import { StreamFollower } from './follow/stream-follower.js';
import type { StreamReader } from './follow/stream-reader.js';
import { StreamStatistics } from './follow/stream-statistics.js';

describe('the bus', () => {
  let layer: ChannelLayer;
  let bus: Bus;
  let heard: string[];

  beforeEach(async () => {
    layer = await createChannelLayer({});
    const epoch = { tag: 'here' } as LogEpoch;
    const reader: Pick<StreamReader, 'extent'> = { extent: () => Promise.resolve({ head: 0, trimmed: 0 }) };
    const follower = new StreamFollower(layer, reader as StreamReader, new StreamStatistics(), epoch);
    heard = [];
    follower.attach({
      durable: (stream, position) => heard.push(`${stream} ${position}`),
      ephemeral: (group, message) => heard.push(`${group} ${message.type} ${Number(message.as_of)}`),
    });
    await follower.follow('a');
    await follower.follow('b');
    bus = new Bus(layer, follower, epoch);
  });
  afterEach(() => layer.close());

  const note = { type: 'note' };
  const count = (asOf: number): Message => ({ type: 'count', as_of: asOf });

  it('tells what was committed in one turn in order of position, each count after what it counts', async () => {
    await Promise.all([
      bus.publish('a', 'a', 2, note),
      bus.publishEphemeral('a', count(2)),
      bus.publish('b', 'b', 1, note),
      bus.publish('a', 'a', 1, note),
      bus.publishEphemeral('a', count(1)),
    ]);
    expect(heard).toEqual(['a 1', 'a count 1', 'a 2', 'a count 2', 'b 1']);
  });

  it('lets nobody hear a count that knows of less than the last one', async () => {
    await bus.publishEphemeral('a', count(7));
    await bus.publishEphemeral('a', count(6));
    await bus.publishEphemeral('b', count(6));
    await bus.publishEphemeral('a', count(7));
    expect(heard).toEqual(['a count 7', 'b count 6', 'a count 7']);
  });
});
