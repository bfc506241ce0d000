import { Injectable } from '@nestjs/common';
import type { Connection } from './connection.js';
import { ItemsByName } from './items-by-name.js';

/** Identifies a connection for the limits that apply before its user is known. */
export interface Visitor {
  /** From `addressKey`; empty if addresses are not counted. */
  readonly address: string;
  /** True for a connection without a token. */
  readonly anonymous: boolean;
}

/** All open sockets of this node. */
@Injectable()
export class ConnectionRegistry {
  private readonly all = new Set<Connection>();
  private readonly byUser = new ItemsByName<Connection>();
  private readonly byAddress = new Tally();
  private readonly anonymous = new Tally();

  get count(): number {
    return this.all.size;
  }

  [Symbol.iterator](): IterableIterator<Connection> {
    return this.all.values();
  }

  get anonymousCount(): number {
    return this.anonymous.total;
  }

  add(connection: Connection, { address, anonymous }: Visitor): void {
    this.all.add(connection);
    this.byAddress.add(address);
    if (anonymous) this.anonymous.add(address);
  }

  /** Counts the connection for its user, once the user is known. */
  assign(connection: Connection, userId: string): void {
    this.byUser.add(userId, connection);
  }

  /** Removes a connection, with the visitor it was added with. Does nothing if the connection is unknown. */
  remove(connection: Connection, { address, anonymous }: Visitor): void {
    if (!this.all.delete(connection)) return;
    this.byAddress.remove(address);
    if (anonymous) this.anonymous.remove(address);
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
    return this.byAddress.of(address);
  }

  anonymousCountOfAddress(address: string): number {
    return this.anonymous.of(address);
  }
}

/** Counts by name. A name with a count of zero takes no memory. */
class Tally {
  total = 0;
  private readonly counts = new Map<string, number>();

  of(name: string): number {
    return this.counts.get(name) ?? 0;
  }

  add(name: string): void {
    this.total += 1;
    this.counts.set(name, this.of(name) + 1);
  }

  remove(name: string): void {
    this.total -= 1;
    const left = this.of(name) - 1;
    if (left > 0) this.counts.set(name, left);
    else this.counts.delete(name);
  }
}
