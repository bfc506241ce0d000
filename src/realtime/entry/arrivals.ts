import { Injectable } from '@nestjs/common';
import type { Connection } from '../connection/connection.js';

/** Closes or checks a connection if the order applies to it. */
export type SocketOrder = (connection: Connection) => void;

/**
 * Connections whose user and rights are being read from the database. Meanwhile, an order to close sockets cannot be matched
 * against them, although what they have read may be older than the order.
 */
@Injectable()
export class Arrivals {
  private readonly arriving = new Map<Connection, SocketOrder[]>();

  /**
   * Runs `work`, which reads the rights of the connection. Orders that arrive meanwhile are applied to the
   * connection afterwards, even if `work` fails.
   */
  async during<T>(connection: Connection, work: () => Promise<T>): Promise<T> {
    const orders: SocketOrder[] = [];
    this.arriving.set(connection, orders);
    try {
      return await work();
    } finally {
      this.arriving.delete(connection);
      for (const order of orders) order(connection);
    }
  }

  /** Keeps an order for all connections that are in `during` now. */
  note(order: SocketOrder): void {
    for (const orders of this.arriving.values()) orders.push(order);
  }
}
