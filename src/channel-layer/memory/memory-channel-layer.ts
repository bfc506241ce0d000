/* eslint-disable @typescript-eslint/require-await -- no method awaits, but errors must become rejections */
import { resolveOptions } from '../interface/channel-layer-options.js';
import type { ChannelLayerOptions } from '../interface/channel-layer-options.js';
import { ChannelLayer } from '../interface/channel-layer.js';
import type { GroupListener } from '../interface/channel-layer.js';
import { ChannelNames } from '../local/channel-names.js';
import { ChannelQueues } from '../local/channel-queues.js';
import { ChannelFull, ChannelLayerUnavailable } from '../interface/errors.js';
import { GroupListeners } from '../local/group-listeners.js';
import { GroupMembers } from '../interface/group-members.js';
import { decodeMessage, encodeMessage } from '../codec/message-codec.js';
import type { Message } from '../interface/message.js';
import { requireChannelName, requireGroupName } from '../interface/names.js';
import { newStatistics } from '../interface/statistics.js';

interface Sent {
  readonly group: string;
  readonly message: Message;
}

/**
 * Messages within one process, for development, tests and installations with a single process. Messages are encoded and decoded
 * as on Redis, so that code behaves the same with both.
 */
export class MemoryChannelLayer extends ChannelLayer {
  readonly statistics = newStatistics();
  private readonly names = new ChannelNames();
  private readonly members: GroupMembers;
  private readonly queues: ChannelQueues;
  private readonly listeners: GroupListeners;
  private sentThisTurn: Sent[] = [];

  constructor(options: ChannelLayerOptions = {}) {
    super();
    const resolved = resolveOptions(options);
    this.members = new GroupMembers(resolved.now);
    this.queues = new ChannelQueues(resolved, this.statistics);
    this.listeners = new GroupListeners(resolved.warn);
  }

  async send(channel: string, message: Message): Promise<void> {
    requireChannelName(channel);
    const copy = decodeMessage(encodeMessage(message));
    if (!this.queues.put(channel, copy)) {
      this.statistics.dropped++;
      throw new ChannelFull(channel);
    }
    this.statistics.sent++;
    this.statistics.received++;
  }

  async receive(channel: string, signal?: AbortSignal): Promise<Message> {
    requireChannelName(channel);
    return this.queues.take(channel, signal);
  }

  async newChannel(prefix?: string): Promise<string> {
    return this.names.create(prefix);
  }

  async groupAdd(group: string, channel: string): Promise<void> {
    requireGroupName(group);
    requireChannelName(channel);
    this.members.add(group, channel);
  }

  async groupDiscard(group: string, channel: string): Promise<void> {
    requireGroupName(group);
    requireChannelName(channel);
    this.members.remove(group, channel);
  }

  async groupSend(group: string, message: Message): Promise<void> {
    requireGroupName(group);
    const bytes = encodeMessage(message);
    this.statistics.sent++;
    if (!this.listeners.has(group) && !this.members.has(group)) return;
    this.statistics.received++;
    this.sentThisTurn.push({ group, message: decodeMessage(bytes) });
    // Delivered after the sender's own code has run, as with an external backend: a listener never runs inside groupSend.
    if (this.sentThisTurn.length === 1) queueMicrotask(() => this.deliver());
  }

  async flush(): Promise<void> {
    this.queues.clear();
    this.members.clear();
    this.listeners.clear();
    this.sentThisTurn.length = 0;
  }

  async listen(groups: readonly string[], listener: GroupListener): Promise<void> {
    groups.forEach(requireGroupName);
    for (const group of groups) this.listeners.add(group, listener);
  }

  async unlisten(groups: readonly string[], listener: GroupListener): Promise<void> {
    for (const group of groups) this.listeners.remove(group, listener);
  }

  /** Does nothing: there is no connection to lose. */
  onReconnect(): void {
    return;
  }

  async ping(): Promise<void> {
    return;
  }

  async close(): Promise<void> {
    await this.flush();
    this.queues.close(new ChannelLayerUnavailable('The channel layer is closed'));
  }

  private deliver(): void {
    const sent = this.sentThisTurn;
    this.sentThisTurn = [];
    for (const { group, message } of sent) {
      this.listeners.dispatch(group, message);
      for (const channel of this.members.channels(group)) {
        if (!this.queues.put(channel, message)) this.statistics.dropped++;
      }
    }
  }
}
