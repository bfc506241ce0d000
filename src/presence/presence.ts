import { Injectable, Logger } from '@nestjs/common';
import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { Subject } from 'rxjs';
import { ChannelLayer } from '../channel-layer/interface/channel-layer.js';
import type { Message, MessageValue } from '../channel-layer/interface/message.js';
import { Gathered } from './gathered.js';
import { namesIn, presenceGroup } from './presence-messages.js';
import { PresencePeers } from './presence-peers.js';
import { PresenceRoom } from './presence-room.js';

/** How long the other nodes have to answer who is with them, before a room that is new here is spoken of. */
const SETTLE_MS = 100;
/** Questions of other nodes are gathered: after an outage each of them asks. */
const ANSWER_DELAY_MS = 1_000;
const ANSWER_SPACING_MS = 10_000;
/** How long after an outage reports of the time before it are kept: longer than all questions and answers take. */
const DOUBT_MS = 30_000;

/** Who is online in a room now. */
export interface PresenceChange {
  readonly room: string;
  readonly online: ReadonlySet<string>;
}

/** What a node told all nodes with sockets in a room. */
export interface PresenceFact {
  readonly room: string;
  readonly fact: MessageValue;
}

/**
 * Who has a socket in a room, over all nodes. Nothing is stored: the nodes with sockets in a room tell each other who is with
 * them, and forget what a node told that is no longer alive (`PresencePeers`). Rooms go by any name a group may have.
 */
@Injectable()
export class Presence implements OnModuleInit, OnApplicationShutdown {
  /** Who is online may have changed, or is first known, in a room with sockets on this node. */
  readonly changes = new Subject<PresenceChange>();
  readonly facts = new Subject<PresenceFact>();
  private readonly logger = new Logger('Presence');
  private readonly rooms = new Map<string, PresenceRoom>();
  /** A report reaches all nodes with sockets in the room, so that one answers the questions of many. */
  private readonly answers = new Gathered(() => this.reportAll(), ANSWER_DELAY_MS, ANSWER_SPACING_MS);
  private readonly listener = (_group: string, message: Message): void => {
    this.receive(message);
  };

  constructor(
    private readonly channelLayer: ChannelLayer,
    private readonly peers: PresencePeers,
  ) {}

  onModuleInit(): void {
    this.channelLayer.onReconnect(() => {
      this.peers.comeBack();
      this.reportAll();
      this.doubt(null);
    });
    this.peers.returned.subscribe((node) => {
      this.doubt(node);
    });
    this.peers.asked.subscribe(() => {
      this.answers.request();
    });
    this.peers.lost.subscribe((node) => {
      this.forget(node);
    });
  }

  /**
   * A socket comes into a room, as this member or, with null, to look on; gives the way out, to be called once. Who is online is
   * told through `changes`.
   */
  enter(name: string, member: string | null): () => void {
    const known = this.rooms.get(name);
    const room = known ?? this.open(name);
    // A new room reports when it asks.
    if (room.enter(member) && known) void this.report(room, false);
    this.announce(room);
    return () => {
      if (room.leave(member)) void this.report(room, false);
      if (room.isEmpty) this.close(room);
      else this.announce(room);
    };
  }

  /** Null while the other nodes have not had time to answer: then `changes` will tell. */
  online(name: string): ReadonlySet<string> | null {
    const room = this.rooms.get(name);
    return room?.isSettled === true ? room.online() : null;
  }

  /** Who is online now, also where this node has no socket in the room: then it asks the others and waits for their answers. */
  async lookUp(name: string): Promise<ReadonlySet<string>> {
    const leave = this.enter(name, null);
    try {
      const room = this.rooms.get(name);
      await room?.asked;
      while (room?.isSettled === false) await sleep(SETTLE_MS);
      return room?.online() ?? new Set();
    } finally {
      leave();
    }
  }

  /** Tells all nodes with sockets in the room, this one included. */
  tell(name: string, fact: MessageValue): void {
    if (this.rooms.has(name)) this.facts.next({ room: name, fact });
    void this.publish({ type: 'presence_fact', node: this.peers.self, room: name, fact });
  }

  private open(name: string): PresenceRoom {
    const room = new PresenceRoom(name);
    this.rooms.set(name, room);
    room.asked = this.ask(room);
    setTimeout(() => {
      room.isSettled = true;
      this.announce(room);
    }, SETTLE_MS).unref();
    return room;
  }

  /** Joins before asking, so that no answer is missed. */
  private async ask(room: PresenceRoom): Promise<void> {
    try {
      await this.channelLayer.listen([presenceGroup(room.name)], this.listener);
    } catch (error) {
      this.logger.warn(`joining ${room.name} failed: ${String(error)}`);
    }
    await this.report(room, true);
  }

  private close(room: PresenceRoom): void {
    this.rooms.delete(room.name);
    // Somebody may have come back by then, to a room that wants to go on hearing.
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
    this.peers.heard(node);
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
    this.answers.stop();
  }

  /** Drops what a node, or any of them, reported before an outage unless it is reported again. */
  private doubt(node: string | null): void {
    for (const room of this.rooms.values()) room.doubt(node);
    setTimeout(() => {
      for (const room of this.rooms.values()) if (room.forgetDoubtful(node)) this.announce(room);
    }, DOUBT_MS).unref();
  }

  private reportAll(): void {
    for (const room of this.rooms.values()) void this.report(room, false);
  }

  private report(room: PresenceRoom, asks: boolean): Promise<void> {
    const members = room.membersHere();
    return this.publish({ type: 'presence_report', node: this.peers.self, room: room.name, members, asks });
  }

  /** What does not arrive is told again when the channel layer is back. */
  private async publish(message: Message & { readonly room: string }): Promise<void> {
    await this.channelLayer.groupSend(presenceGroup(message.room), message).catch((error: unknown) => {
      this.logger.debug(`presence of ${message.room} could not be published: ${String(error)}`);
    });
  }
}
