import { Injectable } from '@nestjs/common';
import type { Connection } from './connection.js';
import { NameIndex } from './named-sets.js';

/** Every open socket of this node. */
@Injectable()
export class Connections {
  private readonly all = new Set<Connection>();
  private readonly byUser = new NameIndex<Connection>();
  private readonly byAddress = new Map<string, number>();

  get count(): number {
    return this.all.size;
  }

  [Symbol.iterator](): IterableIterator<Connection> {
    return this.all.values();
  }

  add(connection: Connection, address: string): void {
    this.all.add(connection);
    this.byAddress.set(address, this.countOfAddress(address) + 1);
  }

  /** The connection turned out to be this user's. */
  assign(connection: Connection, userId: string): void {
    this.byUser.add(userId, connection);
  }

  remove(connection: Connection, address: string): void {
    this.all.delete(connection);
    const left = this.countOfAddress(address) - 1;
    if (left > 0) this.byAddress.set(address, left);
    else this.byAddress.delete(address);
    const userId = connection.principal?.userId;
    if (userId !== undefined) this.byUser.remove(userId, connection);
  }

  ofUser(userId: string): Iterable<Connection> {
    return this.byUser.get(userId);
  }

  countOfUser(userId: string): number {
    return this.byUser.count(userId);
  }

  countOfAddress(address: string): number {
    return this.byAddress.get(address) ?? 0;
  }
}
