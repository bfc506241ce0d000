import type { Cluster, Redis } from 'ioredis';
import type { HostAndPort } from '../../redis/redis-address.js';
import { clusterSlot } from '../redis/cluster-slot.js';
import { Subscriptions } from './subscriptions.js';
import type { SubscriptionEvents } from './subscriptions.js';

/**
 * Sharded subscriptions: one subscriber connection for each master that holds the slot of a wanted channel. When a slot moves
 * to another node, its channels are subscribed there.
 */
export class ClusterSubscriptions {
  private readonly desired = new Set<string>();
  private readonly nodes = new Map<string, Subscriptions>();
  private closed = false;

  constructor(
    private readonly cluster: Cluster,
    private readonly connect: (node: HostAndPort) => Redis,
    private readonly events: SubscriptionEvents,
  ) {
    cluster.on('refresh', () => void this.route());
  }

  /** Whether the node of every wanted channel is connected. */
  get ready(): boolean {
    if (this.cluster.status !== 'ready') return false;
    for (const node of this.nodes.values()) if (!node.ready) return false;
    return true;
  }

  /** Does nothing: connections are opened when channels are added. */
  start(): Promise<void> {
    return Promise.resolve();
  }

  async add(channels: Iterable<string>): Promise<void> {
    const added = [...channels];
    for (const channel of added) this.desired.add(channel);
    await this.eachNode(added, (node, channelsOfNode) => node.add(channelsOfNode));
  }

  async remove(channels: Iterable<string>): Promise<void> {
    const removed = [...channels];
    for (const channel of removed) this.desired.delete(channel);
    await this.eachNode(removed, (node, channelsOfNode) => node.remove(channelsOfNode));
  }

  has(channel: string): boolean {
    return this.desired.has(channel);
  }

  async close(): Promise<void> {
    this.closed = true;
    await Promise.all([...this.nodes.values()].map((node) => node.close()));
    this.nodes.clear();
  }

  private async eachNode(
    channels: readonly string[],
    action: (node: Subscriptions, channels: readonly string[]) => Promise<void>,
  ): Promise<void> {
    const routes = this.routes(channels);
    await Promise.all([...routes].map(([key, channelsOfNode]) => action(this.node(key), channelsOfNode)));
  }

  /**
   * Groups channels by the node that holds their slot. Channels are omitted while the slots are unknown; `refresh` adds them
   * later.
   */
  private routes(channels: Iterable<string>): Map<string, string[]> {
    const routes = new Map<string, string[]>();
    for (const channel of channels) {
      const key = this.cluster.slots[clusterSlot(channel)]?.[0];
      if (key === undefined) continue;
      const channelsOfNode = routes.get(key);
      if (channelsOfNode) channelsOfNode.push(channel);
      else routes.set(key, [channel]);
    }
    return routes;
  }

  private node(key: string): Subscriptions {
    let node = this.nodes.get(key);
    if (!node) this.nodes.set(key, (node = this.open(key)));
    return node;
  }

  private open(key: string): Subscriptions {
    const colon = key.lastIndexOf(':');
    const redis = this.connect({ host: key.slice(0, colon), port: Number(key.slice(colon + 1)) });
    // A slot has moved, or the node is lost: load the slots of the cluster again.
    const refreshSlots = (): void => {
      if (!this.closed) this.cluster.refreshSlotsCache();
    };
    redis.on('moved', refreshSlots);
    redis.on('close', refreshSlots);
    const node = new Subscriptions(redis, 'ssubscribe', this.events);
    void node.start();
    return node;
  }

  /** Subscribes every channel on the node that holds its slot now. */
  private async route(): Promise<void> {
    if (this.closed) return;
    const routes = this.routes(this.desired);
    let moved = false;
    for (const [key, node] of this.nodes) {
      const channelsOfNode = new Set(routes.get(key));
      if (channelsOfNode.size === 0 && !this.isMaster(key)) await this.drop(key, node);
      else await node.remove([...node.channels].filter((channel) => !channelsOfNode.has(channel)));
    }
    for (const [key, channelsOfNode] of routes) {
      const node = this.node(key);
      const missing = channelsOfNode.filter((channel) => !node.has(channel));
      moved ||= missing.length > 0;
      await node.add(missing);
    }
    if (moved) this.events.onRestored();
  }

  private isMaster(key: string): boolean {
    return this.cluster.slots.some((owners) => owners[0] === key);
  }

  private async drop(key: string, node: Subscriptions): Promise<void> {
    this.nodes.delete(key);
    await node.close();
  }
}
