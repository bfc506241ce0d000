import { Injectable } from '@nestjs/common';
import type { Connection } from './connection.js';

/** Every open socket of this node. */
@Injectable()
export class Connections {
  private readonly all = new Set<Connection>();
  private readonly byUser = new Map<string, Set<Connection>>();
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
    const own = this.byUser.get(userId);
    if (own) own.add(connection);
    else this.byUser.set(userId, new Set([connection]));
  }

  remove(connection: Connection, address: string): void {
    this.all.delete(connection);
    const left = this.countOfAddress(address) - 1;
    if (left > 0) this.byAddress.set(address, left);
    else this.byAddress.delete(address);
    const userId = connection.principal?.userId;
    if (userId === undefined) return;
    const own = this.byUser.get(userId);
    own?.delete(connection);
    if (own?.size === 0) this.byUser.delete(userId);
  }

  ofUser(userId: string): ReadonlySet<Connection> {
    return this.byUser.get(userId) ?? NONE;
  }

  countOfAddress(address: string): number {
    return this.byAddress.get(address) ?? 0;
  }
}

const NONE: ReadonlySet<Connection> = new Set();
