import { Injectable, Logger } from '@nestjs/common';
import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { Subject } from 'rxjs';
import { ChannelLayer } from '../channel-layer/interface/channel-layer.js';
import type { Message, MessageValue } from '../channel-layer/interface/message.js';
import { Throttle } from './throttle.js';
import { namesIn, presenceGroup } from './presence-messages.js';
import { PresencePeers } from './presence-peers.js';
import { PresenceRoom } from './presence-room.js';

/** Milliseconds that the other nodes have to report their members, before a newly opened room is announced. */
const SETTLE_MS = 100;
/** Requests of other nodes are collected, because after an outage each node sends one. */
const REPORT_DELAY_MS = 1_000;
const REPORT_SPACING_MS = 10_000;
/** How long reports from before an outage are kept: longer than all requests and reports take. */
const STALE_MS = 30_000;

/** The members that are online in a room now. */
export interface PresenceChange {
  readonly room: string;
  readonly online: ReadonlySet<string>;
}

/** A fact that a node has published to all nodes with sockets in a room. */
export interface PresenceFact {
  readonly room: string;
  readonly fact: MessageValue;
}

/**
 * Tracks who has a socket in a room, over all nodes. Nothing is stored: nodes with sockets in a room report their members to
 * each other, and discard the reports of lost nodes (`PresencePeers`). A room can have any name that a group may have.
 */
@Injectable()
export class Presence implements OnModuleInit, OnApplicationShutdown {
  /** Emits when the online members of a room with sockets on this node may have changed, or are first known. */
  readonly changes = new Subject<PresenceChange>();
  readonly facts = new Subject<PresenceFact>();
  private readonly logger = new Logger('Presence');
  private readonly rooms = new Map<string, PresenceRoom>();
  /** A report reaches all nodes with sockets in the room, so one report answers many requests. */
  private readonly reports = new Throttle(() => this.reportAll(), REPORT_DELAY_MS, REPORT_SPACING_MS);
  private readonly listener = (_group: string, message: Message): void => {
    this.receive(message);
  };

  constructor(
    private readonly channelLayer: ChannelLayer,
    private readonly peers: PresencePeers,
  ) {}

  onModuleInit(): void {
    this.channelLayer.onReconnect(() => {
      this.peers.reconnected();
      this.reportAll();
      this.markStale(null);
    });
    this.peers.returned.subscribe((node) => {
      this.markStale(node);
    });
    this.peers.reportsRequested.subscribe(() => {
      this.reports.request();
    });
    this.peers.lost.subscribe((node) => {
      this.forget(node);
    });
  }

  /**
   * Adds a socket to a room, as this member or, with null, as an observer. Returns the function that removes the socket; call
   * it once. The online members are emitted by `changes`.
   */
  enter(name: string, member: string | null): () => void {
    const known = this.rooms.get(name);
    const room = known ?? this.open(name);
    // A new room sends its report when it asks the other nodes.
    if (room.enter(member) && known) void this.report(room, false);
    this.announce(room);
    return () => {
      if (room.leave(member)) void this.report(room, false);
      if (room.isEmpty) this.close(room);
      else this.announce(room);
    };
  }

  /** Returns null until the other nodes have had time to report; `changes` emits then. */
  online(name: string): ReadonlySet<string> | null {
    const room = this.rooms.get(name);
    return room?.isSettled === true ? room.online() : null;
  }

  /** Resolves with the online members. Asks the other nodes if this node has no socket in the room. */
  async lookUp(name: string): Promise<ReadonlySet<string>> {
    const leave = this.enter(name, null);
    try {
      const room = this.rooms.get(name);
      await room?.requested;
      while (room?.isSettled === false) await sleep(SETTLE_MS);
      return room?.online() ?? new Set();
    } finally {
      leave();
    }
  }

  /** Publishes a fact to all nodes with sockets in the room, including this one. */
  publishFact(name: string, fact: MessageValue): void {
    if (this.rooms.has(name)) this.facts.next({ room: name, fact });
    void this.publish({ type: 'presence_fact', node: this.peers.self, room: name, fact });
  }

  private open(name: string): PresenceRoom {
    const room = new PresenceRoom(name);
    this.rooms.set(name, room);
    room.requested = this.joinGroup(room);
    setTimeout(() => {
      room.isSettled = true;
      this.announce(room);
    }, SETTLE_MS).unref();
    return room;
  }

  /** Joins the group before asking, so that no report is missed. */
  private async joinGroup(room: PresenceRoom): Promise<void> {
    try {
      await this.channelLayer.listen([presenceGroup(room.name)], this.listener);
    } catch (error) {
      this.logger.warn(`joining ${room.name} failed: ${String(error)}`);
    }
    await this.report(room, true);
  }

  private close(room: PresenceRoom): void {
    this.rooms.delete(room.name);
    // The room may have been opened again by then, and still need the group.
    const leave = async (): Promise<void> => {
      if (!this.rooms.has(room.name)) await this.channelLayer.unlisten([presenceGroup(room.name)], this.listener);
    };
    leave().catch((error: unknown) => {
      this.logger.warn(`leaving ${room.name} failed: ${String(error)}`);
    });
  }

  private announce(room: PresenceRoom): void {
    if (!room.isSettled || this.rooms.get(room.name) !== room) return;
    this.changes.next({ room: room.name, online: room.online() });
  }

  private receive(message: Message): void {
    const { type, node, room: name } = message;
    if (typeof node !== 'string' || node === this.peers.self || typeof name !== 'string') return;
    this.peers.markAlive(node);
    const room = this.rooms.get(name);
    if (!room) return;
    if (type === 'presence_fact') {
      this.facts.next({ room: name, fact: message.fact ?? null });
      return;
    }
    if (type !== 'presence_report') return;
    room.report(node, namesIn(message.members));
    if (message.asks === true) void this.report(room, false);
    this.announce(room);
  }

  private forget(node: string): void {
    for (const room of this.rooms.values()) {
      room.report(node, []);
      this.announce(room);
    }
  }

  onApplicationShutdown(): void {
    this.reports.stop();
  }

  /** Discards reports from before an outage (of one node, or of all if null) unless new ones arrive within DOUBT_MS. */
  private markStale(node: string | null): void {
    for (const room of this.rooms.values()) room.markStale(node);
    setTimeout(() => {
      for (const room of this.rooms.values()) if (room.discardStale(node)) this.announce(room);
    }, STALE_MS).unref();
  }

  private reportAll(): void {
    for (const room of this.rooms.values()) void this.report(room, false);
  }

  private report(room: PresenceRoom, requestsReports: boolean): Promise<void> {
    const members = room.localMembers();
    return this.publish({
      type: 'presence_report',
      node: this.peers.self,
      room: room.name,
      members,
      asks: requestsReports,
    });
  }

  /** Never rejects. Reports that are lost are sent again when the channel layer is back. */
  private async publish(message: Message & { readonly room: string }): Promise<void> {
    await this.channelLayer.groupSend(presenceGroup(message.room), message).catch((error: unknown) => {
      this.logger.debug(`presence of ${message.room} could not be published: ${String(error)}`);
    });
  }
}
