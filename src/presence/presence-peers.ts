import { Injectable } from '@nestjs/common';
import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { Subject } from 'rxjs';
import { ChannelLayer } from '../channel-layer/channel-layer.js';
import type { Message } from '../channel-layer/message.js';
import { Settings } from '../config/settings.js';
import { ownGroup } from '../streams/own-group.js';

const GROUP = ownGroup('presence');
/** A node that was silent for so many intervals is taken for dead: two signs of life may get lost. */
const SILENT_INTERVALS = 3;

/**
 * The other nodes, by their signs of life, one every PRESENCE_INTERVAL. A node killed without a goodbye is lost three to four
 * intervals later; one that was only cut off is found again with its first sign of life.
 */
@Injectable()
export class PresencePeers implements OnModuleInit, OnApplicationShutdown {
  /** This node, in this life of it. */
  readonly self = randomUUID();
  /** A node that was not known. What it holds is still to be asked for. */
  readonly found = new Subject<string>();
  /** A node that said goodbye or went silent. */
  readonly lost = new Subject<string>();
  /** Somebody found us and wants to hear all we hold. */
  readonly asked = new Subject<void>();
  private readonly heardAt = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;
  private readonly listener = (_group: string, message: Message): void => {
    this.receive(message);
  };

  constructor(
    private readonly channelLayer: ChannelLayer,
    private readonly settings: Settings,
  ) {}

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
    await this.publish({ type: 'presence_gone', node: this.self });
  }

  /** A message of that node came, on whatever group: it lives. */
  heard(node: string): void {
    if (node === this.self) return;
    const isNew = !this.heardAt.has(node);
    this.heardAt.set(node, Date.now());
    if (!isNew) return;
    this.found.next(node);
    this.send({ type: 'presence_ask', node: this.self, of: node });
  }

  private tick(now: number): void {
    this.send({ type: 'presence_alive', node: this.self });
    const deadline = now - this.settings.presenceInterval * 1_000 * SILENT_INTERVALS;
    for (const [node, heardAt] of this.heardAt) {
      if (heardAt < deadline) this.lose(node);
    }
  }

  private lose(node: string): void {
    if (this.heardAt.delete(node)) this.lost.next(node);
  }

  private receive({ type, node, of }: Message): void {
    if (typeof node !== 'string' || node === this.self) return;
    if (type === 'presence_gone') {
      this.lose(node);
      return;
    }
    this.heard(node);
    if (type === 'presence_ask' && of === this.self) this.asked.next();
  }

  private send(message: Message): void {
    void this.publish(message);
  }

  /** While the channel layer is away the others take us for dead, and they are told what we hold when it is back. */
  private async publish(message: Message): Promise<void> {
    await this.channelLayer.groupSend(GROUP, message).catch(() => undefined);
  }
}
