import type { Cluster } from 'ioredis';
import { resolveOptions } from '../interface/channel-layer-options.js';
import type { ChannelLayerOptions, ResolvedChannelLayerOptions } from '../interface/channel-layer-options.js';
import { ChannelLayer } from '../interface/channel-layer.js';
import type { GroupListener } from '../interface/channel-layer.js';
import { ChannelNames } from '../local/channel-names.js';
import { ChannelQueues } from '../local/channel-queues.js';
import { ClusterSubscriptions } from './cluster-subscriptions.js';
import { ChannelFull, ChannelLayerUnavailable, InvalidName } from '../interface/errors.js';
import { GroupListeners } from '../local/group-listeners.js';
import { GroupMembers } from '../interface/group-members.js';
import type { Message } from '../interface/message.js';
import { requireChannelName, requireGroupName } from '../interface/names.js';
import { PayloadCodec } from '../codec/payload-codec.js';
import { RedisClients } from '../../redis/redis-clients.js';
import { RedisLink, START_DEADLINE_MS } from '../redis/redis-link.js';
import { newStatistics } from '../interface/statistics.js';
import { Subscriptions } from './subscriptions.js';
import type { SubscriptionEvents } from './subscriptions.js';
import { withinASecond } from '../local/within-a-second.js';

const CLOSE_GRACE_MS = 1000;

/**
 * The wire of `channels_redis.pubsub.RedisPubSubChannelLayer`. Nothing is stored on Redis: every process keeps its own channels
 * and group members, and a group send is one PUBLISH (in a cluster SPUBLISH), however many members there are.
 */
export class RedisPubSubChannelLayer extends ChannelLayer {
  readonly statistics = newStatistics();
  private readonly options: ResolvedChannelLayerOptions;
  private readonly groupPrefix: string;
  private readonly names: ChannelNames;
  private readonly queues: ChannelQueues;
  private readonly members: GroupMembers;
  private readonly listeners: GroupListeners;
  private readonly codec: PayloadCodec;
  private readonly commands: RedisLink;
  private readonly subscriptions: Subscriptions | ClusterSubscriptions;
  private readonly publish: 'PUBLISH' | 'SPUBLISH';
  private readonly reconnectCallbacks: (() => void)[] = [];

  constructor(options: ChannelLayerOptions) {
    super();
    this.options = resolveOptions(options);
    this.groupPrefix = `${this.options.prefix}__group__`;
    this.names = new ChannelNames(this.options.prefix);
    this.queues = new ChannelQueues(this.options, this.statistics);
    this.members = new GroupMembers(this.options.now);
    this.listeners = new GroupListeners(this.options.warn);
    this.codec = new PayloadCodec(this.options, this.statistics);
    const clients = new RedisClients(this.options);
    const client = clients.commands();
    this.commands = new RedisLink(client, 'Channel layer', this.options.warn);
    this.publish = clients.isCluster ? 'SPUBLISH' : 'PUBLISH';
    this.subscriptions = clients.isCluster
      ? new ClusterSubscriptions(client as Cluster, (node) => clients.subscriber(node), this.events())
      : new Subscriptions(clients.subscriber(), 'subscribe', this.events());
  }

  /** Resolves when connected, or after two seconds; the layer then keeps trying. */
  async start(): Promise<void> {
    this.commands.start();
    await Promise.all([this.commands.untilReady(START_DEADLINE_MS), this.subscriptions.start()]);
  }

  async send(channel: string, message: Message): Promise<void> {
    requireChannelName(channel);
    const payload = this.codec.encode(message);
    if (this.names.owns(channel)) this.sendLocally(channel, payload);
    else await this.commands.call(this.publish, channel, payload);
    this.statistics.sent++;
  }

  async receive(channel: string, signal?: AbortSignal): Promise<Message> {
    requireChannelName(channel);
    const next = this.queues.take(channel, signal);
    if (!this.subscriptions.has(channel)) await this.subscriptions.add([channel]);
    try {
      return await next;
    } catch (error) {
      // As in channels_redis, a channel without receivers is unsubscribed; otherwise the subscription would never end.
      if (this.queues.isIdle(channel)) await this.subscriptions.remove([channel]);
      throw error;
    }
  }

  async newChannel(prefix?: string): Promise<string> {
    const channel = this.names.create(prefix);
    await this.subscriptions.add([channel]);
    return channel;
  }

  async groupAdd(group: string, channel: string): Promise<void> {
    requireGroupName(group);
    requireChannelName(channel);
    if (!this.names.owns(channel) && !this.subscriptions.has(channel)) {
      throw new InvalidName(`On the pubsub wire only a channel of this process can join a group, not ${channel}`);
    }
    this.members.add(group, channel);
    await this.subscriptions.add([this.groupPrefix + group]);
  }

  async groupDiscard(group: string, channel: string): Promise<void> {
    requireGroupName(group);
    requireChannelName(channel);
    this.members.remove(group, channel);
    await this.unsubscribeUnused([group]);
  }

  async groupSend(group: string, message: Message): Promise<void> {
    requireGroupName(group);
    await this.commands.call(this.publish, this.groupPrefix + group, this.codec.encode(message));
    this.statistics.sent++;
  }

  /** Deletes the messages and groups of this process only: the memory of other processes cannot be reached. */
  async flush(): Promise<void> {
    const groups = new Set([...this.listeners.names, ...this.members.names]);
    this.queues.clear();
    this.members.clear();
    this.listeners.clear();
    await this.unsubscribeUnused([...groups]);
  }

  async listen(groups: readonly string[], listener: GroupListener): Promise<void> {
    groups.forEach(requireGroupName);
    for (const group of groups) this.listeners.add(group, listener);
    await this.subscriptions.add(groups.map((group) => this.groupPrefix + group));
  }

  async unlisten(groups: readonly string[], listener: GroupListener): Promise<void> {
    await this.unsubscribeUnused(groups.filter((group) => this.listeners.remove(group, listener)));
  }

  onReconnect(callback: () => void): void {
    this.reconnectCallbacks.push(callback);
  }

  async ping(): Promise<void> {
    await withinASecond(this.commands.call('PING'));
    if (!this.subscriptions.ready)
      throw new ChannelLayerUnavailable('Redis is not available: the subscriber is disconnected');
  }

  async close(): Promise<void> {
    this.members.clear();
    this.listeners.clear();
    await Promise.all([this.subscriptions.close(), this.commands.close(CLOSE_GRACE_MS)]);
    this.queues.close(new ChannelLayerUnavailable('The channel layer is closed'));
  }

  private events(): SubscriptionEvents {
    return {
      onMessage: (name, payload) => this.deliver(name, payload),
      onRestored: () => {
        for (const callback of this.reconnectCallbacks) callback();
      },
      warn: this.options.warn,
    };
  }

  /** Hot path: called once per message that reaches this process. */
  private deliver(name: string, payload: Buffer): void {
    const message = this.codec.decode(payload);
    if (message === null) return;
    this.statistics.received++;
    if (!name.startsWith(this.groupPrefix)) {
      this.put(name, message);
      return;
    }
    const group = name.slice(this.groupPrefix.length);
    this.listeners.dispatch(group, message);
    if (!this.members.has(group)) return;
    for (const channel of this.members.channels(group)) this.put(channel, message);
  }

  private put(channel: string, message: Message): void {
    if (!this.queues.put(channel, message)) this.statistics.dropped++;
  }

  /**
   * Sends to a channel of this process, without Redis, so that a full channel can be detected: this wire has no count on Redis.
   */
  private sendLocally(channel: string, payload: Buffer): void {
    const message = this.codec.decode(payload);
    if (message === null) return;
    if (!this.queues.put(channel, message)) {
      this.statistics.dropped++;
      throw new ChannelFull(channel);
    }
    this.statistics.received++;
  }

  private async unsubscribeUnused(groups: readonly string[]): Promise<void> {
    const unused = groups.filter((group) => !this.listeners.has(group) && !this.members.has(group));
    await this.subscriptions.remove(unused.map((group) => this.groupPrefix + group));
  }
}
