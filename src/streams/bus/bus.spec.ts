import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ChannelLayer } from '../../channel-layer/interface/channel-layer.js';
import { createChannelLayer } from '../../channel-layer/create-channel-layer.js';
import type { Message } from '../../channel-layer/interface/message.js';
import type { LogEpoch } from '../position/log-epoch.js';
import { Bus } from './bus.js';
import { GroupSubscriptions } from './group-subscriptions.js';

describe('the bus', () => {
  let layer: ChannelLayer;
  let bus: Bus;
  let received: string[];

  beforeEach(async () => {
    layer = await createChannelLayer({});
    const subscriptions = new GroupSubscriptions(layer);
    received = [];
    subscriptions.onEntry(({ stream, position, epoch }) => received.push(`${stream} ${position} of ${String(epoch)}`));
    subscriptions.onEphemeral((group, message) => received.push(`${group} ${message.type} ${Number(message.as_of)}`));
    await subscriptions.subscribe(['a', 'b']);
    bus = new Bus(layer, subscriptions, { tag: 'us' } as LogEpoch);
  });
  afterEach(() => layer.close());

  const note = { type: 'note' };
  const count = (asOf: number): Message => ({ type: 'count', as_of: asOf });
  const publishInOneTurn = (): Promise<unknown> =>
    Promise.all([
      bus.publish('a', 'a', 2, note),
      bus.publishEphemeral('a', count(2)),
      bus.publish('b', 'b', 1, note),
      bus.publish('a', 'a', 1, note),
      bus.publishEphemeral('a', count(1)),
    ]);
  const inOrder = ['a 1 of us', 'a count 1', 'a 2 of us', 'a count 2', 'b 1 of us'];

  it('publishes the messages of one turn in the order of their positions, each count after the messages that it counts', async () => {
    await publishInOneTurn();
    expect(received).toEqual(inOrder);
  });

  it('delivers to the sockets of this node in the same way while the channel layer is unavailable', async () => {
    layer.groupSend = () => Promise.reject(new Error('Redis is away'));
    await publishInOneTurn();
    expect(received).toEqual(inOrder);
  });
});
