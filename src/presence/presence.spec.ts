import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { MemoryChannelLayer } from '../channel-layer/memory/memory-channel-layer.js';
import type { Message } from '../channel-layer/interface/message.js';
import { loadSettings } from '../config/load-settings.js';
import { Presence } from './presence.js';
import { PresencePeers } from './presence-peers.js';

const SETTINGS = loadSettings({ NODE_ENV: 'test', DATABASE_URL: 'pglite://memory' });
const BAR_MS = 30_000;

/** A node on a layer that all nodes of a test share. While it is cut off, no other node receives its messages. */
class TestNode {
  cutOff = false;
  readonly told: string[] = [];
  readonly presence: Presence;
  private readonly peers: PresencePeers;

  constructor(shared: MemoryChannelLayer) {
    const layer = Object.create(shared) as MemoryChannelLayer;
    layer.groupSend = (group: string, message: Message) =>
      this.cutOff ? Promise.reject(new Error('cut off')) : shared.groupSend(group, message);
    this.peers = new PresencePeers(layer, SETTINGS);
    this.presence = new Presence(layer, this.peers);
    this.presence.changes.subscribe(({ online }) => this.told.push([...online].sort().join(',')));
  }

  async start(): Promise<this> {
    this.presence.onModuleInit();
    await this.peers.onModuleInit();
    return this;
  }

  stop(): Promise<void> {
    return this.peers.onApplicationShutdown();
  }

  get last(): string | undefined {
    return this.told.at(-1);
  }
}

describe('presence, with the intervals of production', () => {
  let layer: MemoryChannelLayer;
  let nodes: [TestNode, TestNode];
  beforeEach(async () => {
    jest.useFakeTimers();
    layer = new MemoryChannelLayer();
    nodes = [await new TestNode(layer).start(), await new TestNode(layer).start()];
  });
  afterEach(async () => {
    for (const node of nodes) await node.stop();
    await layer.close();
    jest.useRealTimers();
  });
  const pass = (milliseconds: number): Promise<void> => jest.advanceTimersByTimeAsync(milliseconds);

  it('is the same on all nodes', async () => {
    const [first, second] = nodes;
    const carlaLeaves = first.presence.enter('order_1', 'carla');
    await pass(50);
    second.presence.enter('order_1', 'paul');
    second.presence.enter('order_1', null);
    await pass(100);
    expect([first.last, second.last]).toEqual(['carla,paul', 'carla,paul']);
    carlaLeaves();
    await pass(0);
    expect(second.last).toBe('paul');
    expect(first.presence.online('order_1')).toBeNull();
  });

  it('is not reported before the other nodes could answer', async () => {
    const [first, second] = nodes;
    first.presence.enter('order_1', 'carla');
    await pass(1_000);
    second.presence.enter('order_1', 'paul');
    expect(second.presence.online('order_1')).toBeNull();
    await pass(100);
    expect(second.told).toEqual(['carla,paul']);
  });

  it('removes the users of a silent node in time, and adds them again when the node reports again', async () => {
    const [first, second] = nodes;
    first.presence.enter('order_1', 'carla');
    second.presence.enter('order_1', 'paul');
    await pass(60_000);
    expect(first.last).toBe('carla,paul');
    second.cutOff = true;
    await pass(BAR_MS);
    expect(first.last).toBe('carla');
    expect(second.last).toBe('carla,paul');
    second.cutOff = false;
    // Its next report, the question, and the answer.
    await pass(SETTINGS.sockets.presenceInterval * 1_000 + 2_000);
    expect(first.last).toBe('carla,paul');
  });

  it('keeps the users of a node when two of its reports are lost', async () => {
    const [first, second] = nodes;
    first.presence.enter('order_1', 'carla');
    second.presence.enter('order_1', 'paul');
    await pass(1_000);
    const before = first.told.length;
    second.cutOff = true;
    await pass(2 * SETTINGS.sockets.presenceInterval * 1_000);
    second.cutOff = false;
    await pass(60_000);
    expect(first.told.slice(before)).toEqual([]);
  });

  it('removes a room when its last socket is closed, but not if a user reconnects at once', async () => {
    const [first, second] = nodes;
    const leave = first.presence.enter('order_1', 'carla');
    await pass(100);
    leave();
    first.presence.enter('order_1', 'carla');
    await pass(100);
    second.presence.enter('order_1', 'paul');
    await pass(100);
    expect(first.last).toBe('carla,paul');
  });

  it('passes facts to all nodes with sockets in the room', async () => {
    const [first, second] = nodes;
    const heard: unknown[] = [];
    for (const node of nodes) node.presence.facts.subscribe((fact) => heard.push(fact));
    first.presence.enter('order_1', 'carla');
    await pass(100);
    second.presence.publishFact('order_1', 'paul');
    first.presence.publishFact('order_1', 'pete');
    await pass(0);
    expect(heard.map((fact) => (fact as { fact: string }).fact).sort()).toEqual(['paul', 'pete']);
  });
});
