import { Injectable } from '@nestjs/common';
import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { Subject } from 'rxjs';
import { ChannelLayer } from '../channel-layer/interface/channel-layer.js';
import type { Message } from '../channel-layer/interface/message.js';
import { Settings } from '../config/settings.js';
import { ownGroup } from '../streams/names/own-group.js';
import { Gathered } from './gathered.js';

const GROUP = ownGroup('presence');
/** A node that was silent for so many intervals is taken for dead: two signs of life may get lost. */
const SILENT_INTERVALS = 3;
/** After a reason to ask, further reasons are gathered for so long: after an outage all nodes come back within seconds. */
const GATHER_MS = 1_000;
/** Lost nodes that are remembered, in case they come back. */
const MAX_LOST = 1_000;

/**
 * The other nodes, by their signs of life, one every PRESENCE_INTERVAL. A node killed without a goodbye is lost three to four
 * intervals later; one that was only cut off is found again with its first sign of life.
 */
@Injectable()
export class PresencePeers implements OnModuleInit, OnApplicationShutdown {
  /** This node, in this life of it. */
  readonly self = randomUUID();
  /** A node that said goodbye or went silent. */
  readonly lost = new Subject<string>();
  /** A node that was cut off from the bus for a while: what it reported before may be out of date. */
  readonly returned = new Subject<string>();
  /** Another node wants a report of every room. */
  readonly asked = new Subject<void>();
  private readonly heardAt = new Map<string, number>();
  private readonly lostNodes = new Set<string>();
  /** The nodes to ask for a report, or all of them. */
  private readonly toAsk = new Set<string>();
  private asksAll = false;
  private readonly questions: Gathered;
  private timer: NodeJS.Timeout | undefined;
  private readonly listener = (_group: string, message: Message): void => {
    this.receive(message);
  };

  constructor(
    private readonly channelLayer: ChannelLayer,
    private readonly settings: Settings,
  ) {
    this.questions = new Gathered(() => this.ask(), GATHER_MS, settings.presenceInterval * 1_000);
  }

  async onModuleInit(): Promise<void> {
    await this.channelLayer.listen([GROUP], this.listener);
    this.timer = setInterval(() => {
      this.tick(Date.now());
    }, this.settings.presenceInterval * 1_000);
    this.timer.unref();
    this.send({ type: 'presence_alive', node: this.self });
  }

  /** The signs of life end here and not before: draining the sockets may take longer than other nodes wait for the next one. */
  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    this.questions.stop();
    await this.publish({ type: 'presence_gone', node: this.self });
  }

  /** A message of that node came, on whatever group: it lives. */
  heard(node: string): void {
    if (node === this.self) return;
    this.heardAt.set(node, Date.now());
    // A node that was never known is not asked: each room asks when it is opened, here or there.
    if (this.lostNodes.delete(node)) this.askFor(node);
  }

  /** This node was cut off: its messages may be lost, and it may have missed those of others. Asks all for a report of every room. */
  comeBack(): void {
    this.send({ type: 'presence_back', node: this.self });
    this.asksAll = true;
    this.questions.request();
  }

  private askFor(node: string): void {
    this.toAsk.add(node);
    this.questions.request();
  }

  private ask(): void {
    this.send({ type: 'presence_ask', node: this.self, of: this.asksAll ? null : [...this.toAsk] });
    this.asksAll = false;
    this.toAsk.clear();
  }

  private tick(now: number): void {
    this.send({ type: 'presence_alive', node: this.self });
    const deadline = now - this.settings.presenceInterval * 1_000 * SILENT_INTERVALS;
    for (const [node, heardAt] of this.heardAt) {
      if (heardAt < deadline) this.lose(node);
    }
  }

  private lose(node: string): void {
    if (!this.heardAt.delete(node)) return;
    this.lostNodes.add(node);
    const [oldest] = this.lostNodes;
    if (this.lostNodes.size > MAX_LOST && oldest !== undefined) this.lostNodes.delete(oldest);
    this.lost.next(node);
  }

  private receive({ type, node, of }: Message): void {
    if (typeof node !== 'string' || node === this.self) return;
    if (type === 'presence_gone') {
      this.lose(node);
      return;
    }
    this.heard(node);
    if (type === 'presence_back') {
      this.askFor(node);
      this.returned.next(node);
    }
    const isAsked = of === null || (Array.isArray(of) && of.includes(this.self));
    if (type === 'presence_ask' && isAsked) this.asked.next();
  }

  private send(message: Message): void {
    void this.publish(message);
  }

  /** While the channel layer is away the others take us for dead, and they are told what we hold when it is back. */
  private async publish(message: Message): Promise<void> {
    await this.channelLayer.groupSend(GROUP, message).catch(() => undefined);
  }
}
