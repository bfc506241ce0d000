import { afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { MemoryChannelLayer } from '../channel-layer/memory/memory-channel-layer.js';
import type { Message } from '../channel-layer/interface/message.js';
import { loadSettings } from '../config/load-settings.js';
import { Presence } from './presence.js';
import { PresencePeers } from './presence-peers.js';

const SETTINGS = loadSettings({ NODE_ENV: 'test', DATABASE_URL: 'pglite://memory' });

/** A node whose connection to the bus can be lost and restored, with the reports that it has published, by room. */
class BusNode {
  isConnected = true;
  readonly reports = new Map<string, number>();
  questions = 0;
  readonly presence: Presence;
  readonly online = new Map<string, string>();
  private readonly peers: PresencePeers;
  private readonly returned: (() => void)[] = [];

  constructor(shared: MemoryChannelLayer) {
    const layer = Object.create(shared) as MemoryChannelLayer;
    layer.groupSend = async (group: string, message: Message) => {
      if (!this.isConnected) throw new Error('the connection is lost');
      if (message.type === 'presence_ask') this.questions += 1;
      const room = typeof message.room === 'string' ? message.room : '';
      if (message.type === 'presence_report') this.reports.set(room, (this.reports.get(room) ?? 0) + 1);
      await shared.groupSend(group, message);
    };
    layer.listen = (groups, listener) =>
      shared.listen(groups, (group, message) => {
        if (this.isConnected) listener(group, message);
      });
    Object.assign(layer, { onReconnect: (callback: () => void) => this.returned.push(callback) });
    this.peers = new PresencePeers(layer, SETTINGS);
    this.presence = new Presence(layer, this.peers);
    this.presence.changes.subscribe(({ room, online }) => this.online.set(room, [...online].sort().join(',')));
  }

  async start(): Promise<this> {
    this.presence.onModuleInit();
    await this.peers.onModuleInit();
    return this;
  }

  async stop(): Promise<void> {
    this.presence.onApplicationShutdown();
    await this.peers.onApplicationShutdown();
  }

  reconnect(): void {
    this.isConnected = true;
    for (const callback of this.returned) callback();
  }
}

describe('presence after an outage of the bus', () => {
  beforeAll(() => {
    Logger.overrideLogger(false);
  });

  const NODES = 200;
  const ROOMS = 100;
  let layer: MemoryChannelLayer;
  let nodes: BusNode[];
  beforeEach(async () => {
    jest.useFakeTimers();
    layer = new MemoryChannelLayer();
    nodes = await Promise.all(Array.from({ length: NODES }, () => new BusNode(layer).start()));
  });
  afterEach(async () => {
    await layer.close();
    await Promise.all(nodes.map((node) => node.stop()));
    jest.useRealTimers();
  });
  const pass = (milliseconds: number): Promise<void> => jest.advanceTimersByTimeAsync(milliseconds);
  const nodeOf = (room: number, place: number): BusNode => nodes[(room * 7 + place * 13) % NODES] as BusNode;

  it.each([5_000, 60_000])(
    'costs each node at most 3 reports per room, and is correct in the end: %i ms',
    async (outageMs) => {
      const leave = new Map<number, () => void>();
      for (let room = 0; room < ROOMS; room += 1) {
        leave.set(room, nodeOf(room, 0).presence.enter(`order_${room}`, 'carla'));
        nodeOf(room, 1).presence.enter(`order_${room}`, 'paul');
        nodeOf(room, 2).presence.enter(`order_${room}`, null);
      }
      await pass(20_000);
      for (const node of nodes) node.isConnected = false;
      await pass(outageMs);
      // Half of the customers disconnect while no other node can be reached.
      for (let room = 0; room < ROOMS; room += 2) leave.get(room)?.();
      for (const node of nodes) {
        node.reports.clear();
        node.questions = 0;
      }
      // All nodes reconnect within five seconds.
      for (const node of nodes) {
        node.reconnect();
        await pass(25);
      }
      await pass(60_000);
      for (let room = 0; room < ROOMS; room += 1) {
        const expected = room % 2 === 0 ? 'paul' : 'carla,paul';
        expect(nodeOf(room, 2).online.get(`order_${room}`)).toBe(expected);
      }
      expect(Math.max(...nodes.flatMap((node) => [...node.reports.values()]))).toBeLessThanOrEqual(3);
      expect(Math.max(...nodes.map(({ questions }) => questions))).toBeLessThanOrEqual(4);
    },
  );

  it('costs nothing when a node is added', async () => {
    for (let room = 0; room < ROOMS; room += 1) nodeOf(room, 0).presence.enter(`order_${room}`, 'carla');
    await pass(20_000);
    for (const node of nodes) node.reports.clear();
    nodes.push(await new BusNode(layer).start());
    await pass(30_000);
    expect(nodes.flatMap((node) => [...node.reports.values()])).toEqual([]);
  });
});
