import { Injectable } from '@nestjs/common';
import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { Subject } from 'rxjs';
import { ChannelLayer } from '../channel-layer/interface/channel-layer.js';
import type { Message } from '../channel-layer/interface/message.js';
import { Settings } from '../config/settings.js';
import { ownGroup } from '../streams/names/own-group.js';
import { Throttle } from './throttle.js';

const GROUP = ownGroup('presence');
/** A node that sends nothing for this many intervals is considered lost. Two heartbeats in a row may be missed. */
const SILENT_INTERVALS = 3;
/** Requests for reports are collected for this long, because after an outage all nodes return within seconds. */
const REQUEST_DELAY_MS = 1_000;
/** The maximum number of lost nodes that are remembered, in case they return. */
const MAX_LOST = 1_000;

/**
 * Tracks the other nodes by their heartbeats, one every PRESENCE_INTERVAL. A node that is killed is lost three to four
 * intervals later. A node that was only disconnected returns with its next heartbeat.
 */
@Injectable()
export class PresencePeers implements OnModuleInit, OnApplicationShutdown {
  /** The id of this node, new for each start. */
  readonly self = randomUUID();
  /** Emits the id of a node that has shut down or has sent nothing for too long. */
  readonly lost = new Subject<string>();
  /** Emits the id of a node that was disconnected from the bus: its earlier reports may be out of date. */
  readonly returned = new Subject<string>();
  /** Emits when another node requests a report of every room. */
  readonly reportsRequested = new Subject<void>();
  private readonly lastSeen = new Map<string, number>();
  private readonly lostNodes = new Set<string>();
  /** The nodes to ask for a report, unless `asksAllNodes`. */
  private readonly nodesToAsk = new Set<string>();
  private asksAllNodes = false;
  private readonly requests: Throttle;
  private timer: NodeJS.Timeout | undefined;
  private readonly listener = (_group: string, message: Message): void => {
    this.receive(message);
  };

  constructor(
    private readonly channelLayer: ChannelLayer,
    private readonly settings: Settings,
  ) {
    this.requests = new Throttle(() => this.sendRequest(), REQUEST_DELAY_MS, settings.sockets.presenceInterval * 1_000);
  }

  async onModuleInit(): Promise<void> {
    await this.channelLayer.listen([GROUP], this.listener);
    this.timer = setInterval(() => {
      this.tick(Date.now());
    }, this.settings.sockets.presenceInterval * 1_000);
    this.timer.unref();
    this.send({ type: 'presence_alive', node: this.self });
  }

  /** Heartbeats stop here and no earlier, because draining the sockets may take longer than other nodes wait for a heartbeat. */
  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    this.requests.stop();
    await this.publish({ type: 'presence_gone', node: this.self });
  }

  /** Records a message of a node, on any group. Every message counts as a heartbeat. */
  markAlive(node: string): void {
    if (node === this.self) return;
    this.lastSeen.set(node, Date.now());
    // A new node is not asked: a node asks for reports of a room when it opens the room.
    if (this.lostNodes.delete(node)) this.requestReports(node);
  }

  /**
   * Call this after a reconnect to the bus: messages of this node may be lost, and it may have missed those of others. Asks all
   * nodes for a report of every room.
   */
  reconnected(): void {
    this.send({ type: 'presence_back', node: this.self });
    this.asksAllNodes = true;
    this.requests.request();
  }

  private requestReports(node: string): void {
    this.nodesToAsk.add(node);
    this.requests.request();
  }

  private sendRequest(): void {
    this.send({ type: 'presence_ask', node: this.self, of: this.asksAllNodes ? null : [...this.nodesToAsk] });
    this.asksAllNodes = false;
    this.nodesToAsk.clear();
  }

  private tick(now: number): void {
    this.send({ type: 'presence_alive', node: this.self });
    const deadline = now - this.settings.sockets.presenceInterval * 1_000 * SILENT_INTERVALS;
    for (const [node, lastSeen] of this.lastSeen) {
      if (lastSeen < deadline) this.markLost(node);
    }
  }

  private markLost(node: string): void {
    if (!this.lastSeen.delete(node)) return;
    this.lostNodes.add(node);
    const [oldest] = this.lostNodes;
    if (this.lostNodes.size > MAX_LOST && oldest !== undefined) this.lostNodes.delete(oldest);
    this.lost.next(node);
  }

  private receive({ type, node, of }: Message): void {
    if (typeof node !== 'string' || node === this.self) return;
    if (type === 'presence_gone') {
      this.markLost(node);
      return;
    }
    this.markAlive(node);
    if (type === 'presence_back') {
      this.requestReports(node);
      this.returned.next(node);
    }
    const isRequested = of === null || (Array.isArray(of) && of.includes(this.self));
    if (type === 'presence_ask' && isRequested) this.reportsRequested.next();
  }

  private send(message: Message): void {
    void this.publish(message);
  }

  /** Never rejects. While the channel layer is unavailable, other nodes consider this one lost; it reports again afterwards. */
  private async publish(message: Message): Promise<void> {
    await this.channelLayer.groupSend(GROUP, message).catch(() => undefined);
  }
}
