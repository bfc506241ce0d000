import { resolveOptions } from '../interface/channel-layer-options.js';
import type { ChannelLayerOptions, ResolvedChannelLayerOptions } from '../interface/channel-layer-options.js';
import { ChannelLayer } from '../interface/channel-layer.js';
import type { GroupListener } from '../interface/channel-layer.js';
import { ChannelNames } from '../local/channel-names.js';
import { ChannelQueues } from '../local/channel-queues.js';
import { CoreMemberships } from './core-memberships.js';
import { CoreReaderPool } from './core-reader-pool.js';
import { CoreStore } from './core-store.js';
import { CoreWire } from './core-wire.js';
import { ChannelFull, ChannelLayerUnavailable } from '../interface/errors.js';
import { GroupListeners } from '../local/group-listeners.js';
import type { Message } from '../interface/message.js';
import { nonLocalName, requireChannelName, requireGroupName } from '../interface/names.js';
import { RedisClients } from '../../redis/redis-clients.js';
import { RedisLink, START_DEADLINE_MS } from '../redis/redis-link.js';
import { newStatistics } from '../interface/statistics.js';
import { withinASecond } from '../local/within-a-second.js';

const CLOSE_GRACE_MS = 1000;

/**
 * The wire of `channels_redis.core.RedisChannelLayer`. Channels and groups are sorted sets on Redis, where messages wait until
 * they are read or expire.
 */
export class RedisCoreChannelLayer extends ChannelLayer {
  readonly statistics = newStatistics();
  private readonly options: ResolvedChannelLayerOptions;
  private readonly names = new ChannelNames();
  private readonly wire: CoreWire;
  private readonly queues: ChannelQueues;
  private readonly listeners: GroupListeners;
  private readonly commands: RedisLink;
  private readonly store: CoreStore;
  private readonly memberships: CoreMemberships;
  private readonly readers: CoreReaderPool;
  private readonly reconnectCallbacks: (() => void)[] = [];

  constructor(options: ChannelLayerOptions) {
    super();
    this.options = resolveOptions(options);
    this.wire = new CoreWire(this.options, this.statistics);
    this.queues = new ChannelQueues(this.options, this.statistics);
    this.listeners = new GroupListeners(this.options.warn);
    const clients = new RedisClients(this.options);
    this.commands = new RedisLink(clients.commands(), 'Channel layer', this.options.warn);
    this.store = new CoreStore(this.commands, this.wire, this.options);
    this.memberships = new CoreMemberships(this.store, {
      groupExpirySeconds: this.options.groupExpirySeconds,
      newChannel: () => this.names.createForGroup(),
      onRestored: () => this.notifyReconnected(),
    });
    this.readers = new CoreReaderPool(clients, this.wire, this.store, {
      listening: (name) => this.memberships.size > 0 && name === this.names.default,
      onPayload: (name, payload) => this.deliver(name, payload),
      onReconnect: () => this.memberships.restore(),
      warn: this.options.warn,
    });
    this.commands.onReconnect(() => this.memberships.restore());
  }

  /** Resolves when connected, or after two seconds; the layer then keeps trying. */
  async start(): Promise<void> {
    this.commands.start();
    await this.commands.untilReady(START_DEADLINE_MS);
  }

  async send(channel: string, message: Message): Promise<void> {
    requireChannelName(channel);
    const name = nonLocalName(channel);
    const payload = name === channel ? this.wire.encode(message) : this.wire.prepare(message).addressedTo(channel);
    // Messages that were read from Redis but not received yet still count.
    const full = this.queues.size(channel) >= this.options.capacity;
    if (full || (await this.store.add(new Map([[this.wire.channelKey(name), payload]]))) > 0) {
      this.statistics.dropped++;
      throw new ChannelFull(channel);
    }
    this.statistics.sent++;
  }

  async receive(channel: string, signal?: AbortSignal): Promise<Message> {
    requireChannelName(channel);
    this.names.requireReadable(channel);
    if (this.queues.size(channel) > 0) return this.queues.take(channel, signal);
    return this.readers.whileReading(nonLocalName(channel), this.queues.take(channel, signal));
  }

  newChannel(prefix?: string): Promise<string> {
    return Promise.resolve().then(() => this.names.create(prefix));
  }

  async groupAdd(group: string, channel: string): Promise<void> {
    requireGroupName(group);
    requireChannelName(channel);
    await this.store.join([[group, channel]]);
  }

  async groupDiscard(group: string, channel: string): Promise<void> {
    requireGroupName(group);
    requireChannelName(channel);
    await this.store.leave([[group, channel]]);
  }

  async groupSend(group: string, message: Message): Promise<void> {
    requireGroupName(group);
    const prepared = this.wire.prepare(message);
    const readers = this.byKey(await this.store.members(group));
    const full = await this.store.add(
      new Map([...readers].map(([key, channelsOfKey]) => [key, prepared.addressedTo(channelsOfKey)])),
    );
    this.statistics.sent++;
    this.statistics.dropped += full;
  }

  /**
   * Deletes the data of every process with this prefix, as in channels_redis. Listeners of other processes join again when they
   * renew.
   */
  async flush(): Promise<void> {
    const groups = [...this.listeners.names];
    this.listeners.clear();
    this.queues.clear();
    await this.memberships.remove(groups);
    await this.store.flush();
  }

  async listen(groups: readonly string[], listener: GroupListener): Promise<void> {
    groups.forEach(requireGroupName);
    for (const group of groups) this.listeners.add(group, listener);
    await this.memberships.add(groups);
    if (groups.length > 0) this.readers.wake(this.names.default);
  }

  async unlisten(groups: readonly string[], listener: GroupListener): Promise<void> {
    await this.memberships.remove(groups.filter((group) => this.listeners.remove(group, listener)));
  }

  onReconnect(callback: () => void): void {
    this.reconnectCallbacks.push(callback);
  }

  async ping(): Promise<void> {
    await withinASecond(this.commands.call('PING'));
    if (!this.readers.ready) throw new ChannelLayerUnavailable('Redis is not available: a reader is disconnected');
  }

  async close(): Promise<void> {
    this.listeners.clear();
    await this.memberships.close();
    await this.readers.close();
    await this.commands.close(CLOSE_GRACE_MS);
    this.queues.close(new ChannelLayerUnavailable('The channel layer is closed'));
  }

  /** Groups channels by the key from which they are read. */
  private byKey(members: readonly string[]): Map<string, string[]> {
    const channels = new Map<string, string[]>();
    for (const member of members) {
      const key = this.wire.channelKey(nonLocalName(member));
      const channelsOfKey = channels.get(key);
      if (channelsOfKey) channelsOfKey.push(member);
      else channels.set(key, [member]);
    }
    return channels;
  }

  /** Hot path: called once per message that reaches this process. */
  private deliver(name: string, payload: Buffer): void {
    const addressed = this.wire.decode(payload);
    if (addressed === null) return;
    this.statistics.received++;
    const channels = addressed.channels.length > 0 ? addressed.channels : [name];
    for (const channel of channels) {
      const group = this.memberships.group(channel);
      if (group !== undefined) this.listeners.dispatch(group, addressed.message);
      else if (!this.names.isForGroup(channel)) this.put(channel, addressed.message);
    }
  }

  private put(channel: string, message: Message): void {
    if (!this.queues.put(channel, message)) this.statistics.dropped++;
  }

  private notifyReconnected(): void {
    for (const callback of this.reconnectCallbacks) callback();
  }
}
