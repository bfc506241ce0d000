import { Injectable } from '@nestjs/common';
import type { Connection } from '../connection/connection.js';

/** Closes or checks a connection if the order concerns it. */
export type SocketOrder = (connection: Connection) => void;

/**
 * Connections whose token is being checked and whose groups are being joined. Until that is done an order to close sockets can't
 * tell whether it concerns them, although what they read from the database may be older than the order.
 */
@Injectable()
export class Arrivals {
  private readonly arriving = new Map<Connection, SocketOrder[]>();

  /**
   * Runs `work`, which reads what the connection may do and registers it. Orders that arrive meanwhile are carried out on the
   * connection afterwards, also if `work` fails.
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

  /** Keeps an order for the connections that are arriving now. */
  note(order: SocketOrder): void {
    for (const orders of this.arriving.values()) orders.push(order);
  }
}
