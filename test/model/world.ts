import { setImmediate as nextTurn } from 'node:timers/promises';
import { EVENT_STREAM_ENCODING, WEB_SOCKET_ENCODING } from '../../src/realtime/encoding/encoding.js';
import type { Message } from '../../src/channel-layer/interface/message.js';
import { ownGroup } from '../../src/streams/names/own-group.js';
import { PositionCodec } from '../../src/streams/position/position-codec.js';
import type { StreamReader } from '../../src/streams/follow/stream-reader.js';
import { ModelClient } from './model-client.js';
import { ModelNode } from './model-node.js';
import { UnreliableBus } from './unreliable-bus.js';

/** Where a world stores its entries: in memory, with answers when the history decides, or in a real database. */
export interface Storage {
  readonly reader: StreamReader;
  /** Commits an entry and resolves with its position. */
  append(stream: string, message: Message): Promise<number>;
  /** Answers all waiting queries. */
  answerAll(): void;
}

export const BROADCASTS = 'notifications';
const ROUNDS = 400;
const codec = new PositionCodec('model');

/** Two nodes, an unreliable bus, and four clients: two of one user, one of another user, one of an order. */
export class World {
  readonly bus = new UnreliableBus();
  readonly nodes: ModelNode[];
  readonly clients = [
    new ModelClient(['user_1', BROADCASTS], WEB_SOCKET_ENCODING, codec),
    new ModelClient(['user_1', BROADCASTS], WEB_SOCKET_ENCODING, codec),
    new ModelClient(['user_2', BROADCASTS], EVENT_STREAM_ENCODING, codec),
    new ModelClient(['order_1'], WEB_SOCKET_ENCODING, codec),
  ] as const;
  /** The id of each entry by stream; null for an entry that is not sent to clients. */
  readonly log = new Map<string, (string | null)[]>();
  /** Entries that nodes and clients have read from the log, including nodes that no longer run. */
  private readonly everyNode: ModelNode[] = [];

  constructor(readonly storage: Storage) {
    this.nodes = [this.startNode(), this.startNode()];
  }

  node(index: number): ModelNode {
    return this.nodes[index % this.nodes.length] as ModelNode;
  }

  client(index: number): ModelClient {
    return this.clients[index % this.clients.length] as ModelClient;
  }

  async append(stream: string, index: number, options: { silent: boolean; lost: boolean }): Promise<void> {
    const entries = this.log.get(stream) ?? [];
    this.log.set(stream, entries);
    const id = `${stream}#${entries.length + 1}`;
    const message = this.message(stream, id, options.silent, index);
    entries.push(options.silent ? null : id);
    const position = await this.storage.append(stream, message);
    // For the other nodes, the process is killed between commit and publish.
    if (options.lost) return;
    const group = index % 2 === 0 ? stream : ownGroup(stream);
    await this.node(index).bus.publish(group, stream, position, message);
  }

  async killNode(index: number): Promise<void> {
    const place = index % this.nodes.length;
    await this.nodes[place]?.die();
    this.nodes[place] = this.startNode();
  }

  /** Runs all callbacks that do not depend on a timer. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 6; turn += 1) await nextTurn();
  }

  /** Repairs all faults: all clients are connected and read, and every node checks the log. */
  async heal(advance: () => void): Promise<void> {
    for (const end of this.bus.ends) end.mend();
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const client of this.clients) client.flow();
      if (round > 2) for (const client of this.clients) client.connect(this.node(round));
      for (const node of this.nodes) node.repair();
      this.storage.answerAll();
      while (this.bus.count > 0) this.bus.deliver(0, 'once');
      await this.settle();
      advance();
      if (round > 4 && this.isComplete()) return;
    }
  }

  /** The messages that each client should have by now, for each stream: everything since its first connection. */
  expected(client: ModelClient): Map<string, string[]> {
    return new Map(
      client.streams.map((stream, index) => {
        const kept = (this.log.get(stream) ?? []).slice(client.first?.[index] ?? Infinity);
        return [stream, kept.filter((id) => id !== null)];
      }),
    );
  }

  count(name: 'repaired' | 'droppedDuplicates' | 'replayed' | 'slowSockets' | 'missedPublishes'): number {
    return this.everyNode.reduce((sum, { statistics }) => sum + statistics[name], 0);
  }

  private isComplete(): boolean {
    return this.clients.every((client) =>
      [...this.expected(client)].every(([stream, ids]) => client.history.get(stream)?.length === ids.length),
    );
  }

  private startNode(): ModelNode {
    const node = new ModelNode(this.bus.connect(), this.storage.reader, codec);
    this.everyNode.push(node);
    return node;
  }

  /** Some entries contain the request id of a client, whose copy is written separately. */
  private message(stream: string, id: string, silent: boolean, index: number): Message {
    const asker = index % 5 === 4 ? this.client(index).connectionId : null;
    const base = { type: 'entry', id, filler: 'x'.repeat((index % 4) * 50), ...(silent && { silent }) };
    return asker === null ? base : { ...base, request: { connection: asker, request_id: stream } };
  }
}
